import { attachmentsOf } from '../../graph/chain.ts';
import { nodesOfFile } from '../../graph/file-users.ts';
import { fileKey, fileNamed, isProtocol } from '../../graph/files.ts';
import type { BlockGraph, NodeName, Refusal } from '../../graph/graph.ts';
import { nodesUsing } from '../../graph/users.ts';
import { isObject } from '../../qmp/json.ts';
import { Arguments } from '../define.ts';
import { wholeName } from '../rules/recorded-name.ts';
import { quoted, refuse } from '../rules/refusals.ts';

/** A file that a command makes, and cuts to nothing where there is one already. */
export interface MadeFile {
  readonly filename: string;
  /** The argument that names it, members of lists and objects by their path. */
  readonly argument: string;
}

/** The files on this side of a network that a command makes. QEMU takes no notice of what they held. */
export function filesMadeBy(command: string, args: unknown): MadeFile[] {
  const read = new Arguments(args);
  switch (command) {
    case 'blockdev-snapshot-sync':
      return made(read, 'snapshot-file');
    case 'drive-mirror':
    case 'drive-backup':
      return made(read, 'target');
    case 'blockdev-create': {
      const options = new Arguments(read.value('options'));
      const filename = options.text('driver') === 'file' ? options.text('filename') : undefined;
      return filename === undefined ? [] : [{ filename, argument: 'options.filename' }];
    }
    case 'transaction':
      return inActions(read.value('actions'));
    default:
      return [];
  }
}

function made(args: Arguments, argument: string): MadeFile[] {
  const name = args.text(argument);
  if (name === undefined || args.text('mode') === 'existing') return [];
  const filename = name.replace(/^file:/, '');
  return /^[a-z][a-z0-9+.-]*:/i.test(filename) ? [] : [{ filename, argument }];
}

function inActions(actions: unknown): MadeFile[] {
  const files: MadeFile[] = [];
  for (const [at, action] of Array.isArray(actions) ? actions.entries() : []) {
    if (!isObject(action) || action['type'] === 'transaction') continue;
    for (const { filename, argument } of filesMadeBy(String(action['type']), action['data']))
      files.push({ filename, argument: `actions.${at}.data.${argument}` });
  }
  return files;
}

/** Why no file should be made there: this script has made one, or an open node has it. */
export function fileThere(
  graph: BlockGraph,
  { filename, argument }: MadeFile,
  help: string,
): Refusal | undefined {
  const open = openAs(graph, filename);
  if (open !== undefined) {
    const message = `The file ${quoted(filename)} is open as ${quoted(open)}.`;
    return refuse('file-exists', argument, message, [
      'choose another name: an open file is never let go of',
      ...(isUsed(graph, open)
        ? []
        : [`or, if it is of no use: \`del ${open}\` once no job works on it, then remove the file`]),
    ]);
  }
  if (!fileNamed(graph, filename)) return undefined;
  const refusal = refuse('file-exists', argument, `The file ${quoted(filename)} is there already.`, [help]);
  return { ...refusal, since: { file: fileKey(filename) ?? filename } };
}

/** Whether more than a job has to do with a node. */
function isUsed(graph: BlockGraph, name: NodeName): boolean {
  return attachmentsOf(graph, name).length > 0 || nodesUsing(graph, name).some(({ filter }) => !filter);
}

function openAs(graph: BlockGraph, filename: string): NodeName | undefined {
  return nodesOfFile(graph, filename).find(
    node => !isProtocol(node.driver) && wholeName(graph, node) !== undefined,
  )?.name;
}

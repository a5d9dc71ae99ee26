import { attachmentsOf } from '../../graph/chain.ts';
import { holderOfFile } from '../../graph/file-users.ts';
import { fileKey, fileNamed } from '../../graph/files.ts';
import type { BlockGraph, BlockNode, NodeName, Refusal } from '../../graph/graph.ts';
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
  /** A socket: QEMU removes whatever has its name, and takes it away again when it stops listening. */
  readonly isSocket?: true;
}

/** The files and the sockets that a command makes, whatever has their names already. */
export function pathsTakenBy(command: string, args: unknown): MadeFile[] {
  return [...filesMadeBy(command, args), ...socketsMadeBy(command, args)];
}

function socketsMadeBy(command: string, args: unknown): MadeFile[] {
  if (command !== 'nbd-server-start' && command !== 'block-export-add') return [];
  const address = new Arguments(new Arguments(args).value('addr'));
  if (address.text('type') !== 'unix') return [];
  // The server's address has its members one level deeper than an export's.
  const isDeep = address.has('data');
  const members = isDeep ? new Arguments(address.value('data')) : address;
  const filename = members.text('path');
  // An abstract name is none of the file system's, and an empty one is for QEMU to make up.
  if (!filename || members.flag('abstract')) return [];
  return [{ filename, argument: isDeep ? 'addr.data.path' : 'addr.path', isSocket: true }];
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
export function fileThere(graph: BlockGraph, made: MadeFile, help: string): Refusal | undefined {
  const { filename, argument } = made;
  const open = openThere(graph, made);
  if (open || !fileNamed(graph, filename)) return open;
  const refusal = refuse('file-exists', argument, `The file ${quoted(filename)} is there already.`, [help]);
  return { ...refusal, since: { file: fileKey(filename) ?? filename } };
}

/** Whether more than a job has to do with a node. */
function isUsed(graph: BlockGraph, name: NodeName): boolean {
  return attachmentsOf(graph, name).length > 0 || nodesUsing(graph, name).some(({ filter }) => !filter);
}

/** Why a command should not make its files: one of them is open, and whoever has it open would lose it. */
export function takesOpenFile(graph: BlockGraph, command: string, args: unknown): Refusal | undefined {
  for (const made of pathsTakenBy(command, args)) {
    const open = openThere(graph, made);
    if (open) return open;
  }
  return undefined;
}

function openThere(graph: BlockGraph, { filename, argument, isSocket }: MadeFile): Refusal | undefined {
  const open = openAs(graph, filename);
  if (!open) return undefined;
  const [name, node] = [quoted(filename), quoted(open.name)];
  if (!isSocket) {
    const refusal = refuse('file-exists', argument, `The file ${name} is open as ${node}.`, [
      'choose another name: an open file is never let go of',
      ...(isUsed(graph, open.name)
        ? []
        : [`or, if it is of no use: \`del ${open.name}\` once no job works on it, then remove the file`]),
    ]);
    return { ...refusal, harmful: true };
  }
  const message = `QEMU has ${name} open, as ${node}, and would remove it to put a socket there.`;
  const refusal = refuse('image-in-use', argument, message, ['give the socket a name of its own']);
  return { ...refusal, harmful: true };
}

function openAs(graph: BlockGraph, filename: string): BlockNode | undefined {
  const node = holderOfFile(graph, filename);
  return node && wholeName(graph, node) !== undefined ? node : undefined;
}

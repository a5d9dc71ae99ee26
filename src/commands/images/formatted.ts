import { sizeText } from '../../graph/draw.ts';
import { fileKey, fileNamed, isMissing } from '../../graph/files.ts';
import type { BlockGraph, BlockNode, Refusal } from '../../graph/graph.ts';
import { isObject } from '../../qmp/json.ts';
import { harmless } from '../../text/harmless.ts';
import { Arguments } from '../define.ts';
import type { IsOwn } from '../own.ts';
import { quoted, refuse } from '../rules/refusals.ts';

/**
 * Why a node or a file should not be formatted: it is there, the script has not made it, and QEMU takes no notice of what it holds.
 * What has no length holds nothing. `blockdev-create` has no word that lets anything be lost.
 */
export function formatsData(
  graph: BlockGraph,
  command: string,
  members: unknown,
  isOwn: IsOwn,
): Refusal | undefined {
  if (command !== 'blockdev-create') return undefined;
  const options = new Arguments(new Arguments(members).value('options'));
  for (const role of ['file', 'header']) {
    const lost = formatted(graph, options.value(role), `options.${role}`, isOwn);
    if (lost) return lost;
  }
  return undefined;
}

function formatted(graph: BlockGraph, target: unknown, argument: string, isOwn: IsOwn): Refusal | undefined {
  if (typeof target === 'string') {
    const node = graph.nodes.get(target);
    return node && formattedNode(graph, node, argument, isOwn);
  }
  if (!isObject(target)) return undefined;
  const definition = new Arguments(target);
  if (definition.text('driver') !== 'file')
    return formatted(graph, definition.value('file'), `${argument}.file`, isOwn);
  const filename = definition.text('filename');
  if (filename === undefined || isOwnFile(filename, isOwn)) return undefined;
  const file = fileNamed(graph, filename);
  if (file?.size === 0 || isMissing(graph, filename)) return undefined;
  const message = `${quoted(filename)} would be formatted, and this script has not made it: whatever it holds would be lost.`;
  return refuse('formats-data', `${argument}.filename`, message, helpFor(filename));
}

function formattedNode(
  graph: BlockGraph,
  node: BlockNode,
  argument: string,
  isOwn: IsOwn,
): Refusal | undefined {
  const { name, filename, driver } = node;
  const isFile = filename !== undefined && fileKey(filename) !== undefined && driver !== 'host_device';
  if ((isFile ? isOwnFile(filename, isOwn) : isOwn('node', name)) || !holdsData(graph, node))
    return undefined;
  const held =
    node.size === undefined
      ? 'what it holds'
      : `the ${sizeText(node.size).replace(/\d$/, '$& bytes')} that it holds`;
  const message = `${quoted(name)} is there already and would be formatted: ${held} would be lost.`;
  const help = isFile
    ? helpFor(filename, `del ${harmless(name)}; `)
    : ['where it may be lost: have this script open it itself, with blockdev-add'];
  return refuse('formats-data', argument, message, help);
}

/** Of a file whose length is not known an image format tells that there is something in it. */
function holdsData(graph: BlockGraph, { size, filename }: BlockNode): boolean {
  if (size !== undefined) return size > 0;
  const format = fileNamed(graph, filename)?.format;
  return format !== undefined && format !== 'raw';
}

function isOwnFile(filename: string, isOwn: IsOwn): boolean {
  return isOwn('file', fileKey(filename) ?? filename);
}

function helpFor(filename: string, first = ''): string[] {
  return [
    'make the file first, in the same script: blockdev-create with options.driver=file',
    `where it may be lost: ${first}create NODE filename=${harmless(filename)} size=SIZE overwrite=on; or remove the file`,
  ];
}

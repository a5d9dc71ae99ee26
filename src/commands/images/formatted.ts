import { findDevice } from '../../graph/chain.ts';
import { sizeText } from '../../graph/draw.ts';
import { fileKey, fileNamed, isMissing } from '../../graph/files.ts';
import type { BlockGraph, BlockNode, Refusal } from '../../graph/graph.ts';
import { isObject } from '../../qmp/json.ts';
import { harmless } from '../../text/harmless.ts';
import { CHILD_ROLES } from '../blockdev-add.ts';
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
  for (const role of ['file', 'header', 'extents']) {
    const lost = formatted(graph, options.value(role), `options.${role}`, isOwn);
    if (lost) return lost;
  }
  return undefined;
}

/** `target` is a node's name, a definition, or a list of either. */
function formatted(graph: BlockGraph, target: unknown, argument: string, isOwn: IsOwn): Refusal | undefined {
  if (typeof target === 'string') {
    const node = graph.nodes.get(findDevice(graph, target)?.node ?? target);
    return node && formattedNode(graph, node, argument, isOwn);
  }
  if (!isObject(target) && !Array.isArray(target)) return undefined;
  const definition = new Arguments(target);
  if (definition.text('driver') === 'file') return formattedFile(graph, definition, argument, isOwn);
  for (const [role, inner] of Object.entries(target)) {
    if (role === 'backing' || (typeof inner === 'string' && !namesNode(target, role))) continue;
    const lost = formatted(graph, inner, `${argument}.${role}`, isOwn);
    if (lost) return lost;
  }
  return undefined;
}

function namesNode(target: object, role: string): boolean {
  return Array.isArray(target) || CHILD_ROLES.includes(role);
}

function formattedFile(
  graph: BlockGraph,
  definition: Arguments,
  argument: string,
  isOwn: IsOwn,
): Refusal | undefined {
  const filename = definition.text('filename');
  if (filename === undefined || isOwnFile(filename, isOwn)) return undefined;
  if (fileNamed(graph, filename)?.size === 0 || isMissing(graph, filename)) return undefined;
  return refuse('formats-data', `${argument}.filename`, fileLost(filename), helpFor(filename));
}

/** What is written to a node goes on to the nodes below it, but not to what backs an image. */
function formattedNode(
  graph: BlockGraph,
  top: BlockNode,
  argument: string,
  isOwn: IsOwn,
): Refusal | undefined {
  // A node without a name of its own is as much the script's as the one that it was opened with.
  const reached = new Map([[top, isOwn('node', top.name)]]);
  for (const [node, isOwnNode] of reached) {
    const below = writtenBelow(graph, node);
    for (const child of below)
      if (!reached.has(child)) reached.set(child, isUnnamed(child) ? isOwnNode : isOwn('node', child.name));
    const file = pathOf(node);
    const mayBeLost = file === undefined ? below.length > 0 || isOwnNode : isOwnFile(file, isOwn);
    if (!mayBeLost && holdsData(graph, node)) return lostWith(node, file, top, argument);
  }
  return undefined;
}

function writtenBelow(graph: BlockGraph, { filter, backing, children = {} }: BlockNode): BlockNode[] {
  const names = [...Object.values(children), ...(filter && backing ? [backing] : [])];
  return names.flatMap(name => graph.nodes.get(name) ?? []);
}

function lostWith(node: BlockNode, file: string | undefined, top: BlockNode, argument: string): Refusal {
  const { name, size } = node;
  const held =
    size === undefined ? 'what it holds' : `the ${sizeText(size).replace(/\d$/, '$& bytes')} that it holds`;
  const message =
    file !== undefined && isUnnamed(node)
      ? fileLost(file)
      : `${quoted(name)} is there already and would be formatted: ${held} would be lost.`;
  const open = [...new Set([top, node])].filter(one => !isUnnamed(one));
  const help =
    file === undefined
      ? ['where it may be lost: have this script open it itself, with blockdev-add']
      : helpFor(file, open.map(one => `del ${harmless(one.name)}; `).join(''));
  return refuse('formats-data', argument, message, help);
}

/** The path of the file that a node is of, or is read through. */
function pathOf({ filename, driver }: BlockNode): string | undefined {
  return filename !== undefined && fileKey(filename) !== undefined && driver !== 'host_device'
    ? filename
    : undefined;
}

/** Whether QEMU has made up the name of a node. */
function isUnnamed({ name }: BlockNode): boolean {
  return name.startsWith('#');
}

function fileLost(filename: string): string {
  return `${quoted(filename)} would be formatted, and this script has not made it: whatever it holds would be lost.`;
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

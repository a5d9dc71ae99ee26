import type { BlockGraph, BlockNode, DirtyBitmap, Refusal } from '../../graph/graph.ts';
import { suggest } from '../../text/suggest.ts';
import { type Arguments, isRefusal } from '../define.ts';
import { findDeviceNode } from './find.ts';
import { saidByQemu } from './qemu-error.ts';
import { quoted, refuse } from './refusals.ts';

/** A bitmap with the node that has it; without `bitmap` it is not known whether there is one, or how it is. */
export interface FoundBitmap {
  readonly node: BlockNode;
  readonly name: string;
  readonly bitmap?: DirtyBitmap;
}

/** The bitmap that the arguments name; undefined where they leave it open. */
export function findBitmap(
  graph: BlockGraph,
  args: Arguments,
  nodeArgument: string,
  nameArgument: string,
): FoundBitmap | Refusal | undefined {
  const node = findDeviceNode(graph, args, nodeArgument);
  if (isRefusal(node)) return saidByQemu(node, `Node '${args.text(nodeArgument)}' not found`);
  const name = args.text(nameArgument);
  return node && name !== undefined ? bitmapNamed(graph, node, name, nameArgument) : undefined;
}

/** The bitmap of a node by its name, or why there surely is none. */
export function bitmapNamed(
  graph: BlockGraph,
  node: BlockNode,
  name: string,
  argument: string,
): FoundBitmap | Refusal {
  const bitmap = node.bitmaps?.find(one => one.name === name);
  if (bitmap) return { node, name, bitmap };
  if (!graph.complete || !node.bitmaps) return { node, name };
  return saidByQemu(unknownBitmap(node, name, argument), `Dirty bitmap '${name}' not found`);
}

function unknownBitmap(node: BlockNode, name: string, argument: string): Refusal {
  const names = node.bitmaps?.map(bitmap => bitmap.name) ?? [];
  const [near] = suggest(name, names);
  const help = near
    ? `did you mean ${quoted(near)}?`
    : names.length > 0
      ? `its bitmaps are ${names.map(quoted).join(', ')}`
      : `it has none; \`bitmap add\` makes one`;
  return refuse('unknown-bitmap', argument, `${quoted(node.name)} has no bitmap ${quoted(name)}.`, [help]);
}

/** What a command needs of a bitmap: to change it, to switch or read it, or only to take it away. */
export type BitmapUse = 'change' | 'read' | 'remove';

/** Why a bitmap can't be used so, in the order that QEMU asks: in use, in a read-only image, left unclosed. */
export function checkBitmap(
  { node, name, bitmap }: FoundBitmap,
  use: BitmapUse,
  argument: string,
): Refusal | undefined {
  const whose = `The bitmap ${quoted(name)} of ${quoted(node.name)}`;
  if (bitmap?.busy) {
    const refusal = refuse('bitmap-busy', argument, `${whose} is in use by a job or an export.`, [
      'wait until the job has ended, or end the export',
    ]);
    return saidByQemu(
      refusal,
      `Bitmap '${name}' is currently in use by another operation and cannot be used`,
    );
  }
  if (use !== 'read' && bitmap?.readOnly) {
    const message = `${whose} is stored in an image that is read-only now, so it can't be changed.`;
    const refusal = refuse('bitmap-read-only', argument, message, [
      'bitmaps stay with their image when an overlay is put on it: add one to the active layer',
    ]);
    return saidByQemu(refusal, `Bitmap '${name}' is readonly and cannot be modified`);
  }
  if (use !== 'remove' && bitmap?.inconsistent) {
    const message = `${whose} was not closed by the QEMU that last wrote it, so nobody knows what it missed.`;
    const refusal = refuse('bitmap-inconsistent', argument, message, [
      'remove it, add it anew, and begin again with a full backup',
    ]);
    return saidByQemu(refusal, `Bitmap '${name}' is inconsistent and cannot be used`);
  }
  return undefined;
}

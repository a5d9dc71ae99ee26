import type { BlockGraph, Refusal } from '../graph/graph.ts';
import { isObject } from '../qmp/json.ts';
import { Arguments, type CommandModel, isRefusal } from './define.ts';
import { bitmapNamed, checkBitmap, type FoundBitmap, findBitmap } from './rules/bitmaps.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { quoted, refuse } from './rules/refusals.ts';

/** Adds to a bitmap what others noted, of its own node or of others of the same size; granularities can differ. */
export const blockDirtyBitmapMerge: CommandModel = {
  name: 'block-dirty-bitmap-merge',
  apply(graph, args) {
    const target = findBitmap(graph, args, 'node', 'target');
    if (!target || isRefusal(target)) return target ?? graph;
    const sources = args.value('bitmaps');
    for (const [at, source] of Array.isArray(sources) ? sources.entries() : []) {
      const wrong = checkSource(graph, target, source, `bitmaps.${at}`);
      if (wrong) return wrong;
    }
    return checkBitmap(target, 'change', 'target') ?? graph;
  },
  hazard(_, args) {
    const sources = args.value('bitmaps');
    if (!Array.isArray(sources) || sources.length > 0) return undefined;
    const message = 'Merging no bitmaps does nothing, and QEMU from 7.2 on crashes at it.';
    return {
      ...refuse('empty-merge', 'bitmaps', message, ['name at least one bitmap to merge']),
      harmful: true,
    };
  },
};

function checkSource(
  graph: BlockGraph,
  target: FoundBitmap,
  source: unknown,
  argument: string,
): Refusal | undefined {
  const elsewhere = isObject(source);
  const found = elsewhere
    ? findBitmap(graph, new Arguments(source), 'node', 'name')
    : typeof source === 'string'
      ? bitmapNamed(graph, target.node, source, argument)
      : undefined;
  if (!found) return undefined;
  if (isRefusal(found)) return elsewhere ? { ...found, argument: `${argument}.${found.argument}` } : found;
  return (
    checkBitmap(found, 'read', elsewhere ? `${argument}.name` : argument) ??
    checkSizes(target, found, argument)
  );
}

function checkSizes(target: FoundBitmap, source: FoundBitmap, argument: string): Refusal | undefined {
  const [to, from] = [target.node.size, source.node.size];
  if (to === undefined || from === undefined || to === from) return undefined;
  const message = `${quoted(source.node.name)} has ${from} bytes and ${quoted(target.node.name)} has ${to}: only bitmaps of disks of one size can be merged.`;
  return saidByQemu(
    refuse('bitmap-sizes-differ', argument, message),
    `Bitmaps are of different sizes (destination size is ${to}, source size is ${from}) and can't be merged`,
  );
}

import { chainOf } from '../../graph/chain.ts';
import { sizeText } from '../../graph/draw.ts';
import type { BlockGraph, NodeName, Refusal } from '../../graph/graph.ts';
import { quoted, refuse } from './refusals.ts';

/**
 * Why images can't be taken out from between `upper` and `base` without the guest seeing other data: one that is shorter than
 * the base hides the base's end, which reads as zeros, and once it is gone the old data there show. QEMU does it without
 * a word. `reach` is how far the guest, or what lies above, can read afterwards.
 */
export function hiddenEnd(
  graph: BlockGraph,
  upper: NodeName,
  base: NodeName | undefined,
  removed: (chain: readonly NodeName[], base: number) => readonly NodeName[],
  reach: number | undefined,
): Refusal | undefined {
  const chain = chainOf(graph, upper);
  const end = base === undefined ? -1 : chain.indexOf(base);
  const below = graph.nodes.get(base ?? '')?.size;
  if (end < 0 || below === undefined) return undefined;
  for (const name of removed(chain, end)) {
    const size = graph.nodes.get(name)?.size;
    if (size === undefined || size >= Math.min(below, reach ?? below)) continue;
    const message = `${quoted(name)} has ${sizeText(size)} and ${quoted(base ?? '')} ${sizeText(below)}: without the shorter one, old data behind its end would show up in what is above.`;
    return refuse('hidden-end', 'base-node', message, [
      `copy the disk instead: mirror with sync=full, or stream without a base`,
    ]);
  }
  return undefined;
}

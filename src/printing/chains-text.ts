import { attachedChains } from '../graph/attached.ts';
import { chainText } from '../graph/draw.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { harmless } from '../text/harmless.ts';

/** The chain of every device, backend and export in one line each, by its name. */
export function deviceChains(graph: BlockGraph): Map<string, string> {
  return new Map(
    [...attachedChains(graph)].map(([name, { nodes, ends }]) => [
      harmless(name),
      chainText(ends ? nodes : ['...', ...nodes]),
    ]),
  );
}

/** What is different after a statement: `disk0: A <- D`, a line for each device whose chain changed. */
export function changedChains(before: BlockGraph, after: BlockGraph): string[] {
  const was = deviceChains(before);
  return [...deviceChains(after)]
    .filter(([name, chain]) => was.get(name) !== chain)
    .map(([name, chain]) => `${name}: ${chain}`);
}

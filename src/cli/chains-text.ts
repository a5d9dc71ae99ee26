import { beneathFilters } from '../graph/chain.ts';
import { drawChain } from '../graph/draw.ts';
import type { BlockGraph, NodeName } from '../graph/graph.ts';
import { harmless } from '../text/harmless.ts';

/**
 * The chain of every device, backend and export in one line each, by its name. A device and the backend behind it are one;
 * the shorter of their names is the one that people know.
 */
export function deviceChains(graph: BlockGraph): Map<string, string> {
  const names = new Map<NodeName, string>();
  for (const { id, path, node } of graph.attachments) {
    const name = id || path || 'a block backend';
    const other = names.get(node);
    if (other === undefined || name.length < other.length) names.set(node, name);
  }
  return new Map(
    [...names].map(([node, name]) => [harmless(name), drawChain(graph, beneathFilters(graph, node))]),
  );
}

/** What is different after a statement: `disk0: A <- D`, a line for each device whose chain changed. */
export function changedChains(before: BlockGraph, after: BlockGraph): string[] {
  const was = deviceChains(before);
  return [...deviceChains(after)]
    .filter(([name, chain]) => was.get(name) !== chain)
    .map(([name, chain]) => `${name}: ${chain}`);
}

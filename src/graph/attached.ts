import { beneathFilters, chainEnds, chainOf } from './chain.ts';
import { chainTops } from './draw.ts';
import type { BlockGraph, NodeName } from './graph.ts';

/** A backing chain as people see it: filters left out. */
export interface Chain {
  /** Base first. */
  readonly nodes: readonly NodeName[];
  /** Whether the lowest node is surely the end. */
  readonly ends: boolean;
}

/** The chain below a node, the node itself or what it filters at its top. */
export function chainBelow(graph: BlockGraph, top: NodeName): Chain {
  const nodes = chainOf(graph, top).reverse();
  return { nodes, ends: chainEnds(graph, top) };
}

/**
 * The chain of every device, backend and export, by its name. A device and the backend behind it are one; the shorter of
 * their names is the one that people know. Exports are users of their own.
 */
export function attachedChains(graph: BlockGraph): Map<string, Chain> {
  const names = new Map<NodeName, string>();
  const exports = new Map<string, NodeName>();
  for (const { kind, id, path, node } of graph.attachments) {
    const name = id || path || 'a block backend';
    const other = names.get(node);
    if (kind === 'export') exports.set(name, node);
    else if (other === undefined || name.length < other.length) names.set(node, name);
  }
  const users = [...exports, ...[...names].map(([node, name]) => [name, node] as const)];
  return new Map(users.map(([name, node]) => [name, chainBelow(graph, beneathFilters(graph, node))]));
}

/** The chains that nothing uses from outside the graph, by the names of their tops. */
export function looseChains(graph: BlockGraph): Map<NodeName, Chain> {
  const attached = new Set(graph.attachments.map(({ node }) => beneathFilters(graph, node)));
  const tops = chainTops(graph).filter(top => !attached.has(top));
  return new Map(tops.map(top => [top, chainBelow(graph, top)]));
}

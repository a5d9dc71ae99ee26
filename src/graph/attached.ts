import { beneathFilters, chainEnds, chainOf } from './chain.ts';
import { knownUsers, nameOf } from './device-name.ts';
import { chainTops } from './draw.ts';
import type { Attachment, BlockGraph, NodeName } from './graph.ts';

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
 * The chain of every device, backend and export, by its name. A device and the backend behind it are one, called as a picture of
 * the chain calls it; of several devices on one node the shortest name stands for all. Exports are users of their own.
 */
export function attachedChains(graph: BlockGraph): Map<string, Chain> {
  const exports = graph.attachments.filter(({ kind }) => kind === 'export');
  const others = new Map<NodeName, Attachment[]>();
  for (const attachment of graph.attachments) {
    const { kind, node } = attachment;
    if (kind !== 'export') others.set(node, [...(others.get(node) ?? []), attachment]);
  }
  const users = [
    ...exports.map(attachment => [nameOf(attachment), attachment.node] as const),
    ...[...others].map(([node, list]) => [shortest(knownUsers(list).map(nameOf)), node] as const),
  ];
  return new Map(users.map(([name, node]) => [name, chainBelow(graph, beneathFilters(graph, node))]));
}

function shortest(names: readonly string[]): string {
  return names.reduce((short, name) => (name.length < short.length ? name : short));
}

/** The chains that nothing uses from outside the graph, by the names of their tops. */
export function looseChains(graph: BlockGraph): Map<NodeName, Chain> {
  const attached = new Set(graph.attachments.map(({ node }) => beneathFilters(graph, node)));
  const tops = chainTops(graph).filter(top => !attached.has(top));
  return new Map(tops.map(top => [top, chainBelow(graph, top)]));
}

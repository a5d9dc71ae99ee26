import type { BlockGraph, BlockNode, NodeName } from './graph.ts';
import { ValueIndex } from './value-index.ts';

/** The nodes that a node reads from directly: its backing node and its other children, each once. */
export function childrenOf(node: BlockNode): readonly NodeName[] {
  const others = node.children === undefined ? [] : Object.values(node.children);
  if (!node.backing) return others;
  return others.includes(node.backing) ? others : [node.backing, ...others];
}

/**
 * The nodes that read from `name` directly, as their backing or as another child, in the graph's order; those that may be
 * gone are left out. Graphs that come from one another share what this goes by, so that asking takes no look at every node.
 */
export function nodesUsing(graph: BlockGraph, name: NodeName): readonly BlockNode[] {
  return byChild.find(graph.nodes, name);
}

/** The nodes that read from `name` directly if they are still there. */
export function releasedUsing(graph: BlockGraph, name: NodeName): readonly BlockNode[] {
  return byReleasedChild.find(graph.nodes, name);
}

/** Whether any node may be gone. */
export function hasReleased(graph: BlockGraph): boolean {
  return byRelease.find(graph.nodes, RELEASED).length > 0;
}

const RELEASED = 'released';
const byRelease = new ValueIndex<BlockNode>(({ released }) => (released ? [RELEASED] : []));
const byChild = new ValueIndex<BlockNode>(node => (node.released ? [] : childrenOf(node)));
const byReleasedChild = new ValueIndex<BlockNode>(node => (node.released ? childrenOf(node) : []));

/** Whether a node is another, or reads from it by any way down. */
export function readsFrom(graph: BlockGraph, name: NodeName, other: NodeName): boolean {
  const seen = new Set<NodeName>();
  const next = [name];
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    if (at === other) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    const node = graph.nodes.get(at);
    if (node) next.push(...childrenOf(node));
  }
  return false;
}

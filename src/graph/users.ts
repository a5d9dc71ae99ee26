import type { BlockGraph, BlockNode, NodeName } from './graph.ts';
import { GONE, partsOf } from './shared-map.ts';

type Nodes = BlockGraph['nodes'];
type Users = ReadonlyMap<NodeName, readonly BlockNode[]>;

/** The nodes that a node reads from directly: its backing node and its other children, each once. */
export function childrenOf(node: BlockNode): readonly NodeName[] {
  const others = node.children === undefined ? [] : Object.values(node.children);
  if (!node.backing) return others;
  return others.includes(node.backing) ? others : [node.backing, ...others];
}

/**
 * The nodes that read from `name` directly, as their backing or as another child, in the graph's order. Graphs that come
 * from one another share what this goes by, so that asking takes no look at every node.
 */
export function nodesUsing(graph: BlockGraph, name: NodeName): BlockNode[] {
  const { beneath, own } = partsOf(graph.nodes);
  const users: BlockNode[] = [];
  for (const node of usersIn(beneath).get(name) ?? []) if (!own.has(node.name)) users.push(node);
  for (const node of own.values())
    if (node !== GONE && childrenOf(node as BlockNode).includes(name)) users.push(node as BlockNode);
  if (users.length < 2) return users;
  const all = new Set(users);
  return [...graph.nodes.values()].filter(node => all.has(node));
}

/** The maps that were asked about last. All that a plan keeps would be too many to remember. */
const recent: { readonly nodes: Nodes; readonly users: Users }[] = [];
const REMEMBERED = 2;

function usersIn(nodes: Nodes): Users {
  const known = recent.find(entry => entry.nodes === nodes);
  if (known) return known.users;
  const users = new Map<NodeName, BlockNode[]>();
  for (const node of nodes.values()) {
    for (const child of childrenOf(node)) {
      const others = users.get(child);
      if (others) others.push(node);
      else users.set(child, [node]);
    }
  }
  recent.unshift({ nodes, users });
  recent.length = Math.min(recent.length, REMEMBERED);
  return users;
}

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

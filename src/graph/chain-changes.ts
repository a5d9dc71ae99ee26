import { attachedChains, type Chain, chainBelow } from './attached.ts';
import { allAbove } from './chain.ts';
import type { BlockGraph, NodeName } from './graph.ts';
import { differences } from './shared-map.ts';
import { nodesUsing } from './users.ts';

/** A chain that is not the same in two graphs. */
export interface ChainChange {
  /** The device, backend or export that uses it; missing for a chain that nothing uses. */
  readonly user?: string;
  /** Missing where there was none. */
  readonly before?: Chain;
  /** `gone`: nothing uses it under that name any more. `unknown`: what is there then can't be told. */
  readonly after: Chain | 'gone' | 'unknown';
}

/**
 * The chains that differ between two graphs. Of the chains that nothing uses those count whose top is new, and those whose
 * top is the same but not what is below it: what a chain let go of is no chain of its own.
 */
export function chainChanges(before: BlockGraph, after: BlockGraph): ChainChange[] {
  if (before === after) return [];
  return [...attachedChanges(before, after), ...looseChanges(before, after)];
}

function attachedChanges(before: BlockGraph, after: BlockGraph): ChainChange[] {
  const was = attachedChains(before);
  const is = attachedChains(after);
  const missing = before.complete && !after.complete ? 'unknown' : after.complete ? 'gone' : 'unknown';
  const changes: ChainChange[] = [];
  for (const user of new Set([...was.keys(), ...is.keys()])) {
    const earlier = was.get(user);
    const now = is.get(user);
    if (earlier && now && sameChain(earlier, now)) continue;
    changes.push({ user, ...(earlier ? { before: earlier } : {}), after: now ?? missing });
  }
  return changes;
}

function looseChanges(before: BlockGraph, after: BlockGraph): ChainChange[] {
  const tops = new Set<NodeName>();
  for (const name of differences(before.nodes, after.nodes)) {
    if (!after.nodes.has(name)) continue;
    for (const node of [name, ...allAbove(after, name)]) if (isLooseTop(after, node)) tops.add(node);
  }
  const changes: ChainChange[] = [];
  for (const top of tops) {
    const earlier = isLooseTop(before, top) ? chainBelow(before, top) : undefined;
    const now = chainBelow(after, top);
    if (earlier ? sameChain(earlier, now) : before.nodes.has(top)) continue;
    changes.push({ ...(earlier ? { before: earlier } : {}), after: now });
  }
  return changes;
}

/** Whether a node is an image that nothing uses: no overlay, no device. */
function isLooseTop(graph: BlockGraph, name: NodeName): boolean {
  const node = graph.nodes.get(name);
  if (!node || node.filter || nodesUsing(graph, name).length > 0) return false;
  return !graph.attachments.some(attachment => attachment.node === name);
}

/** Whether two chains are of the same nodes, as far down as they are known. */
function sameChain(one: Chain, other: Chain): boolean {
  return one.ends === other.ends && sameNodes(one.nodes, other.nodes);
}

function sameNodes(one: readonly NodeName[], other: readonly NodeName[]): boolean {
  return one.length === other.length && one.every((name, at) => name === other[at]);
}

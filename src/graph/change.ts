import { beneathFilters, parentsOf } from './chain.ts';
import type { BlockGraph, BlockJob, BlockNode, NodeName } from './graph.ts';
import { holdsNodes } from './job-nodes.ts';
import { differences, withEntry, withoutEntry } from './shared-map.ts';
import { childrenOf, hasReleased, nodesUsing, releasedUsing } from './users.ts';

/** The graph with a node added, or with what is known of one replaced. */
export function withNode(graph: BlockGraph, node: BlockNode): BlockGraph {
  return { ...graph, nodes: withEntry(graph.nodes, node.name, node) };
}

/** The graph with more known of one node; a node not seen before becomes known by its name. */
export function amendNode(
  graph: BlockGraph,
  name: NodeName,
  facts: Partial<Omit<BlockNode, 'name'>>,
): BlockGraph {
  const node = graph.nodes.get(name);
  const known = Object.entries(facts) as [keyof BlockNode, unknown][];
  if (node && known.every(([fact, value]) => node[fact] === value)) return graph;
  return withNode(graph, { ...node, name, ...facts });
}

/** The graph with a node reopened to this access, said so: the file that was opened with it follows it. */
export function withAccess(graph: BlockGraph, name: NodeName, readOnly: boolean): BlockGraph {
  const changed = amendNode(graph, name, { readOnly });
  const file = changed.nodes.get(changed.nodes.get(name)?.children?.['file'] ?? '');
  if (!file || file.name === name || file.readOnly === readOnly || file.owner === 'monitor') return changed;
  if (file.owner === 'implicit') return withAccess(changed, file.name, readOnly);
  // Whether it was opened with the node or by itself is not known, so neither is its access from now on.
  const { readOnly: _, ...rest } = file;
  return withNode(changed, rest);
}

/** The graph without a node; nothing may refer to it any more. */
export function withoutNode(graph: BlockGraph, name: NodeName): BlockGraph {
  return { ...graph, nodes: withoutEntry(graph.nodes, name) };
}

/** The graph with a job added or replaced. */
export function withJob(graph: BlockGraph, job: BlockJob): BlockGraph {
  return { ...graph, jobs: withEntry(graph.jobs, job.id, job) };
}

/** The graph without a job. */
export function withoutJob(graph: BlockGraph, id: string): BlockGraph {
  return { ...graph, jobs: withoutEntry(graph.jobs, id) };
}

/**
 * Everything that used `from` uses `to` instead: attachments, overlays, filters above it, a quorum that it is in. What `to` itself reads,
 * however deep, keeps `from`, so that no cycle comes about.
 */
export function replaceNode(graph: BlockGraph, from: NodeName, to: NodeName): BlockGraph {
  const users = nodesUsing(graph, from);
  const kept = users.length > 0 ? readBy(graph, to) : new Set();
  const moving = users.filter(node => !kept.has(node.name));
  const moved = moving.reduce((now, node) => withNode(now, readingFrom(node, from, to)), graph);
  const attachments = graph.attachments.map(item => (item.node === from ? { ...item, node: to } : item));
  return { ...moved, attachments };
}

function readingFrom(node: BlockNode, from: NodeName, to: NodeName): BlockNode {
  const children = Object.entries(node.children ?? {}).map(([role, child]) => [
    role,
    child === from ? to : child,
  ]);
  return {
    ...node,
    ...(node.backing === from ? { backing: to } : {}),
    ...(node.children ? { children: Object.fromEntries(children) } : {}),
  };
}

function readBy(graph: BlockGraph, name: NodeName): Set<NodeName> {
  const seen = new Set<NodeName>();
  const next = [name];
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const node = graph.nodes.get(at);
    for (const child of node ? childrenOf(node) : []) next.push(child);
  }
  return seen;
}

/** Every attachment that uses `from`, filters above it included, uses `to` directly. */
export function moveAttachments(graph: BlockGraph, from: NodeName, to: NodeName): BlockGraph {
  const image = beneathFilters(graph, from);
  const attachments = graph.attachments.map(item =>
    beneathFilters(graph, item.node) === image ? { ...item, node: to } : item,
  );
  return { ...graph, attachments };
}

/** What is backed by `from` is backed by `to` instead. The filter that a commit put between goes with the job. */
export function relinkOverlays(graph: BlockGraph, from: NodeName, to: NodeName): BlockGraph {
  const parents = parentsOf(graph, from).flatMap(parent =>
    graph.nodes.get(parent)?.driver === 'commit_top' ? parentsOf(graph, parent) : [parent],
  );
  return parents.reduce((now, parent) => amendNode(now, parent, { backing: to }), graph);
}

/** The nodes that attachments and unfinished jobs refer to. */
function heldFromOutside({ attachments, jobs }: BlockGraph): Set<NodeName> {
  const names = new Set<NodeName>(attachments.map(attachment => attachment.node));
  for (const job of jobs.values()) {
    if (!holdsNodes(job)) continue;
    for (const name of [...Object.values(job.on ?? {}), ...(job.spans ?? [])]) names.add(name);
    if (job.filter !== undefined) names.add(job.filter);
  }
  return names;
}

/** The nodes that something referred to in `before` and that a difference to `after` may have let go of. */
function perhapsReleased(before: BlockGraph, after: BlockGraph, held: Set<NodeName>): Set<NodeName> {
  const perhaps = new Set<NodeName>();
  for (const changed of differences(before.nodes, after.nodes)) {
    const node = before.nodes.get(changed);
    for (const child of node ? childrenOf(node) : []) perhaps.add(child);
  }
  if (before.attachments === after.attachments && before.jobs === after.jobs) return perhaps;
  for (const name of heldFromOutside(before)) if (!held.has(name)) perhaps.add(name);
  return perhaps;
}

/**
 * Lets go of the implicit nodes that something referred to in `before` and nothing refers to in `after`, and of what only
 * they kept. The monitor's nodes stay. In a graph that is wholly known, nodes whose owner is not known are marked as
 * released, and with them what only they kept.
 */
export function dropReleased(before: BlockGraph, after: BlockGraph): BlockGraph {
  const held = heldFromOutside(after);
  let was = before;
  let now = after;
  for (;;) {
    const released = [...perhapsReleased(was, now, held)].flatMap(name => {
      const node = now.nodes.get(name);
      return node && !held.has(name) && nodesUsing(now, name).length === 0 ? node : [];
    });
    const next = released.reduce(letGo, now);
    if (next === now) return now;
    was = now;
    now = next;
  }
}

function letGo(graph: BlockGraph, node: BlockNode): BlockGraph {
  const isKept = releasedUsing(graph, node.name).length > 0;
  if (node.owner === 'implicit' && !isKept) return withoutNode(graph, node.name);
  if (node.owner === 'monitor' || !graph.complete) return graph;
  return amendNode(graph, node.name, { released: true });
}

/** The graph with what is in use again known to be there, as a command shows that takes up a node that might have been gone. */
export function retakeReleased(graph: BlockGraph): BlockGraph {
  if (!hasReleased(graph)) return graph;
  const held = heldFromOutside(graph);
  let now = graph;
  const next = [...graph.nodes.values()].filter(
    ({ name, released }) => released && (held.has(name) || nodesUsing(graph, name).length > 0),
  );
  for (let node = next.pop(); node; node = next.pop()) {
    const { released, ...there } = node;
    now = withNode(now, there);
    for (const child of childrenOf(node)) {
      const below = now.nodes.get(child);
      if (below?.released) next.push(below);
    }
  }
  return now;
}

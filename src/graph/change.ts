import { beneathFilters, parentsOf } from './chain.ts';
import type { BlockGraph, BlockJob, BlockNode, NodeName } from './graph.ts';

/** The graph with a node added, or with what is known of one replaced. */
export function withNode(graph: BlockGraph, node: BlockNode): BlockGraph {
  return { ...graph, nodes: new Map(graph.nodes).set(node.name, node) };
}

/** The graph with more known of one node; a node not seen before becomes known by its name. */
export function amendNode(
  graph: BlockGraph,
  name: NodeName,
  facts: Partial<Omit<BlockNode, 'name'>>,
): BlockGraph {
  return withNode(graph, { ...graph.nodes.get(name), name, ...facts });
}

/** The graph without a node; nothing may refer to it any more. */
export function withoutNode(graph: BlockGraph, name: NodeName): BlockGraph {
  const nodes = new Map(graph.nodes);
  nodes.delete(name);
  return { ...graph, nodes };
}

/** The graph with a job added or replaced. */
export function withJob(graph: BlockGraph, job: BlockJob): BlockGraph {
  return { ...graph, jobs: new Map(graph.jobs).set(job.id, job) };
}

/** The graph without a job. */
export function withoutJob(graph: BlockGraph, id: string): BlockGraph {
  const jobs = new Map(graph.jobs);
  jobs.delete(id);
  return { ...graph, jobs };
}

/**
 * Everything that used `from` uses `to` instead: attachments, overlays and the filters above it. What `to` itself reads,
 * however deep, keeps `from`, so that no cycle comes about.
 */
export function replaceNode(graph: BlockGraph, from: NodeName, to: NodeName): BlockGraph {
  const kept = readBy(graph, to);
  const nodes = new Map(graph.nodes);
  for (const node of graph.nodes.values()) {
    if (node.backing === from && !kept.has(node.name)) nodes.set(node.name, { ...node, backing: to });
  }
  const attachments = graph.attachments.map(item => (item.node === from ? { ...item, node: to } : item));
  return { ...graph, nodes, attachments };
}

function readBy(graph: BlockGraph, name: NodeName): Set<NodeName> {
  const seen = new Set<NodeName>();
  const visit = (at: NodeName) => {
    if (seen.has(at)) return;
    seen.add(at);
    const node = graph.nodes.get(at);
    if (node?.backing) visit(node.backing);
    for (const child of Object.values(node?.children ?? {})) visit(child);
  };
  visit(name);
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

/** Who refers to each node: the nodes, attachments and unfinished jobs of the graph. */
function referredTo(graph: BlockGraph): Set<NodeName> {
  const names = new Set<NodeName>(graph.attachments.map(attachment => attachment.node));
  for (const node of graph.nodes.values()) {
    if (node.backing) names.add(node.backing);
    for (const child of Object.values(node.children ?? {})) names.add(child);
  }
  for (const job of graph.jobs.values()) {
    if (job.status === 'concluded' || job.status === 'null') continue;
    for (const name of Object.values(job.on ?? {})) names.add(name);
  }
  return names;
}

/**
 * Lets go of the implicit nodes that something referred to in `before` and nothing refers to in `after`, and of what only
 * they kept. The monitor's nodes stay, and so do nodes whose owner is not known.
 */
export function dropReleased(before: BlockGraph, after: BlockGraph): BlockGraph {
  let was = before;
  let now = after;
  for (;;) {
    const earlier = referredTo(was);
    const current = referredTo(now);
    const released = [...now.nodes.values()].filter(
      node => node.owner === 'implicit' && earlier.has(node.name) && !current.has(node.name),
    );
    if (released.length === 0) return now;
    was = now;
    for (const node of released) now = withoutNode(now, node.name);
  }
}

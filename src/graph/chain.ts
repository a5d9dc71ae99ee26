import type { Attachment, BlockGraph, NodeName } from './graph.ts';
import { nodesUsing } from './users.ts';

/** The node itself, or the first node below it that is no filter. Ends where the graph's knowledge or a cycle does. */
export function beneathFilters(graph: BlockGraph, name: NodeName): NodeName {
  let node = graph.nodes.get(name);
  if (!node?.filter) return name;
  const seen = new Set<NodeName>();
  let at = name;
  for (; node?.filter && node.backing && !seen.has(at); node = graph.nodes.get(at)) {
    seen.add(at);
    at = node.backing;
  }
  return at;
}

/**
 * The nodes from `top` down to the end of its backing chain, `top` first, filters left out.
 * Stops at a node whose backing node is unknown: introspection can be partial. A cycle ends it too.
 */
export function chainOf(graph: BlockGraph, top: NodeName): NodeName[] {
  const chain = new Set<NodeName>();
  for (let at: NodeName | null | undefined = top; at; ) {
    let node = graph.nodes.get(at);
    if (node?.filter) {
      at = beneathFilters(graph, at);
      node = graph.nodes.get(at);
    }
    if (chain.has(at) || node?.filter) break;
    chain.add(at);
    at = node?.backing;
  }
  return [...chain];
}

/** The nodes from `top` down as they are linked, filters included, `top` first. A cycle ends it. */
export function linksDown(graph: BlockGraph, top: NodeName): NodeName[] {
  const nodes = new Set<NodeName>();
  for (let at: NodeName | null | undefined = top; at && !nodes.has(at); at = graph.nodes.get(at)?.backing)
    nodes.add(at);
  return [...nodes];
}

/** Whether the chain below `top` is known to its end, so that what is not in it is surely not below. */
export function chainEnds(graph: BlockGraph, top: NodeName): boolean {
  const last = chainOf(graph, top).at(-1);
  return last !== undefined && graph.nodes.get(last)?.backing === null;
}

/** The nodes that read from `name` as their backing or filtered node, filters included: its direct users. */
export function parentsOf(graph: BlockGraph, name: NodeName): NodeName[] {
  return nodesUsing(graph, name).flatMap(node => (node.backing === name ? node.name : []));
}

/** The nodes that read from `name` through backing links, however far above, filters included. A cycle ends the way up. */
export function allAbove(graph: BlockGraph, name: NodeName): NodeName[] {
  const above = new Set<NodeName>();
  const next = [name];
  for (let below = next.pop(); below !== undefined; below = next.pop()) {
    for (const parent of parentsOf(graph, below)) {
      if (parent === name || above.has(parent)) continue;
      above.add(parent);
      next.push(parent);
    }
  }
  return [...above];
}

/** The filters directly above a node, and those above them. */
function filtersAbove(graph: BlockGraph, name: NodeName): NodeName[] {
  const filters = new Set<NodeName>();
  const next = [name];
  for (let below = next.pop(); below !== undefined; below = next.pop()) {
    for (const parent of parentsOf(graph, below)) {
      if (!graph.nodes.get(parent)?.filter || filters.has(parent)) continue;
      filters.add(parent);
      next.push(parent);
    }
  }
  return [...filters];
}

/** The nodes whose image is backed by `name`, seen through filters. More than one where chains share it. */
export function overlaysOf(graph: BlockGraph, name: NodeName): NodeName[] {
  const own = beneathFilters(graph, name);
  const users = [own, ...filtersAbove(graph, own)].flatMap(node => parentsOf(graph, node));
  return users.filter(user => !graph.nodes.get(user)?.filter);
}

/** The one node backed by `name`; undefined where there is none, and where there are several. */
export function overlayOf(graph: BlockGraph, name: NodeName): NodeName | undefined {
  const overlays = overlaysOf(graph, name);
  return overlays.length === 1 ? overlays[0] : undefined;
}

/**
 * The root of the chain that a node is in: what block-commit wants as `device`. A filter on top of the active layer is the
 * root. Undefined where chains fork and not exactly one way up leads to a user, and where only a part of the graph is
 * known and nothing is known to be attached.
 */
export function rootAbove(graph: BlockGraph, name: NodeName): NodeName | undefined {
  if (!graph.nodes.has(name)) return undefined;
  const roots = [name, ...allAbove(graph, name)].filter(node => parentsOf(graph, node).length === 0);
  const attached = roots.filter(root =>
    graph.attachments.some(attachment => sameImage(graph, attachment.node, root)),
  );
  if (attached.length === 1) return attached[0];
  return graph.complete && roots.length === 1 ? roots[0] : undefined;
}

function sameImage(graph: BlockGraph, one: NodeName, other: NodeName): boolean {
  return beneathFilters(graph, one) === beneathFilters(graph, other);
}

/** Whether `lower` lies strictly below `upper`; undefined where the chain is not known far enough. */
export function isBelow(graph: BlockGraph, lower: NodeName, upper: NodeName): boolean | undefined {
  const at = chainOf(graph, upper).indexOf(beneathFilters(graph, lower));
  if (at >= 0) return at > 0;
  return chainEnds(graph, upper) ? false : undefined;
}

/** The active layer of what an attachment uses: its node, or the image below the filters there. */
export function rootOf(graph: BlockGraph, attachment: Attachment): NodeName {
  return beneathFilters(graph, attachment.node);
}

/**
 * The attachment that people mean by a word: a guest device's id or QOM path, a block backend's name, an export's id, in
 * that order.
 */
export function findDevice(graph: BlockGraph, word: string): Attachment | undefined {
  if (word === '') return undefined;
  const named = (kind: Attachment['kind']) =>
    graph.attachments.find(item => item.kind === kind && item.id === word);
  const byPath = graph.attachments.find(({ path }) => path === word || path === `${word}/virtio-backend`);
  return named('device') ?? byPath ?? named('backend') ?? named('export');
}

/** What uses a node from outside the graph, directly or through filters. */
export function attachmentsOf(graph: BlockGraph, name: NodeName): Attachment[] {
  const own = beneathFilters(graph, name);
  return graph.attachments.filter(attachment => rootOf(graph, attachment) === own);
}

/**
 * What uses a node from outside the graph at the end of any way up from it, itself included: a quorum, and an image whose
 * file it is, count as ways.
 */
export function usersAbove(graph: BlockGraph, name: NodeName): Attachment[] {
  const reading = new Set([beneathFilters(graph, name)]);
  for (const node of reading) for (const user of nodesUsing(graph, node)) reading.add(user.name);
  return graph.attachments.filter(attachment => reading.has(attachment.node));
}

/** The nodes that hold the bytes of images instead of being images themselves, with the filters among them. */
export function storageNodes(graph: BlockGraph): ReadonlySet<NodeName> {
  const storage = new Set<NodeName>();
  for (const node of graph.nodes.values()) {
    for (const [role, child] of Object.entries(node.children ?? {})) {
      // What a quorum votes over and what old data are copied to are images.
      if (child !== node.backing && !role.startsWith('children') && role !== 'target') storage.add(child);
    }
  }
  for (const name of storage) {
    const node = graph.nodes.get(name);
    if (node?.filter && node.backing) storage.add(node.backing);
  }
  return storage;
}

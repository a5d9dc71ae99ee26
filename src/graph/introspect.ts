import { isObject, type JsonObject } from '../qmp/json.ts';
import { beneathFilters } from './chain.ts';
import { type DebugGraph, readDebugGraph, usesOfJobs } from './debug-graph.ts';
import type { Attachment, BlockGraph, BlockJob, BlockNode, JobStatus, NodeName } from './graph.ts';
import { filterOf, isFilterOf } from './job-nodes.ts';
import { type Links, linkNode, linksByEdges, linksByFileName, linksListed } from './links.ts';
import { readFiles, readNode } from './read-node.ts';

/** One query to send; where `optional`, QEMU may refuse it and the graph is read without its reply. */
export interface GraphQuery {
  readonly command: string;
  readonly arguments: JsonObject;
  readonly optional?: true;
}

/**
 * What to ask a QEMU for its block graph: as few queries as tell everything. `has` answers from the schema whether there is
 * such a command, with such an argument. With `listsChildren` (a reply's nodes have `children`, as from 11.1 on)
 * the unstable x-debug-query-block-graph is left out.
 */
export function queriesFor(
  has: (command: string, argument?: string) => boolean,
  { listsChildren = false }: { readonly listsChildren?: boolean } = {},
): GraphQuery[] {
  const flat = has('query-named-block-nodes', 'flat');
  const queries: GraphQuery[] = [
    { command: 'query-named-block-nodes', arguments: flat ? { flat: true } : {} },
  ];
  for (const command of ['query-block', 'query-block-exports', 'query-jobs']) {
    if (has(command)) queries.push({ command, arguments: {} });
  }
  if (!listsChildren && has('x-debug-query-block-graph')) {
    queries.push({ command: 'x-debug-query-block-graph', arguments: {}, optional: true });
  }
  return queries;
}

/** Whether a reply of query-named-block-nodes tells the links between nodes by itself. */
export function repliesListChildren(reply: unknown): boolean {
  const nodes = objects(reply);
  return nodes.length > 0 && nodes.every(node => Array.isArray(node['children']));
}

/**
 * The graph that these replies tell of, by the names of their commands. Takes whatever it is given and leaves out what is
 * missing or malformed. Links are taken from `children`, else from x-debug-query-block-graph, else from file names
 * where only one node has the file; otherwise they are unknown.
 */
export function readGraph(replies: Readonly<Record<string, unknown>>): BlockGraph {
  const listed = objects(replies['query-named-block-nodes']);
  const debug = readDebugGraph(replies['x-debug-query-block-graph']);
  const bare = listed.flatMap(reply => readNode(reply) ?? []);
  const links: Links = repliesListChildren(listed)
    ? linksListed(listed)
    : debug
      ? linksByEdges(debug)
      : linksByFileName(listed, bare);
  const linked = new Map(bare.map(node => [node.name, linkNode(node, links(node.name))]));
  const nodes = new Map([...linked].map(([name, node]) => [name, withPlainFile(node, linked)]));
  const complete = listed.length > 0 || Array.isArray(replies['query-named-block-nodes']);
  const files = readFiles(listed, nodes);
  const graph: BlockGraph = {
    nodes: withoutDangling(nodes),
    attachments: [],
    jobs: new Map(),
    files,
    complete,
  };
  return {
    ...graph,
    attachments: readAttachments(graph, replies, debug),
    jobs: readJobs(graph, replies['query-jobs'], debug),
  };
}

function objects(reply: unknown): JsonObject[] {
  return Array.isArray(reply) ? reply.filter(isObject) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** QEMU shows a `json:{…}` name where an image was opened with options of its own; the file is then the protocol node's. */
function withPlainFile(node: BlockNode, nodes: ReadonlyMap<NodeName, BlockNode>): BlockNode {
  if (!node.filename?.startsWith('json:')) return node;
  const file = nodes.get(node.children?.['file'] ?? '')?.filename;
  return file === undefined || file.startsWith('json:') ? node : { ...node, filename: file };
}

// The replies are taken one after the other, so a node can be gone from one and still be named in another.
function withoutDangling(nodes: ReadonlyMap<NodeName, BlockNode>): Map<NodeName, BlockNode> {
  const sound = new Map<NodeName, BlockNode>();
  for (const [name, node] of nodes) {
    const { backing, children, ...rest } = node;
    const known = Object.entries(children ?? {}).filter(([, child]) => nodes.has(child));
    sound.set(name, {
      ...rest,
      ...(backing === null || (backing !== undefined && nodes.has(backing)) ? { backing } : {}),
      ...(known.length > 0 ? { children: Object.fromEntries(known) } : {}),
    });
  }
  return sound;
}

function readAttachments(
  graph: BlockGraph,
  replies: Readonly<Record<string, unknown>>,
  debug: DebugGraph | undefined,
): Attachment[] {
  const found: Attachment[] = [];
  for (const block of objects(replies['query-block'])) {
    const inserted = isObject(block['inserted']) ? block['inserted'] : {};
    const shown = text(inserted['node-name']);
    const path = text(block['qdev']);
    const backend = text(block['device']) ?? '';
    // query-block looks through a job's filter; the node that the device really uses is the root.
    const real = debug?.roots.get(path ?? '') ?? debug?.roots.get(backend);
    const node = real !== undefined && graph.nodes.has(real) ? real : shown;
    if (node === undefined || !graph.nodes.has(node)) continue;
    const writable = graph.nodes.get(beneathFilters(graph, node))?.readOnly === false;
    const idle = debug?.idle.has(path ?? '') ? { idle: true as const } : {};
    if (path !== undefined) found.push({ kind: 'device', id: deviceId(path), path, node, writable, ...idle });
    if (backend !== '') found.push({ kind: 'backend', id: backend, node, writable });
    if (path === undefined && backend === '') found.push({ kind: 'backend', id: '', node, writable });
  }
  for (const item of objects(replies['query-block-exports'])) {
    const id = text(item['id']);
    const node = text(item['node-name']);
    if (id === undefined || node === undefined || !graph.nodes.has(node)) continue;
    const type = text(item['type']);
    found.push({ kind: 'export', id, node, ...(type === undefined ? {} : { exportType: type }) });
  }
  return found;
}

/** `disk0` of `/machine/peripheral/disk0/virtio-backend`; the whole path for devices without an id. */
function deviceId(path: string): string {
  const match = /^\/machine\/peripheral\/([^/]+)(\/virtio-backend)?$/.exec(path);
  return match?.[1] ?? path;
}

const STATUSES = 'created running paused ready standby waiting pending aborting concluded null'.split(' ');

function readJobs(graph: BlockGraph, reply: unknown, debug: DebugGraph | undefined): Map<string, BlockJob> {
  const jobs = new Map<string, BlockJob>();
  for (const item of objects(reply)) {
    const id = text(item['id']);
    const status = text(item['status']);
    if (id === undefined) continue;
    const type = text(item['type']) ?? 'unknown';
    const on = debug && usesOfJobs(debug, graph, id, type);
    const known = status !== undefined && STATUSES.includes(status) ? (status as JobStatus) : 'undefined';
    const job = { id, type, status: known, ...(on ? { on } : {}) };
    const main = debug?.jobEdges.find(edge => edge.parent === id && edge.role === 'main node')?.child;
    // A commit below the active layer has its filter elsewhere; others of these drivers can be somebody's own.
    const filter = isFilterOf(graph, job, main) ? main : type === 'commit' ? filterOf(graph, job) : undefined;
    jobs.set(id, { ...job, ...(filter === undefined ? {} : { filter }) });
  }
  return jobs;
}

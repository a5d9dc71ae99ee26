import { isObject, type JsonObject } from '../qmp/json.ts';
import { beneathFilters } from './chain.ts';
import type { BlockGraph, NodeName } from './graph.ts';

/** One use of a node by another node or by a job, with the role QEMU gives it. */
export interface Edge {
  readonly parent: string;
  readonly role: string;
  readonly child: NodeName;
}

/** What x-debug-query-block-graph tells, its ids resolved to names. */
export interface DebugGraph {
  readonly nodeEdges: readonly Edge[];
  readonly jobEdges: readonly Edge[];
  /** The root node of each named block backend; guest devices by their QOM path. */
  readonly roots: ReadonlyMap<string, NodeName>;
  /** The backends, by the same names, that do nothing with their root. */
  readonly idle: ReadonlySet<string>;
}

/** Reads a reply of x-debug-query-block-graph; undefined where there is none that could be read. */
export function readDebugGraph(reply: unknown): DebugGraph | undefined {
  if (!isObject(reply) || !Array.isArray(reply['nodes']) || !Array.isArray(reply['edges'])) return undefined;
  const vertices = new Map<unknown, JsonObject>();
  for (const vertex of reply['nodes']) if (isObject(vertex)) vertices.set(vertex['id'], vertex);
  const nodeEdges: Edge[] = [];
  const jobEdges: Edge[] = [];
  const roots = new Map<string, NodeName>();
  const idle = new Set<string>();
  for (const edge of reply['edges']) {
    if (!isObject(edge)) continue;
    const [parent, child] = [vertices.get(edge['parent']), vertices.get(edge['child'])];
    const [from, to, role] = [parent?.['name'], child?.['name'], edge['name']];
    if (typeof from !== 'string' || typeof to !== 'string' || typeof role !== 'string') continue;
    if (parent?.['type'] === 'block-driver') nodeEdges.push({ parent: from, role, child: to });
    if (parent?.['type'] === 'block-job') jobEdges.push({ parent: from, role, child: to });
    if (parent?.['type'] !== 'block-backend' || from === '') continue;
    roots.set(from, to);
    if (Array.isArray(edge['perm']) && edge['perm'].length === 0) idle.add(from);
  }
  return { nodeEdges, jobEdges, roots, idle };
}

/**
 * The nodes a running job was given, by its command's argument names, as far as its edges tell. QEMU shows a job's filter
 * as its main node, except for a commit below the active layer, whose filter sits between top and overlay.
 */
export function usesOfJobs(
  debug: DebugGraph,
  graph: BlockGraph,
  id: string,
  type: string,
): Readonly<Record<string, NodeName>> | undefined {
  const edges = debug.jobEdges.filter(edge => edge.parent === id && graph.nodes.has(edge.child));
  const byRole = (role: string) => edges.find(edge => edge.role === role)?.child;
  const main = byRole('main node');
  const device = byRole('source') ?? byRole('active node') ?? (main && beneathFilters(graph, main));
  if (device === undefined) return undefined;
  const target = byRole('target');
  if (type !== 'commit') {
    const base = type === 'stream' ? belowLast(edges, graph) : undefined;
    return { device, ...(target ? { target } : {}), ...(base ? { 'base-node': base } : {}) };
  }
  if (target) return { device, 'top-node': device, 'base-node': target };
  const base = byRole('base');
  const between = edges.find(edge => edge.role === 'intermediate node')?.child;
  return { device, ...(between ? { 'top-node': between } : {}), ...(base ? { 'base-node': base } : {}) };
}

/** A stream holds what lies between; its base is the node below the lowest of them. */
function belowLast(edges: readonly Edge[], graph: BlockGraph): NodeName | undefined {
  const between = edges.filter(edge => edge.role === 'intermediate node').map(edge => edge.child);
  const lowest = between.find(name => !between.includes(graph.nodes.get(name)?.backing ?? ''));
  return graph.nodes.get(lowest ?? '')?.backing ?? undefined;
}

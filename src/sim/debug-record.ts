import type { BlockGraph, BlockJob } from '../graph/graph.ts';
import { hasEnded, isActiveCommit } from '../graph/job.ts';
import { between } from '../graph/job-nodes.ts';
import type { Json, JsonObject } from '../qmp/json.ts';
import { childrenOf } from './node-record.ts';

/** The whole graph as x-debug-query-block-graph shows it: every node, every user, and the links between. */
export function debugRecord(graph: BlockGraph): JsonObject {
  const nodes: JsonObject[] = [];
  const edges: JsonObject[] = [];
  const add = (type: string, name: string) => nodes.push({ id: nodes.length + 1, type, name });
  const ids = new Map<string, number>();
  for (const name of graph.nodes.keys()) ids.set(name, add('block-driver', name));
  const link = (parent: number, role: string, name: string) => {
    const child = ids.get(name);
    if (child === undefined) return;
    const permissions = { perm: ['consistent-read'] as Json, 'shared-perm': ['consistent-read'] as Json };
    edges.push({ parent, child, name: role, ...permissions });
  };
  for (const node of graph.nodes.values()) {
    for (const { child, 'node-name': name } of childrenOf(node)) link(ids.get(node.name) ?? 0, child, name);
  }
  for (const { kind, id, path, node } of graph.attachments) {
    link(add('block-backend', kind === 'device' ? (path ?? id) : kind === 'backend' ? id : ''), 'root', node);
  }
  for (const job of graph.jobs.values()) {
    if (hasEnded(job.status) || job.type === 'create') continue;
    const vertex = add('block-job', job.id);
    for (const [role, name] of usesOf(graph, job)) link(vertex, role, name);
  }
  return { nodes, edges };
}

/** The nodes of a job, with the roles that QEMU gives them. */
function usesOf(graph: BlockGraph, job: BlockJob): (readonly [string, string])[] {
  const { device = '', target, 'base-node': base } = job.on ?? {};
  const inside = between(graph, job).map(name => ['intermediate node', name] as const);
  const end = (role: string, name: string | undefined) => (name ? [[role, name] as const] : []);
  if (job.type === 'stream') return [['main node', device], ...inside];
  if (job.type === 'commit' && !isActiveCommit(job)) {
    return [['active node', device], ...inside, ...end('base', base)];
  }
  return [['source', device], ...end('target', target ?? base)];
}

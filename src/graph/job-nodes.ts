import { beneathFilters, chainOf, parentsOf } from './chain.ts';
import type { BlockGraph, BlockJob, NodeName } from './graph.ts';
import { hasEnded, isActiveCommit } from './job.ts';

/** The driver of the filter that a job of this type puts into the chain. */
export function filterDriver(job: Pick<BlockJob, 'type' | 'on'>): string | undefined {
  switch (job.type) {
    case 'mirror':
      return 'mirror_top';
    case 'commit':
      return job.on !== undefined && job.on['top-node'] === job.on['device'] ? 'mirror_top' : 'commit_top';
    case 'stream':
      return 'copy-on-read';
    case 'backup':
      return 'copy-before-write';
    default:
      return undefined;
  }
}

/** The filter of an unfinished job: the one it is known to have made, else one of its driver over its node. */
export function filterOf(graph: BlockGraph, job: BlockJob): NodeName | undefined {
  // A job that has ended left its filter's name to others.
  if (hasEnded(job.status)) return undefined;
  if (job.filter !== undefined) return graph.nodes.has(job.filter) ? job.filter : undefined;
  const driver = filterDriver(job);
  const over = driver === 'commit_top' ? job.on?.['top-node'] : job.on?.['device'];
  if (over === undefined || driver === undefined) return undefined;
  return parentsOf(graph, over).find(parent => isFilterOf(graph, job, parent));
}

/** Whether a node has the driver of the filter that a job like this makes. */
export function isFilterOf(
  graph: BlockGraph,
  job: Pick<BlockJob, 'type' | 'on'>,
  name: NodeName | undefined,
): boolean {
  const { driver } = graph.nodes.get(name ?? '') ?? {};
  const made = filterDriver(job);
  return (
    driver !== undefined && (driver === made || (made === 'copy-before-write' && driver === 'backup-top'))
  );
}

/** The images strictly between the two ends of a stream or a commit, from the top down; a commit's top is one where it is not active. */
export function between(graph: BlockGraph, job: BlockJob): NodeName[] {
  if (job.type !== 'stream' && job.type !== 'commit') return [];
  if (job.spans) return [...job.spans];
  const top = job.type === 'stream' ? job.on?.['device'] : job.on?.['top-node'];
  if (top === undefined) return [];
  const chain = chainOf(graph, top);
  const bottom = job.on?.['bottom'];
  const given = job.on?.['base-node'];
  const base = given === undefined ? undefined : beneathFilters(graph, given);
  const end =
    bottom !== undefined ? chain.indexOf(bottom) + 1 : base === undefined ? -1 : chain.indexOf(base);
  // A filter at the top is not in the chain, and what lies beneath it is between.
  const from = (job.type === 'commit' && !isActiveCommit(job)) || chain[0] !== top ? 0 : 1;
  return chain.slice(from, end < 0 ? chain.length : end);
}

/**
 * Whether a job keeps its nodes: until it has ended, and a commit below the active layer even until it is dismissed, unless it
 * was broken off.
 */
export function holdsNodes(job: BlockJob): boolean {
  if (!hasEnded(job.status)) return true;
  return (
    job.status === 'concluded' && job.type === 'commit' && job.ending === undefined && !isActiveCommit(job)
  );
}

/** The nodes on which a job lets nobody start anything else. */
export function heldNodes(graph: BlockGraph, job: BlockJob): NodeName[] {
  if (!holdsNodes(job) || !job.on) return [];
  const { device, target } = job.on;
  const filter = filterOf(graph, job);
  switch (job.type) {
    case 'backup':
      return known([filter, target]);
    case 'commit':
      return known([
        isActiveCommit(job) ? filter : undefined,
        device,
        ...between(graph, job),
        job.on['base-node'],
      ]);
    case 'stream':
    case 'mirror':
      return known([filter, device, ...between(graph, job), target]);
    default:
      return [];
  }
}

/** The nodes whose backing links a job freezes. */
function frozenParents(graph: BlockGraph, job: BlockJob): NodeName[] {
  if (hasEnded(job.status) || !job.on) return [];
  const { device } = job.on;
  const filter = filterOf(graph, job);
  if (job.type === 'stream') {
    const along = known([device, ...between(graph, job)]);
    return known([filter, ...along.slice(0, -1)]);
  }
  if (job.type !== 'commit') return [];
  return known([filter, isActiveCommit(job) ? device : undefined, ...between(graph, job)]);
}

/** The job that keeps the link from this node to its backing as it is. */
export function freezerOf(graph: BlockGraph, name: NodeName): BlockJob | undefined {
  for (const job of graph.jobs.values()) if (frozenParents(graph, job).includes(name)) return job;
  return undefined;
}

function known(names: readonly (NodeName | undefined)[]): NodeName[] {
  return names.filter(name => name !== undefined);
}

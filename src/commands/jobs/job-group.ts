import { withJob } from '../../graph/change.ts';
import type { BlockGraph, BlockJob } from '../../graph/graph.ts';
import { hasEnded } from '../../graph/job.ts';

/** The graph once a job of a grouped transaction fails or is cancelled: the others of its group are given up with it. */
export function abortGroup(graph: BlockGraph, job: BlockJob): BlockGraph {
  if (job.group === undefined) return graph;
  let now = graph;
  for (const other of graph.jobs.values()) {
    if (other.group !== job.group || other.id === job.id || hasEnded(other.status)) continue;
    now = withJob(now, { ...other, status: 'aborting', ending: 'abort' });
  }
  return now;
}

/** The graph once a job is pending: the jobs of a group come to that together, those that finalize themselves as well. */
export function pendGroup(graph: BlockGraph, job: BlockJob): BlockGraph {
  if (job.group === undefined) return graph;
  const others = [...graph.jobs.values()].filter(
    ({ id, group, status }) => group === job.group && id !== job.id && !hasEnded(status),
  );
  return others.reduce((now, other) => withJob(now, { ...other, status: 'pending' }), graph);
}

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

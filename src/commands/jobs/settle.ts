import { allAbove, beneathFilters, parentsOf } from '../../graph/chain.ts';
import {
  amendNode,
  dropReleased,
  moveAttachments,
  relinkOverlays,
  replaceNode,
  withAccess,
  withJob,
  withNode,
  withoutJob,
  withoutNode,
} from '../../graph/change.ts';
import { recordFiles } from '../../graph/files.ts';
import type { BlockGraph, BlockJob, JobStatus, NodeName } from '../../graph/graph.ts';
import { hasEnded, isActiveCommit } from '../../graph/job.ts';
import { shownName } from '../../graph/shown-name.ts';
import { settleCreated } from '../blockdev-create.ts';
import { releaseBitmap } from './backup-bitmap.ts';
import { abortGroup, pendGroup } from './job-group.ts';

/**
 * The graph once a job has been seen in a status. Its effect comes about with `concluded` (or `null`: gone already), once;
 * `failed` says that it ended with an error. A concluded job that dismisses itself leaves the graph.
 */
export function settleJob(graph: BlockGraph, id: string, status: JobStatus, failed = false): BlockGraph {
  const job = graph.jobs.get(id);
  if (!job || status === 'undefined') return graph;
  if (!hasEnded(status)) {
    const aborts = status === 'aborting' ? { ending: 'abort' as const } : {};
    const moved = withJob(status === 'aborting' ? graph : grownByCommit(graph, job), {
      ...job,
      status,
      ...aborts,
    });
    if (status === 'pending') return pendGroup(moved, job);
    return status === 'aborting' ? abortGroup(moved, job) : moved;
  }
  const told = failed ? { ...job, ending: 'abort' as const } : job;
  const ended = hasEnded(job.status) ? graph : endOf(graph, told);
  const after =
    status === 'null' || job.autoDismiss === true
      ? withoutJob(ended, id)
      : withJob(ended, { ...told, status });
  return dropReleased(graph, after);
}

function endOf(graph: BlockGraph, job: BlockJob): BlockGraph {
  const released = releaseBitmap(withoutTraces(effectOf(graph, job), job), job);
  const created = job.type === 'create' ? settleCreated(released, job) : released;
  return recordFiles(graph, job.ending === 'abort' ? abortGroup(created, job) : created);
}

/** The filter goes with its job, and what the job opened for writing is closed to it again. */
function withoutTraces(graph: BlockGraph, job: BlockJob): BlockGraph {
  const filter = graph.nodes.get(job.filter ?? '');
  const closed =
    job.reopened !== undefined && graph.nodes.has(job.reopened)
      ? withAccess(graph, job.reopened, true)
      : graph;
  if (!filter) return closed;
  return withoutNode(filter.backing ? replaceNode(closed, filter.name, filter.backing) : closed, filter.name);
}

function effectOf(graph: BlockGraph, job: BlockJob): BlockGraph {
  const { device, target } = job.on ?? {};
  if (job.type === 'stream' && job.ending !== 'abort') return streamed(graph, job);
  if (job.type === 'commit' && job.ending !== 'abort') {
    if (!isActiveCommit(job)) return committed(graph, job);
    if (job.ending === undefined) return { ...graph, complete: false };
    return job.ending === 'complete' ? committedActive(graph, job) : graph;
  }
  if (job.type === 'mirror' && device && target) {
    // Somebody has told it how to end before this graph was known, or behind its back.
    if (job.ending === undefined) return { ...graph, complete: false };
    if (job.ending === 'complete') return moved(backed(graph, job, target), job, device, target);
    if (job.ending === 'soft-cancel') return backed(graph, job, target);
    if (job.ending === 'abort') return spoiled(graph, job, target);
  }
  if (job.type === 'backup' && target && job.ending === 'abort' && job.sync !== 'none')
    return spoiled(graph, job, target);
  return graph;
}

function streamed(graph: BlockGraph, job: BlockJob): BlockGraph {
  const top = job.on?.['device'];
  if (top === undefined || !graph.nodes.has(top)) return graph;
  // What the lowest image reads from now counts, not what it read from at the start.
  const bottom = graph.nodes.get(job.on?.['bottom'] ?? '');
  // Without a base the job took in the whole chain, known to its end or not.
  if (bottom?.name === top && bottom.backing === null) return graph;
  const base = (bottom ? bottom.backing : job.on?.['base-node']) ?? undefined;
  const file = base === undefined ? undefined : shownName(graph, base);
  const text = base === undefined ? undefined : (job.records ?? file);
  const { backingString: _, ...node } = graph.nodes.get(top) ?? { name: top };
  const recorded = base === undefined ? { backingString: null } : text ? { backingString: text } : {};
  return withNode(graph, { ...node, backing: base ?? null, ...recorded });
}

function committed(graph: BlockGraph, job: BlockJob): BlockGraph {
  const top = job.on?.['top-node'];
  const base = job.on?.['base-node'];
  if (top === undefined || base === undefined) return { ...graph, complete: false };
  const above = new Set(allAbove(graph, beneathFilters(graph, top)));
  const spoiledNodes = dependents(graph, base).filter(name => !above.has(name));
  const file = job.records ?? shownName(graph, base);
  // Whoever used the top directly used the filter since, and moves to the base like the overlay.
  const moved = job.filter === undefined ? graph : replaceNode(graph, job.filter, base);
  let after = relinkOverlays(moved, top, base);
  if (file) {
    for (const name of parentsOf(after, base)) {
      if (graph.nodes.get(name)?.backing !== base) after = amendNode(after, name, { backingString: file });
    }
  }
  return grown(
    invalidate(after, spoiledNodes, `the commit of ${top} into ${base} changed what lies below it`),
    top,
    base,
  );
}

function committedActive(graph: BlockGraph, job: BlockJob): BlockGraph {
  const top = job.on?.['top-node'];
  const base = job.on?.['base-node'];
  if (top === undefined) return graph;
  if (base === undefined) return { ...graph, complete: false };
  const because = `the commit of ${top} into ${base} changed what lies below it`;
  const after = invalidate(graph, dependents(graph, base), because);
  return grown(moved(after, job, job.on?.['device'] ?? top, base), top, base);
}

/** The nodes that read `base` from above, whichever chain they are in. */
function dependents(graph: BlockGraph, base: NodeName): NodeName[] {
  return allAbove(graph, base).filter(name => !graph.nodes.get(name)?.filter);
}

function invalidate(graph: BlockGraph, names: readonly NodeName[], because: string): BlockGraph {
  return names.reduce((now, name) => amendNode(now, name, { invalid: because }), graph);
}

/** A commit makes a smaller base as big as its top before it copies anything. */
function grownByCommit(graph: BlockGraph, job: BlockJob): BlockGraph {
  const { 'top-node': top, 'base-node': base } = job.on ?? {};
  if (job.type !== 'commit' || job.status !== 'running' || top === undefined || base === undefined)
    return graph;
  return grown(graph, top, base);
}

function grown(graph: BlockGraph, top: NodeName, base: NodeName): BlockGraph {
  const [from, to] = [graph.nodes.get(top)?.size, graph.nodes.get(base)?.size];
  return from !== undefined && to !== undefined && from > to ? amendNode(graph, base, { size: from }) : graph;
}

/** drive-mirror gives the image that it made its backing only now. */
function backed(graph: BlockGraph, job: BlockJob, target: NodeName): BlockGraph {
  return job.backs === undefined ? graph : amendNode(graph, target, { backing: job.backs });
}

function moved(graph: BlockGraph, job: BlockJob, device: NodeName, target: NodeName): BlockGraph {
  const replaced = job.on?.['replaces'];
  if (replaced !== undefined) return replaceNode(graph, replaced, target);
  const access = graph.nodes.get(device)?.readOnly;
  const opened = access === undefined ? graph : withAccess(graph, target, access);
  if (job.filter === undefined) return replaceNode(moveAttachments(opened, device, target), device, target);
  return replaceNode(opened, device, target);
}

function spoiled(graph: BlockGraph, job: BlockJob, target: NodeName): BlockGraph {
  return amendNode(graph, target, { invalid: `the ${job.type} into it ended before it was whole` });
}

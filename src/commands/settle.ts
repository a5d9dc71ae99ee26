import { chainOf, isBelow } from '../graph/chain.ts';
import {
  amendNode,
  dropReleased,
  moveAttachments,
  relinkOverlays,
  replaceNode,
  withJob,
  withoutJob,
} from '../graph/change.ts';
import type { BlockGraph, BlockJob, JobStatus, NodeName } from '../graph/graph.ts';
import { hasEnded, isActiveCommit } from '../graph/job.ts';

/**
 * The graph once a job has been seen in a status. Its effect comes about with `concluded` (or `null`: gone already), once;
 * `failed` says that it ended with an error. A concluded job that dismisses itself leaves the graph.
 */
export function settleJob(graph: BlockGraph, id: string, status: JobStatus, failed = false): BlockGraph {
  const job = graph.jobs.get(id);
  if (!job || status === 'undefined') return graph;
  if (!hasEnded(status)) {
    const aborts = status === 'aborting' ? { ending: 'abort' as const } : {};
    return withJob(graph, { ...job, status, ...aborts });
  }
  const ended = hasEnded(job.status) ? graph : effectOf(graph, failed ? { ...job, ending: 'abort' } : job);
  const after =
    status === 'null' || job.autoDismiss === true
      ? withoutJob(ended, id)
      : withJob(ended, { ...job, status });
  return dropReleased(graph, after);
}

function effectOf(graph: BlockGraph, job: BlockJob): BlockGraph {
  const { device, target } = job.on ?? {};
  if (job.type === 'stream' && job.ending !== 'abort') return streamed(graph, job);
  if (job.type === 'commit' && job.ending !== 'abort') {
    return isActiveCommit(job)
      ? job.ending === 'complete'
        ? committedActive(graph, job)
        : graph
      : committed(graph, job);
  }
  if (job.type === 'mirror' && device && target) {
    if (job.ending === 'complete') return moved(graph, job, device, target);
    if (job.ending === 'abort') return spoiled(graph, job, target);
  }
  if (job.type === 'backup' && target && job.ending === 'abort' && job.sync !== 'none')
    return spoiled(graph, job, target);
  return graph;
}

function streamed(graph: BlockGraph, job: BlockJob): BlockGraph {
  const top = job.on?.['device'];
  const base = job.on?.['base-node'];
  if (top === undefined || !graph.nodes.has(top)) return graph;
  // Without a base the job took in the whole chain, known to its end or not.
  const text = base === undefined ? undefined : graph.nodes.get(base)?.filename;
  const { backingString: _, ...node } = graph.nodes.get(top) ?? { name: top };
  const nodes = new Map(graph.nodes).set(top, {
    ...node,
    backing: base ?? null,
    ...(text ? { backingString: text } : {}),
  });
  return { ...graph, nodes };
}

function committed(graph: BlockGraph, job: BlockJob): BlockGraph {
  const top = job.on?.['top-node'];
  const base = job.on?.['base-node'];
  if (top === undefined || base === undefined) return { ...graph, complete: false };
  const spoiledNodes = dependents(graph, base).filter(name => !isBelow(graph, top, name));
  const file = graph.nodes.get(base)?.filename;
  let after = relinkOverlays(graph, top, base);
  for (const [name, node] of after.nodes) {
    if (node.backing === base && graph.nodes.get(name)?.backing !== base && file) {
      after = amendNode(after, name, { backingString: file });
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
  return grown(amendNode(moveAttachments(after, top, base), base, { readOnly: false }), top, base);
}

/** The nodes that read `base` from above, whichever chain they are in. */
function dependents(graph: BlockGraph, base: NodeName): NodeName[] {
  const nodes = [...graph.nodes.values()].filter(node => !node.filter && node.name !== base);
  return nodes.filter(node => chainOf(graph, node.name).includes(base)).map(node => node.name);
}

function invalidate(graph: BlockGraph, names: readonly NodeName[], because: string): BlockGraph {
  return names.reduce((now, name) => amendNode(now, name, { invalid: because }), graph);
}

function grown(graph: BlockGraph, top: NodeName, base: NodeName): BlockGraph {
  const [from, to] = [graph.nodes.get(top)?.size, graph.nodes.get(base)?.size];
  return from !== undefined && to !== undefined && from > to ? amendNode(graph, base, { size: from }) : graph;
}

function moved(graph: BlockGraph, job: BlockJob, device: NodeName, target: NodeName): BlockGraph {
  const replaced = job.on?.['replaces'];
  if (replaced !== undefined) return replaceNode(graph, replaced, target);
  return replaceNode(moveAttachments(graph, device, target), device, target);
}

function spoiled(graph: BlockGraph, job: BlockJob, target: NodeName): BlockGraph {
  return amendNode(graph, target, { invalid: `the ${job.type} into it ended before it was whole` });
}

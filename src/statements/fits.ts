import { attachmentsOf, chainOf, overlaysOf } from '../graph/chain.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { accepts, holderOf, isPaused, type JobVerb, restOf } from '../graph/job.ts';
import { nodesUsing, readsFrom } from '../graph/users.ts';

/** What a statement was given so far, by parameter name: of nodes their node-names. */
export type Beside = Readonly<Record<string, string | undefined>>;

/** Whether a node, a job or a bitmap makes sense as a value; `last` where others surely make more. */
export type Fits = (name: string) => boolean | 'last';

/** Which of the things there are fit a parameter, beside the others. It guides whoever chooses; it refuses nothing. */
export type Fit = (beside: Beside, graph: BlockGraph) => Fits;

/** A name for something that is not there yet. */
export const isNew: Fit = () => () => false;

/** The nodes strictly below the one that a parameter names. */
export function below(parameter: string): Fit {
  return (beside, graph) => {
    const top = beside[parameter];
    if (top === undefined) return name => (overlaysOf(graph, name).length > 0 ? true : 'last');
    const chain = new Set(chainOf(graph, top).slice(1));
    return name => chain.has(name);
  };
}

/** The nodes that lie over another image. */
export const overAnother: Fit = (_, graph) => name => {
  const backing = graph.nodes.get(name)?.backing;
  return backing === undefined ? 'last' : backing !== null;
};

/** The active layers, those that something outside of the graph uses first. */
export const active: Fit = (_, graph) => name => {
  if (overlaysOf(graph, name).length > 0) return false;
  return attachmentsOf(graph, name).length > 0 ? true : 'last';
};

/** Any image, the active layers first. */
export const activeFirst: Fit = (beside, graph) => {
  const fits = active(beside, graph);
  return name => (fits(name) === true ? true : 'last');
};

/** Where a copy of the node that a parameter names can go: not in its chain, and used by nothing. */
export function apartFrom(parameter: string): Fit {
  return (beside, graph) => {
    const chain = new Set(chainOf(graph, beside[parameter] ?? ''));
    return name =>
      !chain.has(name) && overlaysOf(graph, name).length === 0 && attachmentsOf(graph, name).length === 0;
  };
}

/** An overlay that can go on top of the node that a parameter names: nothing uses it, and nothing lies below it. */
export function freeOver(parameter: string): Fit {
  return (beside, graph) => {
    const apart = apartFrom(parameter)(beside, graph);
    return name => {
      if (graph.nodes.get(name)?.backing || nodesUsing(graph, name).length > 0) return false;
      return apart(name);
    };
  };
}

/** What can lie below the node that a parameter names: neither itself nor what reads from it. */
export function notOver(parameter: string): Fit {
  return (beside, graph) => {
    const at = beside[parameter];
    return name => at === undefined || !readsFrom(graph, name, at);
  };
}

/** The nodes that can be closed: nothing reads from them, uses them or works on them. */
export const unused: Fit = (_, graph) => name => {
  const isUsed =
    nodesUsing(graph, name).length > 0 ||
    graph.attachments.some(({ node }) => node === name) ||
    holderOf(graph, name) !== undefined;
  return !isUsed && graph.nodes.get(name)?.owner !== 'implicit';
};

/** The nodes that have a bitmap. */
export const withBitmaps: Fit = (_, graph) => name => {
  const bitmaps = graph.nodes.get(name)?.bitmaps;
  return bitmaps === undefined ? 'last' : bitmaps.length > 0;
};

/** The jobs that can be told so now; last those that are not ready to be completed yet, or not paused. */
export function tellable(verb: JobVerb): Fit {
  return (_, graph) => id => {
    const job = graph.jobs.get(id);
    if (!job) return false;
    if (accepts(job.status, verb)) return verb !== 'resume' || isPaused(job) || 'last';
    return verb === 'complete' && restOf(job) === 'ready' && accepts(job.status, 'cancel') ? 'last' : false;
  };
}

/** The bitmaps that take note of writes, or those that do not. */
export function recording(wanted: boolean, parameter: string): Fit {
  return (beside, graph) => name => {
    const bitmap = graph.nodes.get(beside[parameter] ?? '')?.bitmaps?.find(item => item.name === name);
    return bitmap === undefined || bitmap.recording === wanted;
  };
}

/** All but the one that another parameter names. */
export function otherThan(parameter: string): Fit {
  return beside => name => name !== beside[parameter];
}

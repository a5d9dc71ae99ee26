import { applyCommand } from '../commands/index.ts';
import { settleJob } from '../commands/jobs/settle.ts';
import { isForeseen } from '../compile/evaluate/predict.ts';
import type { BlockGraph, BlockJob, BlockNode, JobStatus } from '../graph/graph.ts';
import { hasEnded } from '../graph/job.ts';
import type { ExecuteStep } from '../statements/step.ts';
import { type Difference, differences } from './graph-differences.ts';

/**
 * What the graph of a QEMU should be by now: the last look at it, with what a run has done since. Where the model does not
 * know all that was done it is no more than a guess, until the next look.
 */
export class Prediction {
  #seen: BlockGraph | undefined;
  #graph: BlockGraph | undefined;
  #isSure: boolean;
  /** A device can go long after the command that takes it away. */
  #hasForeseenAll = true;

  constructor(seen: BlockGraph | undefined) {
    this.#seen = seen;
    this.#graph = seen;
    this.#isSure = seen !== undefined && !hasJobEnded(undefined, seen);
  }

  /** The best guess at the graph as it is now. */
  get graph(): BlockGraph | undefined {
    return this.#graph;
  }

  /**
   * How a look differs from what must be there: somebody else has changed it, or the model is wrong. Where something was done
   * that the model does not know, nothing must. Jobs of the type `guarded` are dismissed as soon as they end.
   */
  differencesTo(found: BlockGraph, guarded?: string): Difference[] {
    const [expected, seen] = [this.#graph, this.#seen];
    if (!this.#isSure || !expected?.complete || !seen || !found.complete) return [];
    return differences(expected, found, seen, {
      usersMayGo: !this.#hasForeseenAll,
      mayBeDismissed: ({ type }) => type === guarded,
    });
  }

  /** A command was carried out. */
  carriedOut(step: ExecuteStep): void {
    if (!this.#graph) return;
    if (step.command === 'job-dismiss' && !this.#graph.jobs.has(String(step.arguments['id']))) return;
    const after = applyCommand(this.#graph, step.command, step.arguments, { as: 'qemu' });
    if (!isForeseen(step)) this.#hasForeseenAll = false;
    if (after === 'unmodelled' || 'refused' in after || !isForeseen(step)) this.#isSure = false;
    if (after !== 'unmodelled' && !('refused' in after)) this.#graph = after;
  }

  /** A job was seen in a status; `error` is why it failed, if it did. */
  jobSeen(id: string, status: JobStatus, error: string | undefined): void {
    const job = this.#graph?.jobs.get(id);
    if (!this.#graph || !job) return;
    // It was done before it could be told to give up, or it gave up untold.
    if ((job.ending === 'abort') !== (error !== undefined) && hasEnded(status)) this.#isSure = false;
    this.#graph = settleJob(this.#graph, id, status, error !== undefined);
  }

  /** Something may have happened that is not known here. */
  doubt(): void {
    this.#isSure = false;
  }

  /**
   * The graph was looked at. Answers with it and with what a look can't tell and the run knows: who keeps a node, whose
   * contents are of no use, what a job was given and told.
   */
  look(seen: BlockGraph): BlockGraph {
    const before = this.#graph;
    const graph = before ? remembering(seen, before) : seen;
    this.#seen = graph;
    this.#graph = graph;
    this.#isSure = !hasJobEnded(before, seen);
    return graph;
  }
}

/**
 * Whether a job has ended since `before`, perhaps in the middle of the look: nodes are asked for before jobs, so what it did to
 * the chains may not be in there yet.
 */
function hasJobEnded(before: BlockGraph | undefined, seen: BlockGraph): boolean {
  for (const { id, status } of seen.jobs.values()) {
    const was = before?.jobs.get(id)?.status;
    if (hasEnded(status) && (was === undefined || !hasEnded(was))) return true;
  }
  for (const { id, status } of before?.jobs.values() ?? []) {
    if (!hasEnded(status) && !seen.jobs.has(id)) return true;
  }
  return false;
}

function remembering(seen: BlockGraph, before: BlockGraph): BlockGraph {
  const jobs = new Map<string, BlockJob>();
  for (const [id, job] of seen.jobs) {
    const known = before.jobs.get(id);
    // The filter's name was made up where nobody gave one. A QEMU that lets nobody see into its jobs does not tell what
    // they did to the links either, so their nodes are forgotten.
    const { filter, on, ...told } = known?.type === job.type ? known : job;
    const isThere = filter !== undefined && seen.nodes.has(filter);
    jobs.set(id, {
      ...job,
      ...told,
      ...(on && job.on ? { on } : {}),
      status: job.status,
      ...(isThere ? { filter } : {}),
    });
  }
  const nodes = new Map<string, BlockNode>();
  for (const [name, node] of seen.nodes) {
    const known = before.nodes.get(name);
    const owner = node.owner ?? known?.owner;
    const invalid = known?.filename === node.filename ? known?.invalid : undefined;
    nodes.set(name, {
      ...node,
      ...(owner === undefined ? {} : { owner }),
      ...(invalid === undefined ? {} : { invalid }),
    });
  }
  return { ...seen, jobs, nodes };
}

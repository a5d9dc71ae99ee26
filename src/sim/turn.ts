import { settleJob } from '../commands/jobs/settle.ts';
import { withJob } from '../graph/change.ts';
import type { BlockGraph, BlockJob, JobStatus, NodeName } from '../graph/graph.ts';
import { hasEnded, restOf } from '../graph/job.ts';
import type { Json, JsonObject } from '../qmp/json.ts';
import { endOf, type JobRun, progressOf } from './job-run.ts';
import { errorText, type Faults, type Trouble } from './trouble.ts';

/** What changes in a simulated QEMU: an immutable value. */
export interface MachineState {
  readonly graph: BlockGraph;
  readonly runs: ReadonlyMap<string, JobRun>;
  /** The nodes that fail to read or write. */
  readonly faults: ReadonlyMap<NodeName, Faults>;
  /** Microseconds since 1970 by the simulator's clock. */
  readonly now: number;
  readonly guest: 'prelaunch' | 'running' | 'paused';
  /** After `quit`: it answers no more. */
  readonly ended: boolean;
}

/** What QEMU says, in the order in which it says it; a reply is without its `id` yet. */
export type Said =
  | { readonly return: Json }
  | { readonly error: { readonly class: string; readonly desc: string } }
  | { readonly event: string; readonly data?: JsonObject; readonly timestamp: JsonObject };

const CANCELLED = 'Operation canceled';

/** One step of a simulated QEMU in the making: what it says, and its state afterwards. Jobs move as QEMU moves them. */
export class Turn {
  graph: BlockGraph;
  runs: Map<string, JobRun>;
  faults: ReadonlyMap<NodeName, Faults>;
  now: number;
  guest: MachineState['guest'];
  ended: boolean;
  readonly said: Said[] = [];

  constructor(state: MachineState) {
    this.graph = state.graph;
    this.runs = new Map(state.runs);
    this.faults = state.faults;
    this.now = state.now;
    this.guest = state.guest;
    this.ended = state.ended;
  }

  get state(): MachineState {
    const { graph, runs, faults, now, guest, ended } = this;
    return { graph, runs, faults, now, guest, ended };
  }

  reply(value: Json = {}): void {
    this.said.push({ return: value });
  }

  refuse(desc: string, errorClass = 'GenericError'): void {
    this.said.push({ error: { class: errorClass, desc } });
  }

  event(event: string, data?: JsonObject): void {
    const timestamp = { seconds: Math.floor(this.now / 1e6), microseconds: this.now % 1e6 };
    this.said.push({ timestamp, event, ...(data ? { data } : {}) });
  }

  /** Moves a job, and says so. The graph takes the effect of `concluded`. */
  status(id: string, status: JobStatus): void {
    this.event('JOB_STATUS_CHANGE', { status, id });
    const job = this.graph.jobs.get(id);
    if (!job) return;
    if (status === 'aborting' || status === 'concluded') {
      this.graph = settleJob(this.graph, id, status, this.runs.get(id)?.error !== undefined);
    } else if (status !== 'null') {
      this.graph = withJob(this.graph, { ...job, status });
    }
  }

  /** What is told of jobs that are not the block layer's own: nothing but their statuses. */
  blockJobEvent(event: string, job: BlockJob, error?: string): void {
    const run = this.runs.get(job.id);
    if (job.type === 'create' || !run) return;
    const { length: len, speed } = run;
    const data = {
      device: job.id,
      len,
      offset: progressOf(run, job.status, this.now),
      speed,
      type: job.type,
    };
    this.event(event, error === undefined ? data : { ...data, error });
  }

  /** Lets every job come to its end, or to its rest, that is due by now; earlier ones first. */
  settleDue(): void {
    for (;;) {
      const due = nextEnd(this.graph, this.runs);
      if (!due || due.at > this.now) return;
      this.finishCopy(due.id);
    }
  }

  /** A job has copied everything, or fails. */
  finishCopy(id: string): void {
    const job = this.graph.jobs.get(id);
    const run = this.runs.get(id);
    if (!job || !run) return;
    if (run.error !== undefined) {
      this.#fail(job, run.error);
      return;
    }
    if (run.trouble && run.length > 0) {
      this.#failRequest(job, run, run.trouble);
      return;
    }
    this.runs.set(id, { ...run, offset: run.length, since: this.now });
    if (restOf(job) === 'ready') {
      this.status(id, 'ready');
      this.blockJobEvent('BLOCK_JOB_READY', job);
    } else {
      this.wrapUp(id);
    }
  }

  /** From the end of the copying on: the jobs of a group wait for each other here. */
  wrapUp(id: string): void {
    this.status(id, 'waiting');
    const jobs = this.groupOf(this.graph.jobs.get(id));
    if (jobs.some(job => job.status !== 'waiting')) return;
    for (const job of jobs) this.status(job.id, 'pending');
    for (const job of jobs) {
      if (job.autoFinalize !== false) continue;
      if (job.type !== 'create') this.event('BLOCK_JOB_PENDING', { type: job.type, id: job.id });
    }
    if (jobs.every(job => job.autoFinalize !== false)) for (const job of jobs) this.finalize(job.id);
  }

  /** The jobs that end together with this one, itself among them. */
  groupOf(job: BlockJob | undefined): readonly BlockJob[] {
    if (job?.group === undefined) return job ? [job] : [];
    return [...this.graph.jobs.values()].filter(({ group }) => group === job.group);
  }

  finalize(id: string): void {
    const job = this.graph.jobs.get(id);
    if (!job) return;
    this.blockJobEvent('BLOCK_JOB_COMPLETED', job);
    this.#conclude(job);
  }

  /** Ends a job on somebody's word, and the others of its group with it. */
  cancel(id: string): void {
    for (const job of this.groupOf(this.graph.jobs.get(id))) {
      const run = this.runs.get(job.id);
      if (!run || hasEnded(job.status)) continue;
      const offset = progressOf(run, job.status, this.now);
      this.runs.set(job.id, { ...run, offset, since: this.now, error: CANCELLED });
      this.status(job.id, 'aborting');
      this.blockJobEvent('BLOCK_JOB_CANCELLED', job);
      this.#conclude(job);
    }
  }

  #failRequest(job: BlockJob, run: JobRun, { errno, action, operation }: Trouble): void {
    this.event('BLOCK_JOB_ERROR', { device: job.id, operation, action });
    if (action === 'stop') {
      this.runs.set(job.id, { ...run, since: this.now, paused: true });
      this.status(job.id, 'paused');
    } else {
      const error = errorText(errno);
      this.runs.set(job.id, { ...run, error });
      this.#fail(job, error);
    }
  }

  #fail(job: BlockJob, error: string): void {
    const [sibling] = this.groupOf(job).filter(({ id }) => id !== job.id);
    this.status(job.id, 'aborting');
    this.blockJobEvent('BLOCK_JOB_COMPLETED', job, error);
    this.#conclude(job);
    if (sibling) this.cancel(sibling.id);
  }

  #conclude(job: BlockJob): void {
    this.status(job.id, 'concluded');
    if (job.autoDismiss !== false) this.dismiss(job.id);
  }

  dismiss(id: string): void {
    this.status(id, 'null');
    this.runs.delete(id);
  }
}

/** The running job that ends first, and when. */
export function nextEnd(
  graph: BlockGraph,
  runs: ReadonlyMap<string, JobRun>,
): { readonly id: string; readonly at: number } | undefined {
  let first: { readonly id: string; readonly at: number } | undefined;
  for (const job of graph.jobs.values()) {
    const run = runs.get(job.id);
    const at = run && endOf(job, run);
    if (at !== undefined && (first === undefined || at < first.at)) first = { id: job.id, at };
  }
  return first;
}

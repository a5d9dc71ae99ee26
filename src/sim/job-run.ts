import { chainOf } from '../graph/chain.ts';
import type { BlockGraph, BlockJob } from '../graph/graph.ts';
import { isActiveCommit, restOf } from '../graph/job.ts';
import type { Trouble } from './trouble.ts';

/** What a job has done so far, beside its status, which the graph has. Times are microseconds of the simulator's clock. */
export interface JobRun {
  /** How much there is to copy, in bytes: the virtual size of what is copied. */
  readonly length: number;
  /** How much of it was copied at `since`. */
  readonly offset: number;
  readonly since: number;
  /** Bytes per second; 0 takes no time at all. */
  readonly speed: number;
  /** Held up by job-pause. */
  readonly paused: boolean;
  /** Why it ends in failure once it runs, or did: QEMU's words. */
  readonly error?: string;
  /** What keeps it from reading or writing. */
  readonly trouble?: Trouble;
}

const SECOND = 1_000_000;

/** A job at its start, at the time `now`. */
export function startRun(graph: BlockGraph, job: BlockJob, now: number, speed: number): JobRun {
  const error = sizeFault(graph, job);
  const length = error === undefined ? lengthOf(graph, job) : 0;
  return { length, offset: 0, since: now, speed, paused: false, ...(error === undefined ? {} : { error }) };
}

function lengthOf(graph: BlockGraph, job: BlockJob): number {
  if (job.type === 'create') return 1;
  if (hasNothingToDo(graph, job)) return 0;
  const copied = job.type === 'commit' ? job.on?.['top-node'] : job.on?.['device'];
  return graph.nodes.get(copied ?? '')?.size ?? 0;
}

/** Whether QEMU brings the job to its rest before it answers the command that starts it. */
export function hasNothingToDo(graph: BlockGraph, job: BlockJob): boolean {
  const { device, 'base-node': base } = job.on ?? {};
  if (job.type === 'mirror') return job.sync === 'none';
  if (job.type !== 'stream' || device === undefined) return false;
  const below = chainOf(graph, device)[1];
  return below === undefined || below === base;
}

/** QEMU compares a mirror's sizes only when the job runs. */
function sizeFault(graph: BlockGraph, job: BlockJob): string | undefined {
  if (job.type !== 'mirror') return undefined;
  const [from, to] = [job.on?.['device'], job.on?.['target']].map(name => graph.nodes.get(name ?? '')?.size);
  return from === undefined || to === undefined || from === to
    ? undefined
    : 'Source and target image have different sizes';
}

/** How much of the job is done at the time `now`. */
export function progressOf(run: JobRun, status: BlockJob['status'], now: number): number {
  if (status !== 'running' || run.paused || run.speed === 0) return run.offset;
  return Math.min(run.length, run.offset + Math.floor(((now - run.since) * run.speed) / SECOND));
}

/** The run from the time `now` on, changed in this. */
export function rerun(run: JobRun, status: BlockJob['status'], now: number, change: Partial<JobRun>): JobRun {
  return { ...run, offset: progressOf(run, status, now), since: now, ...change };
}

/** When a job has copied everything; undefined where it gets there only if somebody acts. */
export function endOf(job: BlockJob, run: JobRun): number | undefined {
  if (job.status !== 'running' || run.paused || restOf(job) === undefined) return undefined;
  if (run.speed === 0 || run.offset >= run.length) return run.since;
  return run.since + Math.ceil(((run.length - run.offset) * SECOND) / run.speed);
}

/** Whether job-cancel takes effect only after its reply: such jobs have requests of their own to wait for. */
export function endsAfterReply(job: BlockJob): boolean {
  const isOver = job.status === 'waiting' || job.status === 'pending';
  return !isOver && (job.type === 'mirror' || isActiveCommit(job));
}

import type { JobStatus } from '../graph/graph.ts';
import { isObject, type Json } from '../qmp/json.ts';
import type { QmpEvent } from '../qmp/message.ts';

/** A job as `query-jobs` shows it. Progress has no unit that holds for all jobs, and means nothing once one has failed. */
export interface JobRecord {
  readonly id: string;
  /** `stream`, `commit`, `mirror`, `backup`, `create`, …; empty where QEMU never said. */
  readonly type: string;
  readonly status: JobStatus;
  readonly 'current-progress': number;
  readonly 'total-progress': number;
  /** Why it failed, in QEMU's words. Settled only once the job has concluded. */
  readonly error?: string;
}

/** The jobs in an answer to `query-jobs`. */
export function readJobs(answer: Json): JobRecord[] {
  return Array.isArray(answer) ? (answer as readonly Json[]).flatMap(entry => readJob(entry) ?? []) : [];
}

function readJob(entry: Json): JobRecord | undefined {
  if (!isObject(entry)) return undefined;
  const { id, type, status, error } = entry;
  if (typeof id !== 'string' || typeof status !== 'string') return undefined;
  return {
    id,
    type: typeof type === 'string' ? type : '',
    status: status as JobStatus,
    'current-progress': Number(entry['current-progress'] ?? 0),
    'total-progress': Number(entry['total-progress'] ?? 0),
    ...(typeof error === 'string' ? { error } : {}),
  };
}

/** What keeps a job from going on by itself, where its state alone does not tell; the first two are QEMU's words for I/O errors. */
export type Hold = 'failed' | 'nospace' | 'finalize';

/**
 * The jobs that an answer to `query-block-jobs` shows as stopped by an I/O error, or as waiting to be finalized. One job of a
 * transaction that waits for it holds the others at `pending` too, and the answer does not tell which they are: so all are taken
 * for held while one is.
 */
export function readHolds(answer: Json): Map<string, Hold> {
  const jobs = Array.isArray(answer) ? (answer as readonly Json[]).filter(isObject) : [];
  const isHeld = jobs.some(job => job['status'] === 'pending' && job['auto-finalize'] === false);
  const holds = new Map<string, Hold>();
  for (const { device, status, 'io-status': io } of jobs) {
    if (typeof device !== 'string') continue;
    if (isHeld && status === 'pending') holds.set(device, 'finalize');
    else if (io === 'failed' || io === 'nospace') holds.set(device, io);
  }
  return holds;
}

/** The job that an event is about. QMP calls it `id` in some events and `device` in others. */
export function jobOf(event: QmpEvent): string | undefined {
  if (event.event !== 'JOB_STATUS_CHANGE' && !event.event.startsWith('BLOCK_JOB_')) return undefined;
  const id = event.data['id'] ?? event.data['device'];
  return typeof id === 'string' ? id : undefined;
}

/** What is left of a job that has gone, from the event that told its end. Undefined for events that tell no end. */
export function readEnd(event: QmpEvent): JobRecord | undefined {
  const cancelled = event.event === 'BLOCK_JOB_CANCELLED';
  const id = jobOf(event);
  if (id === undefined || !(cancelled || event.event === 'BLOCK_JOB_COMPLETED')) return undefined;
  const { type, offset, len, error } = event.data;
  return {
    id,
    type: typeof type === 'string' ? type : '',
    status: 'null',
    'current-progress': Number(offset ?? 0),
    'total-progress': Number(len ?? 0),
    ...(typeof error === 'string' ? { error } : cancelled ? { error: CANCELLED } : {}),
  };
}

/** QEMU's words for it in `query-jobs`; BLOCK_JOB_CANCELLED itself carries none. */
export const CANCELLED = 'Operation canceled';

export function isCancellation(error: string | undefined): boolean {
  return error !== undefined && /cancell?ed/i.test(error);
}

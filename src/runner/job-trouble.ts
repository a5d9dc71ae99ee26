import type { FaultyPlace, PausedJob } from '../diagnostics/catalogue/failures.ts';
import { fileKey } from '../graph/files.ts';
import type { BlockGraph, BlockJob } from '../graph/graph.ts';
import { isActiveCommit } from '../graph/job.ts';
import type { QmpEvent } from '../qmp/message.ts';
import type { JobRecord } from './job-record.ts';

/** An I/O error of a job, as BLOCK_JOB_ERROR tells it, and how often it came. */
export interface IoError {
  readonly operation: 'read' | 'write';
  /** What QEMU did about it: `report`, `stop` or `ignore`. */
  readonly action: string;
  readonly count: number;
}

/** What is known of a job that failed or was paused. */
export interface JobTrouble {
  readonly id: string;
  readonly type: string;
  /** `paused` while it can go on. */
  readonly status: string;
  /** QEMU's io-status, where it is not `ok`. */
  readonly ioStatus?: 'failed' | 'nospace';
  readonly errors: readonly IoError[];
  readonly at?: FaultyPlace;
}

/** The cause of a statement's failure that is a job's. */
export class JobFailure extends Error {
  readonly trouble: JobTrouble;

  constructor(trouble: JobTrouble) {
    super(`the job ${trouble.id} is in trouble`);
    this.name = 'JobFailure';
    this.trouble = trouble;
  }
}

/** The I/O errors of the jobs of one QEMU, each kind once. */
export class JobErrors {
  readonly #errors = new Map<string, IoError[]>();

  /** Takes note of an event; a job that is made anew, or resumed, has none. */
  see({ event, data }: QmpEvent): void {
    const id = String(data['device'] ?? data['id'] ?? '');
    if (event === 'JOB_STATUS_CHANGE' && data['status'] === 'created') this.#errors.delete(id);
    if (event !== 'BLOCK_JOB_ERROR') return;
    const operation = data['operation'] === 'read' ? 'read' : 'write';
    const action = String(data['action']);
    const known = this.#errors.get(id) ?? [];
    const same = known.find(one => one.operation === operation && one.action === action);
    const others = known.filter(one => one !== same);
    this.#errors.set(id, [...others, { operation, action, count: (same?.count ?? 0) + 1 }]);
  }

  /** What is known of a job in trouble. `graph` is what is believed of the QEMU. */
  troubleOf(
    { id, type, status }: JobRecord,
    hold: 'failed' | 'nospace' | undefined,
    graph: BlockGraph | undefined,
  ): JobTrouble {
    const errors = this.#errors.get(id) ?? [];
    const operation = errors.at(-1)?.operation ?? (hold === 'nospace' ? 'write' : undefined);
    const at = operation && placeOf(operation, graph?.jobs.get(id), graph);
    return { id, type, status, ...(hold ? { ioStatus: hold } : {}), errors, ...(at ? { at } : {}) };
  }
}

/** QEMU tells whether a job could not read or not write; which node that is follows from what the job does. */
function placeOf(
  operation: FaultyPlace['operation'],
  job: BlockJob | undefined,
  graph: BlockGraph | undefined,
): FaultyPlace {
  const { device, target, 'base-node': base, 'top-node': top } = job?.on ?? {};
  const written = target ?? (job?.type === 'commit' ? base : device);
  const node = operation === 'write' ? written : (top ?? device);
  const file = node === undefined ? undefined : graph?.nodes.get(node)?.filename;
  // What is no path, as `json:{…}` or `nbd://…`, is no place to make room at.
  const isPath = file !== undefined && fileKey(file) !== undefined;
  return {
    operation,
    ...(node === undefined ? {} : { node }),
    ...(isPath ? { file } : {}),
  };
}

/** A job that trouble has paused, for the words of the catalogue. */
export function asPaused(
  { id, type, ioStatus = 'failed', at }: JobTrouble,
  graph: BlockGraph | undefined,
): PausedJob {
  const job = graph?.jobs.get(id);
  const endsWhenTold = type === 'mirror' || (job !== undefined && isActiveCommit(job));
  return { id, type, hold: ioStatus, at, endsWhenTold };
}

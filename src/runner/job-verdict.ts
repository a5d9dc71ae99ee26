import type { JobStatus } from '../graph/graph.ts';
import type { Hold, JobRecord } from './job-record.ts';

/** Where a job stays until somebody acts: by itself it gets no further. */
export type Rest = 'ready' | 'pending' | 'paused-by-error' | 'concluded' | 'gone';

/** How a wait for a job ended. */
export interface Verdict {
  /** Whether the job was seen in one of the wanted states. */
  readonly reached: boolean;
  readonly record: JobRecord;
  /** Missing where the job was seen on its way, as in `running`. */
  readonly rest?: Rest;
  /** What holds it there. */
  readonly hold?: Hold;
}

export interface Wish {
  readonly wanted: ReadonlySet<JobStatus>;
  /** A state that the job was told to leave (by job-complete, a soft cancel), so that still to be there is no rest. */
  readonly leaving?: 'ready';
  /** Only the job's end counts: wherever else it rests, somebody may make it go on. */
  readonly toTheEnd?: true;
}

/** The verdict on a job as it was seen, or undefined while it can still get by itself to what is wanted. */
export function judge(record: JobRecord, hold: Hold | undefined, wish: Wish): Verdict | undefined {
  const rest = restOf(record, hold);
  const held = rest && hold ? { hold } : {};
  // With auto-finalize a job passes through `pending`, and some QEMUs answer questions while it does.
  if (record.status === 'pending' && !rest) return undefined;
  if (wish.toTheEnd && rest !== 'concluded' && rest !== 'gone') return undefined;
  if (wish.wanted.has(record.status)) return { reached: true, record, ...(rest ? { rest } : {}), ...held };
  // QEMU moves a job between these two by itself, at any change of the graph.
  const between = wish.leaving === 'ready' || wish.wanted.has('ready') || wish.wanted.has('standby');
  if (!rest || (rest === 'ready' && between)) return undefined;
  return { reached: false, record, rest, ...held };
}

function isError(hold: Hold | undefined): boolean {
  return hold === 'failed' || hold === 'nospace';
}

function restOf({ status }: JobRecord, hold: Hold | undefined): Rest | undefined {
  switch (status) {
    case 'null':
      return 'gone';
    case 'concluded':
      return 'concluded';
    case 'pending':
      return hold === 'finalize' ? 'pending' : undefined;
    case 'ready':
      return 'ready';
    case 'standby':
      return isError(hold) ? 'paused-by-error' : 'ready';
    case 'paused':
      // Every change of the graph pauses unrelated jobs for a moment; only an error makes it a rest.
      return isError(hold) ? 'paused-by-error' : undefined;
    default:
      return undefined;
  }
}

import type { Session } from '../qmp/session.ts';
import type { JobRecord } from './job-record.ts';
import type { Jobs } from './jobs.ts';

/** What is known of jobs beside what QEMU answers. */
export interface KnownOfJobs {
  /** The jobs of a run that may end at any moment and stay undismissed for a while. */
  readonly guarded: ReadonlySet<string>;
  /** What events have told of jobs by now. */
  readonly jobs?: Pick<Jobs, 'areNone' | 'statusOf'>;
}

/**
 * The type of job beside which this QEMU crashes at query-named-block-nodes from the job's end until it is dismissed, whoever
 * asks: a backup on 5.2, a stream on 7.2, none on 10.0 and 11.1. No feature of the schema tells the versions between apart, so
 * they count as ones that crash.
 */
export function deadlyUndismissed({ greeting }: Session): 'backup' | 'stream' | undefined {
  const { major } = greeting.version;
  if (major < 6) return 'backup';
  return major < 10 ? 'stream' : undefined;
}

/** From here on a job may be concluded at any moment; one that is pending may rest there. */
const ENDING: ReadonlySet<string> = new Set(['waiting', 'aborting', 'concluded']);

/** The job of the deadly type that may have ended by now, and is not dismissed, if there is one. */
export function endingOf(
  deadly: string,
  records: readonly JobRecord[],
  known?: KnownOfJobs,
): JobRecord | undefined {
  return records.find(({ id, type, status }) => {
    const now = known?.jobs?.statusOf(id) ?? status;
    const hasEnded = ENDING.has(now) || (now === 'pending' && now !== status);
    return type === deadly && (hasEnded || known?.guarded.has(id));
  });
}

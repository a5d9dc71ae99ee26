import { isPlain } from '../compile/evaluate/predict.ts';
import type { GivenUp } from '../diagnostics/catalogue/transactions.ts';
import type { QmpEvent } from '../qmp/message.ts';
import type { Session } from '../qmp/session.ts';
import type { PlannedJson } from '../statements/datum.ts';
import type { ExecuteStep } from '../statements/step.ts';
import { isCancellation, type JobRecord } from './job-record.ts';
import type { Verdict } from './job-verdict.ts';
import type { StartedJob } from './started-jobs.ts';

/** The jobs of one grouped transaction, with the last records of those whose failure has been told. */
interface Group {
  readonly jobs: Map<string, JobRecord | undefined>;
  readonly keepsBitmaps: boolean;
}

/** The jobs of grouped transactions: where one of them fails QEMU cancels the others, whose own errors tell no more than that. */
export class JobGroups {
  /** The group of each job. */
  readonly #groups = new Map<string, Group>();

  /** Takes note of the jobs that a command has started. */
  note({ arguments: { properties, actions } }: ExecuteStep, started: readonly StartedJob[]): void {
    if (!isPlain(properties) || properties['completion-mode'] !== 'grouped') return;
    const jobs = new Map<string, JobRecord | undefined>(started.map(({ id }) => [id, undefined]));
    const group = { jobs, keepsBitmaps: keepBitmaps(actions) };
    for (const { id } of started) this.#groups.set(id, group);
  }

  /** A job that is made anew is none of the group of its name any more. */
  see({ event, data: { id, status } }: QmpEvent): void {
    if (event !== 'JOB_STATUS_CHANGE' || status !== 'created') return;
    const jobs = this.#groups.get(String(id))?.jobs;
    if (jobs?.get(String(id)) === undefined) jobs?.delete(String(id));
    this.#groups.delete(String(id));
  }

  /** The failure that a job's failure comes of, and the jobs that were given up along with that one. `endOf` waits for a job's end. */
  async failureOf(
    record: JobRecord,
    endOf: (id: string) => Promise<Verdict>,
  ): Promise<{ readonly first: JobRecord; readonly givenUp?: GivenUp }> {
    const group = this.#groups.get(record.id);
    if (!group) return { first: record };
    const { jobs, keepsBitmaps } = group;
    jobs.set(record.id, record);
    const ends = [...jobs.keys()].map(async id => {
      const ended = jobs.get(id) ?? (await endOf(id)).record;
      // Once it is dismissed nobody else knows.
      return jobs.get(id) ?? ended;
    });
    const all = await Promise.all(ends);
    const first = isCancellation(record.error) ? (all.find(hasFailedByItself) ?? record) : record;
    const others = all.filter(({ id, error }) => id !== first.id && isCancellation(error));
    if (others.length === 0) return { first };
    return { first, givenUp: { jobs: others.map(({ id }) => id), keepsBitmaps } };
  }
}

function hasFailedByItself({ error }: JobRecord): boolean {
  return error !== undefined && !isCancellation(error);
}

/** Whether some of these actions are backups with a bitmap, and none of them changes it though it fails. */
function keepBitmaps(actions: PlannedJson | undefined): boolean {
  const backups = (Array.isArray(actions) ? actions : []).flatMap(action => {
    const data = isPlain(action) ? action['data'] : undefined;
    return isPlain(data) && data['bitmap'] !== undefined && data['sync'] !== undefined ? [data] : [];
  });
  return backups.length > 0 && backups.every(backup => backup['bitmap-mode'] !== 'always');
}

const ofSessions = new WeakMap<Session, JobGroups>();

/** Those of a session: what one entry of a prompt started, a later one may wait for. */
export function groupsOf(session: Session): JobGroups {
  const known = ofSessions.get(session);
  if (known) return known;
  const groups = new JobGroups();
  session.onEvent(event => groups.see(event));
  ofSessions.set(session, groups);
  return groups;
}

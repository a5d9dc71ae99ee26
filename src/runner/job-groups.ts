import { isPlain } from '../compile/evaluate/predict.ts';
import type { QmpEvent } from '../qmp/message.ts';
import type { Session } from '../qmp/session.ts';
import type { ExecuteStep } from '../statements/step.ts';
import { isCancellation, type JobRecord } from './job-record.ts';
import type { Verdict } from './job-verdict.ts';
import type { StartedJob } from './started-jobs.ts';

/** The jobs of grouped transactions: where one of them fails QEMU cancels the others, whose own errors tell no more than that. */
export class JobGroups {
  /** The group of each job: its jobs, with the last records of those whose failure has been told. */
  readonly #groups = new Map<string, Map<string, JobRecord | undefined>>();

  /** Takes note of the jobs that a command has started. */
  note({ arguments: { properties } }: ExecuteStep, started: readonly StartedJob[]): void {
    if (!isPlain(properties) || properties['completion-mode'] !== 'grouped') return;
    const group = new Map<string, JobRecord | undefined>(started.map(({ id }) => [id, undefined]));
    for (const { id } of started) this.#groups.set(id, group);
  }

  /** A job that is made anew is none of the group of its name any more. */
  see({ event, data: { id, status } }: QmpEvent): void {
    if (event !== 'JOB_STATUS_CHANGE' || status !== 'created') return;
    const group = this.#groups.get(String(id));
    if (group?.get(String(id)) === undefined) group?.delete(String(id));
    this.#groups.delete(String(id));
  }

  /** The failure that a job's failure comes of, and the jobs that QEMU gave up for it. `endOf` waits for a job's end. */
  async failureOf(
    record: JobRecord,
    endOf: (id: string) => Promise<Verdict>,
  ): Promise<{ readonly first: JobRecord; readonly givenUp: string[] }> {
    const group = this.#groups.get(record.id);
    if (!group) return { first: record, givenUp: [] };
    group.set(record.id, record);
    const ends = [...group.keys()].map(async id => {
      const ended = group.get(id) ?? (await endOf(id)).record;
      // Once it is dismissed nobody else knows.
      return group.get(id) ?? ended;
    });
    const all = await Promise.all(ends);
    const reason = isCancellation(record.error) ? all.find(hasFailedByItself) : record;
    const cancelled = all.filter(({ error }) => isCancellation(error)).map(({ id }) => id);
    return reason ? { first: reason, givenUp: cancelled } : { first: record, givenUp: [] };
  }
}

function hasFailedByItself({ error }: JobRecord): boolean {
  return error !== undefined && !isCancellation(error);
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

import type { QmpEvent } from '../qmp/message.ts';
import { type JobRecord, readEnd } from './job-record.ts';
import type { StartedJob } from './started-jobs.ts';

/** A job from its `created` on. */
interface Life {
  /** How it ended, as far as events have told. */
  end?: JobRecord;
}

/** The jobs that a run has started: once one is gone, another client's may have its name. */
export class OwnJobs {
  /** The latest job of each name. */
  readonly #lives = new Map<string, Life>();
  readonly #own = new Map<string, Life>();
  /** Those whose command is sent and whose `created` has not come. */
  readonly #expected = new Set<string>();

  /** A command that starts a job is about to be sent: the next job of that name is the run's own. */
  expect({ id }: StartedJob): void {
    this.#expected.add(id);
  }

  /** The command is answered. Without an event it is the job that there is now. */
  start({ id }: StartedJob): void {
    if (this.#expected.delete(id) || !this.#own.has(id)) this.#begin(id, this.#lives.get(id) ?? {});
  }

  #begin(id: string, life: Life): void {
    this.#lives.set(id, life);
    this.#own.set(id, life);
  }

  see(event: QmpEvent): void {
    const end = readEnd(event);
    const life = end && this.#lives.get(end.id);
    if (life) life.end = end;
    const { id, status } = event.data;
    if (event.event !== 'JOB_STATUS_CHANGE' || typeof id !== 'string') return;
    if (status === 'created' && this.#expected.delete(id)) this.#begin(id, {});
    else if (status === 'created') this.#lives.set(id, {});
    else if (status === 'null' && !this.#own.has(id)) this.#lives.delete(id);
  }

  /** What is known of the end of a job whose name another has, or had, since. */
  replaced(id: string): JobRecord | undefined {
    const own = this.#own.get(id);
    if (!own || own === this.#lives.get(id)) return undefined;
    return own.end ?? { id, type: '', status: 'null', 'current-progress': 0, 'total-progress': 0 };
  }
}

import { ConnectionLostError, ExecuteError, QmpError } from '../qmp/errors.ts';
import type { QmpEvent } from '../qmp/message.ts';
import type { Session } from '../qmp/session.ts';
import { type Hold, type JobRecord, jobOf, readEnd, readHolds, readJobs } from './job-record.ts';
import { judge, type Verdict, type Wish } from './job-verdict.ts';

export interface WaitOptions {
  readonly signal?: AbortSignal;
  /** Set after job-complete or a soft cancel was answered: the job is still `ready` for a moment then, which is no rest. */
  readonly leaving?: 'ready';
  /** Waits through every other rest, as one that an error brought about, until the job has ended. */
  readonly toTheEnd?: true;
}

/** The jobs of one QEMU, followed through one session. */
export interface Jobs {
  /**
   * Waits until job `id` is in a wanted state, or rests where it can't get there by itself. What it rests in is always
   * `query-jobs`' word, asked after each event that may tell of a rest, and when the wait begins unless the job is known to be
   * on its way; so call it once the command that makes the job is answered. Rejects with the signal's reason, or with a
   * ConnectionLostError. Costs nothing while nothing happens.
   */
  until(id: string, wanted: Wish['wanted'], options?: WaitOptions): Promise<Verdict>;
  /** The state that a job is in, as events and the first answer have told by now; undefined where there is no such job. */
  statusOf(id: string): string | undefined;
  /** Whether there surely is no job at all: one answer told of all there were, and events of all that came and went since. */
  readonly areNone: boolean;
  /** Every job there is now, the concluded ones that nobody dismissed included. */
  list(): Promise<readonly JobRecord[]>;
  /** Dismisses a concluded job; one that is gone already is fine. Rejects with an ExecuteError where the job is not concluded. */
  dismiss(id: string): Promise<void>;
  /** Takes note of a job that was dismissed by a command of its own: how it ended is remembered no longer. */
  dismissed(id: string): void;
  /**
   * Calls `listener` with all jobs whenever they were asked for: after each change of a job, and after each `list()`. There is
   * no event for progress as such, so who shows it calls `list()` now and then. Returns the way to stop it.
   */
  onProgress(listener: (jobs: readonly JobRecord[]) => void): () => void;
  /** Stops following. Waits that are still going on reject with a QmpError. */
  stop(): void;
}

/** Follows the jobs of a session. Begin before the first command, so that the end of a short-lived job is seen. */
export function followJobs(session: Session): Jobs {
  return new Follower(session);
}

interface Wait {
  readonly id: string;
  readonly wish: Wish;
  /** The first question that was put after the wait began: the answers to earlier ones are stale. */
  readonly question: number;
  readonly end: (verdict: Verdict | Error) => void;
  last: JobRecord | undefined;
}

/** How many ended jobs are remembered; those that ended longest ago are forgotten first. */
const ENDS_KEPT = 1000;
/** The states in which a job may be held, or on its way. */
const HELD: ReadonlySet<string> = new Set(['paused', 'standby', 'pending']);

/** The states that a job only passes through: where it rests another event tells. */
const PASSING: ReadonlySet<unknown> = new Set(['created', 'running', 'waiting', 'aborting']);

function isOnItsWay(event: QmpEvent): boolean {
  return event.event === 'JOB_STATUS_CHANGE' && PASSING.has(event.data['status']);
}

class Follower implements Jobs {
  readonly #session: Session;
  readonly #unsubscribe: () => void;
  readonly #waits = new Set<Wait>();
  readonly #watchers = new Set<(jobs: readonly JobRecord[]) => void>();
  readonly #ends = new Map<string, JobRecord>();
  /** The jobs that there are: those of the first answer, kept up to date by events. */
  readonly #statuses = new Map<string, string>();
  /** The jobs that events have told of, until the first answer tells of those from before this session. */
  #told: Set<string> | undefined = new Set();
  #questions = 0;
  #asking = false;
  #stale = false;

  constructor(session: Session) {
    this.#session = session;
    for (const event of session.events) {
      this.#remember(event);
      this.#note(event);
    }
    this.#unsubscribe = session.onEvent(event => this.#see(event));
    void session.closed.then(error => {
      // No event will tell of them any more.
      this.#statuses.clear();
      this.#endAll(error ?? new ConnectionLostError(session.address, 'the connection was closed', []));
    });
  }

  until(id: string, wanted: Wish['wanted'], options: WaitOptions = {}): Promise<Verdict> {
    const { signal, ...wish } = options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const abort = () => {
        this.#waits.delete(wait);
        reject(signal?.reason);
      };
      const wait: Wait = {
        id,
        wish: { wanted, ...wish },
        question: this.#questions + 1,
        last: undefined,
        end: verdict => {
          this.#waits.delete(wait);
          signal?.removeEventListener('abort', abort);
          if (verdict instanceof Error) reject(verdict);
          else resolve(verdict);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waits.add(wait);
      if (!PASSING.has(this.#statuses.get(id))) this.#ask();
    });
  }

  statusOf(id: string): string | undefined {
    return this.#statuses.get(id);
  }

  get areNone(): boolean {
    return !this.#told && this.#statuses.size === 0;
  }

  async list(): Promise<readonly JobRecord[]> {
    const jobs = await this.#query();
    for (const watcher of this.#watchers) watcher(jobs);
    return jobs;
  }

  async dismiss(id: string): Promise<void> {
    try {
      await this.#session.execute('job-dismiss', { id });
    } catch (error) {
      // The words for a job that is not there differ between versions of QEMU, so ask.
      if (!(error instanceof ExecuteError) || (await this.list()).some(job => job.id === id)) throw error;
    }
    this.dismissed(id);
  }

  dismissed(id: string): void {
    this.#ends.delete(id);
  }

  onProgress(listener: (jobs: readonly JobRecord[]) => void): () => void {
    const own = (jobs: readonly JobRecord[]) => listener(jobs);
    this.#watchers.add(own);
    return () => this.#watchers.delete(own);
  }

  stop(): void {
    this.#unsubscribe();
    this.#endAll(new QmpError('the jobs of this session are no longer followed'));
  }

  #see(event: QmpEvent): void {
    const id = jobOf(event);
    if (id === undefined) return;
    if (event.data['status'] === 'created') this.#endReplaced(id);
    this.#remember(event);
    this.#note(event);
    // With on-error=ignore these come by the thousand and change nothing.
    if (event.event === 'BLOCK_JOB_ERROR' && event.data['action'] === 'ignore') return;
    if (this.#watchers.size > 0 || (this.#waitsFor(id) && !isOnItsWay(event))) this.#ask();
  }

  /** Every way into and out of a state has its event, from `created` to `null`. */
  #note({ event, data: { id, status } }: QmpEvent): void {
    if (event !== 'JOB_STATUS_CHANGE' || typeof id !== 'string') return;
    this.#told?.add(id);
    if (status === 'null') this.#statuses.delete(id);
    else this.#statuses.set(id, String(status));
  }

  async #query(): Promise<readonly JobRecord[]> {
    const jobs = readJobs(await this.#session.execute('query-jobs'));
    // An event from behind the answer may be read before this, so events know better.
    for (const { id, status } of this.#told ? jobs : [])
      if (!this.#told?.has(id)) this.#statuses.set(id, status);
    this.#told = undefined;
    return jobs;
  }

  #waitsFor(id: string): boolean {
    for (const wait of this.#waits) if (wait.id === id) return true;
    return false;
  }

  #remember(event: QmpEvent): void {
    const end = readEnd(event);
    if (end) {
      this.#ends.delete(end.id);
      this.#ends.set(end.id, end);
      const [oldest] = this.#ends.keys();
      if (this.#ends.size > ENDS_KEPT && oldest !== undefined) this.#ends.delete(oldest);
    } else if (event.data['status'] === 'created') this.#ends.delete(String(event.data['id']));
  }

  /** Sees to it that the jobs are asked for after now; one question is under way at the most, whatever the events do. */
  #ask(): void {
    this.#stale = true;
    if (!this.#asking) void this.#askWhileStale();
  }

  async #askWhileStale(): Promise<void> {
    this.#asking = true;
    try {
      while (this.#stale && (this.#waits.size > 0 || this.#watchers.size > 0)) {
        this.#stale = false;
        const question = ++this.#questions;
        const jobs = await this.#query();
        const holds = this.#mayBeHeld(jobs)
          ? readHolds(await this.#session.execute('query-block-jobs'))
          : new Map<string, Hold>();
        this.#answer(question, jobs, holds);
      }
    } catch (error) {
      this.#endAll(error as Error);
    } finally {
      this.#asking = false;
    }
  }

  #mayBeHeld(jobs: readonly JobRecord[]): boolean {
    return jobs.some(({ id, status }) => HELD.has(status) && this.#waitsFor(id));
  }

  #answer(question: number, jobs: readonly JobRecord[], holds: ReadonlyMap<string, Hold>): void {
    const byId = new Map(jobs.map(job => [job.id, job]));
    for (const wait of this.#waits) {
      if (wait.question > question) continue;
      wait.last = byId.get(wait.id) ?? wait.last;
      const verdict = judge(byId.get(wait.id) ?? this.#gone(wait), holds.get(wait.id), wait.wish);
      if (verdict) wait.end(verdict);
    }
    for (const watcher of this.#watchers) watcher(jobs);
  }

  /** Whoever waits for a job that has the name of a new one waits for one that is gone. */
  #endReplaced(id: string): void {
    for (const wait of this.#waits) {
      const verdict = wait.id === id && judge(this.#gone(wait), undefined, wait.wish);
      if (verdict) wait.end(verdict);
    }
  }

  #gone({ id, last }: Wait): JobRecord {
    const end = this.#ends.get(id);
    if (end) return end;
    if (last) return { ...last, status: 'null' };
    return { id, type: '', status: 'null', 'current-progress': 0, 'total-progress': 0 };
  }

  #endAll(error: Error): void {
    for (const wait of this.#waits) wait.end(error);
  }
}

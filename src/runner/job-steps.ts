import { StatementFailure } from '../compile/evaluate/failure.ts';
import { inSeconds } from '../compile/evaluate/waits.ts';
import type { Limit } from '../compile/evaluate/world.ts';
import * as problems from '../diagnostics/catalogue/failures.ts';
import type { BlockGraph, JobStatus } from '../graph/graph.ts';
import { ExecuteError } from '../qmp/errors.ts';
import type { Json } from '../qmp/json.ts';
import type { QmpEvent } from '../qmp/message.ts';
import type { Session } from '../qmp/session.ts';
import { whenSilent, withinSilence } from '../qmp/silence-timer.ts';
import type { AwaitJobStep, CheckStep, ExecuteStep } from '../statements/step.ts';
import type { Span } from '../text/source.ts';
import { groupsOf, type JobGroups } from './job-groups.ts';
import { type Hold, isCancellation, type JobRecord, readJobs } from './job-record.ts';
import { asPaused, JobErrors, JobFailure, type JobTrouble } from './job-trouble.ts';
import type { Verdict } from './job-verdict.ts';
import type { Jobs } from './jobs.ts';
import { OwnJobs } from './own-jobs.ts';
import { PausedJobs } from './paused-jobs.ts';
import { deadlyUndismissed, type KnownOfJobs } from './quirks.ts';
import type { Reporter } from './reporter.ts';
import { startedJobs } from './started-jobs.ts';
import { type UnreadJobs, unreadOf } from './unread-jobs.ts';

const WANTED: Readonly<Record<AwaitJobStep['status'] | 'end', ReadonlySet<JobStatus>>> = {
  ready: new Set<JobStatus>(['ready', 'standby']),
  pending: new Set<JobStatus>(['pending']),
  concluded: new Set<JobStatus>(['concluded']),
  rest: new Set<JobStatus>(['ready', 'standby', 'pending', 'concluded']),
  end: new Set<JobStatus>(['pending', 'concluded']),
};

/** How many milliseconds a QEMU has to say what became of a job that is out of time. */
const PATIENCE = 1000;
/** How many it has to tell what happened until the limit of a wait, where this program slept. */
const GRACE = 100;

/** What the job steps of a run look at. */
export interface JobStepsOptions {
  readonly session: Session;
  readonly jobs: Jobs;
  readonly reporter: Reporter;
  /** Where failures point to. */
  readonly span: () => Span;
  /** What is believed of the QEMU. */
  readonly graph: () => BlockGraph | undefined;
}

/** The steps of a run that are about jobs: waits, verdicts and dismissals. */
export class JobSteps {
  readonly #session: Session;
  readonly #jobs: Jobs;
  readonly #span: () => Span;
  readonly #graph: () => BlockGraph | undefined;
  readonly #errors = new JobErrors();
  readonly #paused: PausedJobs;
  readonly #groups: JobGroups;
  readonly #own = new OwnJobs();
  readonly #verdicts = new Map<string, Verdict>();
  /** Jobs of this run that must not stay undismissed, and that nobody has dismissed yet. */
  readonly guarded = new Set<string>();
  /** Those of them that have ended, or will, and whose verdict nobody has read. */
  readonly #unread: UnreadJobs;
  /** The jobs that the script was last told of: whoever they belong to may dismiss them before their turn comes. */
  #listed: ReadonlyMap<string, JobRecord> = new Map();
  /** Jobs that were told to end: they are still ready for a moment, and that is no rest. */
  readonly #leaving = new Set<string>();
  /** Jobs that a raw command told to give up: that they did is no failure. */
  readonly #cancelled = new Set<string>();

  constructor({ session, jobs, reporter, span, graph }: JobStepsOptions) {
    this.#session = session;
    this.#jobs = jobs;
    this.#span = span;
    this.#graph = graph;
    this.#unread = unreadOf(session);
    this.#groups = groupsOf(session);
    this.#paused = new PausedJobs(session, reporter, (record, hold) => this.#trouble(record, hold), graph);
  }

  get known(): KnownOfJobs {
    return { guarded: this.guarded, jobs: this.#jobs };
  }

  /** Takes note of what an event says of a job's errors. */
  see(event: QmpEvent): void {
    this.#errors.see(event);
    this.#own.see(event);
    this.#paused.see(event);
  }

  /** Takes note of a command that is about to be sent. Throws where it would reach another client's job instead of the run's own. */
  sending({ command, arguments: members }: ExecuteStep): void {
    const told = /^(block-)?job-/.test(command) ? (members['id'] ?? members['device']) : undefined;
    if (typeof told === 'string' && this.#own.replaced(told))
      throw new StatementFailure('job', problems.jobStopsShort(this.#span(), told, 'taken'));
    for (const job of startedJobs(command, members)) this.#own.expect(job);
  }

  /** Takes note of a command that was carried out: it may have started a job, or told one to end. */
  noteCommand(step: ExecuteStep): void {
    const { command, arguments: members, raw } = step;
    const started = startedJobs(command, members);
    this.#groups.note(step, started);
    for (const job of started) {
      this.#own.start(job);
      if (!raw && job.by.endsWith(`-${deadlyUndismissed(this.#session)}`)) this.#guard(job.id);
    }
    const id = members['job-id'] ?? members['id'] ?? members['device'];
    if (typeof id !== 'string') return;
    if (command.endsWith('-complete') || command.endsWith('-cancel')) this.#leaving.add(id);
    if (raw && command.endsWith('-cancel')) this.#cancelled.add(id);
  }

  /** Takes note of a job's last record, read by an earlier session. */
  recall(record: JobRecord): void {
    this.#leaving.delete(record.id);
    this.#verdicts.set(record.id, { reached: true, record });
  }

  /** On a QEMU that would crash of it, no job stays concluded until its statement comes round to it. */
  #guard(id: string): void {
    this.guarded.add(id);
    this.#unread.dismissOnce(id, this.#endOf(id), this.#session).finally(() => this.guarded.delete(id));
  }

  #endOf(id: string): Promise<Verdict> {
    return this.#jobs.until(id, WANTED.concluded, { toTheEnd: true });
  }

  /** An answer to `query-jobs` with the jobs that had to be dismissed before anybody has read how they ended. */
  withUnread(reply: Json): Json {
    this.#listed = new Map(readJobs(reply).map(job => [job.id, job]));
    const unread = this.#unread.records.filter(({ id }) => !this.#listed.has(id));
    return Array.isArray(reply) ? [...reply, ...unread.map(job => ({ ...job }))] : reply;
  }

  /** The job that a step dismisses, where that is done here: one may have been dismissed by then. */
  dismissedBy({ command, arguments: { id }, raw }: ExecuteStep): string | undefined {
    if (command !== 'job-dismiss' || typeof id !== 'string') return undefined;
    return raw && !this.#unread.has(id) ? undefined : id;
  }

  /** Dismisses a job; one that is gone already, because it was made to dismiss itself, needs none. */
  async dismiss(id: string): Promise<void> {
    const rest = this.#verdicts.get(id)?.rest;
    if (rest === 'concluded' && (await this.#unread.isDismissed(id))) this.#jobs.dismissed(id);
    else if (rest !== 'gone' && !this.#own.replaced(id)) await this.#dismissOurs(id);
    this.#unread.delete(id);
    this.#verdicts.delete(id);
  }

  /** Where QEMU refuses it, another client's job may have got the name meanwhile. */
  async #dismissOurs(id: string): Promise<void> {
    try {
      await this.#jobs.dismiss(id);
    } catch (error) {
      if (!(error instanceof ExecuteError) || !this.#own.replaced(id)) throw error;
    }
  }

  /** Waits as a step says. Rejects with the reason of `interrupt` when that aborts. */
  async await(
    step: AwaitJobStep,
    limit: Limit | undefined,
    interrupt: AbortSignal | undefined,
  ): Promise<JobRecord> {
    const id = String(step.job);
    const over = new AbortController();
    const left = limit && Math.max(0, Math.ceil(limit.at - performance.now()));
    const stopTimer = left === undefined ? () => {} : whenSilent(left, () => over.abort(), GRACE);
    const signal = AbortSignal.any([over.signal, interrupt].filter(one => one !== undefined));
    const isLeaving = this.#leaving.has(id);
    const wasThere = isLeaving || this.#jobs.statusOf(id) !== undefined;
    const leaving = isLeaving ? ({ leaving: 'ready' } as const) : {};
    try {
      const wanted = WANTED[step.status === 'rest' && isLeaving ? 'end' : step.status];
      const replaced = this.#own.replaced(id);
      const verdict = replaced
        ? ({ reached: false, record: replaced, rest: 'gone' } as const)
        : this.#asListed(await this.#jobs.until(id, wanted, { signal, ...leaving }));
      this.#leaving.delete(id);
      this.#verdicts.set(id, verdict);
      return await this.#judge(step, id, verdict, wasThere);
    } catch (error) {
      if (error === over.signal.reason) throw await this.#outOfTime(id, step, limit);
      throw error;
    } finally {
      stopTimer();
    }
  }

  #asListed(verdict: Verdict): Verdict {
    const { record, rest } = verdict;
    const listed = this.#listed.get(record.id);
    const isLost = rest === 'gone' && record.type === '' && listed !== undefined;
    return isLost ? { ...verdict, record: { ...listed, status: record.status } } : verdict;
  }

  /** `wasThere`: the job was there when the wait began, so it is not unknown though nobody has a record of it. */
  async #judge(
    { status }: AwaitJobStep,
    id: string,
    verdict: Verdict,
    wasThere: boolean,
  ): Promise<JobRecord> {
    const { reached, record, rest, hold } = verdict;
    if (rest === 'paused-by-error' && !(reached && status !== 'rest')) throw this.#isPaused(record, hold);
    // A raw command's job is left where it rests; only its failure is the statement's.
    const isCancelled = this.#cancelled.delete(id) && isCancellation(record.error);
    if (status === 'rest' && record.error !== undefined && !isCancelled) throw await this.#failed(record);
    const isOver = rest === 'gone' && status === 'concluded' && record.type !== '';
    const isBeyond = status === 'pending' && rest === 'concluded' && record.error === undefined;
    if (status === 'rest' || reached || isOver || isBeyond) return record;
    if (record.error !== undefined) throw await this.#failed(record);
    if (rest === 'concluded') await this.dismiss(id);
    const isUnknown = record.type === '' && !wasThere;
    if (rest === undefined || rest === 'paused-by-error' || isUnknown) throw await this.#unknown(id);
    const how = this.#own.replaced(id) ? 'replaced' : rest;
    throw new StatementFailure('job', problems.jobStopsShort(this.#span(), id, how));
  }

  /** Holds a job's verdict against what a step asks of it. */
  async check(check: Extract<CheckStep['check'], { readonly job: unknown }>): Promise<void> {
    const record = this.#verdicts.get(String(check.job))?.record;
    if (record?.error === undefined) return;
    if (check.kind === 'job-cancelled' && isCancellation(record.error)) return;
    throw await this.#failed(record);
  }

  async #failed(record: JobRecord): Promise<StatementFailure> {
    if (record.status === 'concluded' || this.#unread.has(record.id)) await this.dismiss(record.id);
    const { first, givenUp } = await this.#groups.failureOf(record, id => this.#endOf(id));
    const { error: reason = '' } = first;
    const trouble = this.#trouble(first, undefined);
    const finding = problems.jobFailed(this.#span(), first.id, first.type, reason, trouble.at, givenUp);
    return new StatementFailure('job', finding, { reason, cause: new JobFailure(trouble) });
  }

  #trouble(record: JobRecord, hold: 'failed' | 'nospace' | undefined): JobTrouble {
    return this.#errors.troubleOf(record, hold, this.#graph());
  }

  #isPaused(record: JobRecord, hold: Hold | undefined): StatementFailure {
    const trouble = this.#trouble(record, hold === 'nospace' ? hold : 'failed');
    const finding = problems.jobPaused(this.#span(), asPaused(trouble, this.#graph()));
    this.#paused.tell(trouble);
    // What `$error` holds is what QEMU would have said, had it ended the job.
    const reason = hold === 'nospace' ? { reason: NO_SPACE } : {};
    return new StatementFailure('job', finding, { ...reason, cause: new JobFailure(trouble) });
  }

  async #unknown(id: string): Promise<StatementFailure> {
    const ids = (await this.#jobs.list()).map(job => job.id);
    return new StatementFailure('job', problems.noSuchJob(this.#span(), id, ids));
  }

  async #outOfTime(id: string, step: AwaitJobStep, limit: Limit | undefined): Promise<StatementFailure> {
    const jobs = await withinSilence(this.#jobs.list(), PATIENCE);
    if (!jobs) {
      const finding = problems.outOfTime(this.#span(), inSeconds(limit), 'and QEMU does not answer any more');
      return new StatementFailure('timeout', finding);
    }
    const job = jobs.find(candidate => candidate.id === id);
    const state = job ? `the job ${id} is ${job.status}, and is left so` : `the job ${id} is not there`;
    const help =
      job && job.status !== 'concluded'
        ? [
            `wait longer for it: \`wait ${id}${step.status === 'ready' ? ' ready' : ''}\``,
            `or end it: \`cancel ${id} force=on\``,
          ]
        : [];
    return new StatementFailure('timeout', problems.outOfTime(this.#span(), inSeconds(limit), state, help));
  }
}

const NO_SPACE = 'No space left on device';

import { Interruption, StatementFailure } from '../compile/evaluate/failure.ts';
import { inSeconds } from '../compile/evaluate/waits.ts';
import type { Limit, Outcome, Way, World } from '../compile/evaluate/world.ts';
import * as problems from '../diagnostics/catalogue/failures.ts';
import { notKnownYet } from '../diagnostics/catalogue/plans.ts';
import { graphDiffers } from '../diagnostics/catalogue/reality.ts';
import { notAsShown } from '../diagnostics/catalogue/saved-plans.ts';
import type { BlockGraph } from '../graph/graph.ts';
import type { Schema } from '../qapi/schema.ts';
import { ConnectionLostError, ExecuteError } from '../qmp/errors.ts';
import { isObject, type Json, type JsonObject } from '../qmp/json.ts';
import type { Session } from '../qmp/session.ts';
import { type Datum, findLater } from '../statements/datum.ts';
import type { AwaitEventStep, AwaitJobStep, CheckStep, ExecuteStep, Step } from '../statements/step.ts';
import type { Statement } from '../syntax/ast.ts';
import type { Span } from '../text/source.ts';
import { fileState } from './file-state.ts';
import { JobSteps } from './job-steps.ts';
import type { Jobs } from './jobs.ts';
import { look } from './look.ts';
import { Prediction } from './prediction.ts';
import { diesOfUndismissedStreams } from './quirks.ts';
import type { Reporter } from './reporter.ts';
import type { MaySend } from './shown-steps.ts';

export interface LiveWorldOptions {
  readonly session: Session;
  readonly jobs: Jobs;
  readonly schema: Schema;
  readonly reporter: Reporter;
  /** The graph as it was just read. */
  readonly graph?: BlockGraph;
  /** Gives up the statement at hand, once. */
  readonly signal?: AbortSignal;
  /** Holds the run to what was shown; without it everything may be sent. */
  readonly maySend?: MaySend;
}

/**
 * The world of a run: every step goes to a QEMU, and what the world says is believed. Whenever the graph is looked at, it is held
 * against what the model says it should be, and a difference is reported. Nothing is asked for that alone: a reporter that
 * wants the graph has it compared after each statement that changes something; without one it is compared where the
 * script itself makes the next look necessary.
 */
export class LiveWorld implements World {
  readonly planning = false;
  readonly schema: Schema;
  readonly #session: Session;
  readonly #jobSteps: JobSteps;
  readonly #reporter: Reporter;
  readonly #open: Statement[] = [];
  readonly #taken = new Set<number>();
  /** Who waits for something to change. */
  readonly #wakers = new Set<() => void>();
  #ended: ConnectionLostError | undefined;
  /** Until it has been acted on. */
  #interrupt: AbortSignal | undefined;
  #graph: BlockGraph | undefined;
  #eventCount = 0;
  readonly #prediction: Prediction;
  readonly #maySend: MaySend | undefined;
  /** The statement that last did something that no look has been taken at yet. */
  #unseen: Statement | undefined;
  /** The statement that last sent a command that may change something, and the event before it. */
  #changer: Statement | undefined;
  #mark = 0;

  constructor({ session, jobs, schema, reporter, graph, signal, maySend }: LiveWorldOptions) {
    this.#session = session;
    this.#jobSteps = new JobSteps(session, jobs, () => this.#span);
    this.schema = schema;
    this.#reporter = reporter;
    this.#graph = graph;
    this.#prediction = new Prediction(graph);
    this.#maySend = maySend;
    session.onEvent(event => {
      this.#graph = undefined;
      this.#eventCount++;
      reporter.event(event);
      this.#wake();
    });
    this.#interrupt = signal;
    signal?.addEventListener('abort', () => this.#wake(), { once: true });
    void session.closed.then(error => {
      this.#ended = error ?? new ConnectionLostError(session.address, 'the connection was closed', []);
      this.#wake();
    });
  }

  async graph(): Promise<BlockGraph> {
    if (this.#graph) return this.#graph;
    const eventsBefore = this.#eventCount;
    const found = await this.#look();
    // What an event told in the meantime may not be in it.
    if (this.#eventCount === eventsBefore) this.#graph = found;
    return found;
  }

  async #look(): Promise<BlockGraph> {
    const { streams } = this.#jobSteps;
    const { graph } = this.#prediction;
    const found = await this.#answered(
      look(this.#session, this.schema, graph && { graph, streams }),
      undefined,
    );
    this.#compare(found);
    this.#unseen = undefined;
    return this.#prediction.look(found);
  }

  #compare(found: BlockGraph): void {
    const guardsStreams = diesOfUndismissedStreams(this.#session);
    const span = this.#unseen ? spanOf(this.#unseen) : this.#span;
    for (const { expected, found: there } of this.#prediction.differencesTo(found, { guardsStreams }))
      this.#reporter.finding(graphDiffers(span, expected, there));
  }

  learn(): void {}

  forgetJobs(): void {}

  origin(): undefined {}

  async perform(step: Step, limit?: Limit): Promise<Datum> {
    this.#giveUpIfInterrupted();
    switch (step.kind) {
      case 'execute':
        return this.#execute(step, limit);
      case 'await-job':
        return this.#awaitJob(step, limit);
      case 'await-event':
        return this.#awaitEvent(step, limit);
      case 'check':
        return this.#check(step);
    }
  }

  async changed(limit: Limit | undefined): Promise<boolean> {
    // Some of what a condition may ask about, a job's progress for one, changes without an event.
    const left = limit ? limit.at - performance.now() : Number.POSITIVE_INFINITY;
    const woken = await new Promise<boolean>(resolve => {
      const timer = setTimeout(() => wake(false), Math.max(0, Math.min(left, RECHECK)));
      const wake = (byEvent = true) => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve(byEvent);
      };
      this.#wakers.add(wake);
      if (this.#ended || this.#interrupt?.aborted) wake();
    });
    if (this.#ended) throw this.#ended;
    this.#giveUpIfInterrupted();
    this.#graph = undefined;
    // Who waits lets others act.
    this.#prediction.doubt();
    return woken || left > RECHECK;
  }

  output(text: string, value?: Datum): void {
    this.#reporter.output(text, value);
  }

  enter(statement: Statement): void {
    this.#open.push(statement);
    this.#reporter.enter(statement);
  }

  async leave(statement: Statement, outcome: Outcome): Promise<void> {
    this.#open.pop();
    const isWanted = this.#changer === statement && this.#reporter.wantsGraph && outcome.ok;
    this.#reporter.leave(statement, outcome, isWanted ? await this.#graphIfThere() : undefined);
  }

  async either(ways: readonly Way[]): Promise<void> {
    // Only a plan has values that are not known yet.
    await ways[0]?.walk();
  }

  /** After `quit` there is nothing to look at, and nothing wrong with that. */
  async #graphIfThere(): Promise<BlockGraph | undefined> {
    try {
      return await this.graph();
    } catch (error) {
      if (error instanceof ConnectionLostError) return undefined;
      throw error;
    }
  }

  #giveUpIfInterrupted(): void {
    if (!this.#interrupt?.aborted) return;
    this.#interrupt = undefined;
    throw new Interruption();
  }

  #wake(): void {
    for (const wake of [...this.#wakers]) wake();
  }

  get #span(): Span {
    const statement = this.#open.at(-1);
    return statement ? spanOf(statement) : { start: 0, end: 0 };
  }

  async #execute(step: ExecuteStep, limit: Limit | undefined): Promise<Json> {
    const id = step.arguments['id'];
    if (step.command === 'job-dismiss' && typeof id === 'string' && !step.raw) {
      await this.#sure(this.#jobSteps.dismiss(id));
      this.#prediction.carriedOut(step);
      this.#graph = undefined;
      return {};
    }
    const unknown = findLater(step.arguments);
    if (unknown) throw new StatementFailure('refused', notKnownYet(this.#span, unknown.what));
    if (this.#maySend && !this.#maySend(this.#open.at(-1), step))
      throw new StatementFailure('expectation', notAsShown(this.#span, step.command));
    const changes = !step.command.startsWith('query-');
    if (changes) this.#markChange();
    this.#reporter.step(step);
    try {
      const reply = await this.#answered(
        this.#session.execute(step.command, step.arguments as JsonObject),
        limit,
      );
      this.#jobSteps.noteCommand(step);
      this.#prediction.carriedOut(step);
      return reply;
    } catch (error) {
      // What QEMU refuses changes nothing.
      if (!(error instanceof ExecuteError)) this.#prediction.doubt();
      throw this.#refused(error);
    } finally {
      if (changes) this.#graph = undefined;
    }
  }

  /** A QEMU that is stopped answers nothing: neither a limit nor an interruption waits for it. */
  async #answered<T>(reply: Promise<T>, limit: Limit | undefined): Promise<T> {
    const interrupt = this.#interrupt;
    if (!limit && !interrupt) return reply;
    reply.catch(() => {});
    const left = limit ? Math.max(0, limit.at - performance.now()) + GRACE : undefined;
    return new Promise((resolve, reject) => {
      const finding = problems.outOfTime(this.#span, inSeconds(limit), 'QEMU does not answer');
      const over = () => reject(new StatementFailure('timeout', finding));
      const timer = left === undefined ? undefined : setTimeout(over, left);
      const giveUp = () => {
        this.#interrupt = undefined;
        reject(new Interruption());
      };
      interrupt?.addEventListener('abort', giveUp, { once: true });
      reply.then(resolve, reject).finally(() => {
        clearTimeout(timer);
        interrupt?.removeEventListener('abort', giveUp);
      });
    });
  }

  /** How far what fails has come is not known. */
  async #sure<T>(done: Promise<T>): Promise<T> {
    try {
      return await done;
    } catch (error) {
      this.#prediction.doubt();
      throw error;
    }
  }

  #markChange(): void {
    const statement = this.#open.at(-1);
    this.#unseen = statement;
    if (statement && statement === this.#changer) return;
    this.#changer = statement;
    this.#mark = this.#session.events.at(-1)?.sequence ?? this.#mark;
    this.#session.forgetEvents(this.#mark + 1);
    this.#taken.clear();
  }

  #refused(error: unknown): unknown {
    if (!(error instanceof ExecuteError)) return error;
    const finding = problems.refused(this.#span, error.command, error.sent, error.class, error.description);
    return new StatementFailure('refused', finding, { cause: error, reason: error.description });
  }

  async #awaitJob(step: AwaitJobStep, limit: Limit | undefined): Promise<Datum> {
    this.#reporter.step(step);
    try {
      this.#unseen = this.#open.at(-1);
      const record = await this.#sure(this.#jobSteps.await(step, limit, this.#interrupt));
      this.#prediction.jobSeen(record.id, record.status, record.error);
      return { ...record };
    } catch (error) {
      this.#giveUpIfInterrupted();
      throw error;
    } finally {
      this.#graph = undefined;
    }
  }

  async #awaitEvent(step: AwaitEventStep, limit: Limit | undefined): Promise<Datum> {
    this.#reporter.step(step);
    for (;;) {
      const found = this.#session.events.find(
        event =>
          event.sequence > this.#mark &&
          event.event === step.event &&
          !this.#taken.has(event.sequence) &&
          agrees(event.data, step.where),
      );
      if (found) {
        this.#taken.add(found.sequence);
        return found.data;
      }
      if (!(await this.changed(limit))) {
        throw new StatementFailure(
          'timeout',
          problems.outOfTime(this.#span, inSeconds(limit), `no ${step.event} came`),
        );
      }
    }
  }

  async #check({ check }: CheckStep): Promise<Datum> {
    if (check.kind === 'file-absent') return this.#checkFileAbsent(String(check.filename));
    // Whoever performs this step has just compared the chain.
    if (check.kind !== 'chain') await this.#jobSteps.check(check);
    return null;
  }

  async #checkFileAbsent(filename: string): Promise<Datum> {
    const state = await fileState(this.#session, filename);
    if (state === 'absent') return null;
    const finding =
      state === 'exists'
        ? problems.fileExists(this.#span, filename)
        : problems.fileNotSeen(this.#span, filename, state.unclear);
    throw new StatementFailure('refused', finding);
  }
}

const RECHECK = 500;
/** How much longer than its limit a command may take to be answered, so that one that is being answered is not lost. */
const GRACE = 500;

function spanOf(statement: Statement): Span {
  return statement.kind === 'verb' ? statement.verb.span : statement.span;
}

/** Whether an event's data hold everything that `where` names. */
function agrees(data: Json, where: unknown): boolean {
  if (!isObject(where)) return data === where || String(data) === String(where);
  return isObject(data) && Object.entries(where).every(([key, value]) => agrees(data[key] ?? null, value));
}

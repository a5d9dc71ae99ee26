import { Interruption, StatementFailure } from '../compile/evaluate/failure.ts';
import { inSeconds } from '../compile/evaluate/waits.ts';
import type { Limit, Outcome, World } from '../compile/evaluate/world.ts';
import * as problems from '../diagnostics/catalogue/failures.ts';
import { notKnownYet } from '../diagnostics/catalogue/plans.ts';
import { notAsShown } from '../diagnostics/catalogue/saved-plans.ts';
import type { BlockGraph } from '../graph/graph.ts';
import type { Schema } from '../qapi/schema.ts';
import { ConnectionLostError, ExecuteError } from '../qmp/errors.ts';
import type { Json, JsonObject } from '../qmp/json.ts';
import type { Session } from '../qmp/session.ts';
import { type Datum, findLater } from '../statements/datum.ts';
import type {
  AwaitEventStep,
  AwaitJobStep,
  CheckStep,
  ExecuteStep,
  HostStep,
  Step,
} from '../statements/step.ts';
import type { Statement } from '../syntax/ast.ts';
import { answered, asRefusal } from './answered.ts';
import { EventLog } from './event-log.ts';
import { requireAbsent, requireNothingLost } from './file-state.ts';
import { isAboutUs } from './guest-io.ts';
import { Interrupt } from './interrupt.ts';
import type { JobRecord } from './job-record.ts';
import { JobSteps } from './job-steps.ts';
import { followJobs, type Jobs } from './jobs.ts';
import { requireListable } from './listable.ts';
import type { LiveWorldOptions } from './live-world-options.ts';
import { look } from './look.ts';
import { type Moment, Outside } from './outside.ts';
import { Prediction } from './prediction.ts';
import { reportDifferences } from './report-differences.ts';
import { placeOf, RunningWorld } from './running-world.ts';
import type { MaySend } from './shown-steps.ts';
import { surroundingsOf } from './surroundings.ts';
import { Wakers } from './wakers.ts';

/**
 * The world of a run: every step goes to a QEMU, and what the world says is believed. Whenever the graph is looked at, it is held
 * against what the model says it should be, and a difference is reported. Nothing is asked for that alone: a reporter that
 * wants the graph has it compared after each statement that changes something; without one it is compared where the
 * script itself makes the next look necessary.
 */
export class LiveWorld extends RunningWorld implements World {
  readonly schema: Schema;
  #session: Session;
  #jobs: Jobs;
  #jobSteps: JobSteps;
  readonly #outside: Outside;
  readonly #events: EventLog;
  /** Who waits for something to change. */
  readonly #wakers = new Wakers();
  #ended: ConnectionLostError | undefined;
  readonly #interrupt: Interrupt;
  #graph: BlockGraph | undefined;
  #eventCount = 0;
  #prediction: Prediction;
  readonly #maySend: MaySend | undefined;
  #stopListening = () => {};
  /** The statement that last did something that no look has been taken at yet. */
  #unseen: Statement | undefined;
  /** The statement that last sent a command that may change something. */
  #changer: Statement | undefined;

  constructor(options: LiveWorldOptions) {
    const { session, jobs, schema, reporter, graph, interrupt, maySend, surroundings } = options;
    super(reporter);
    this.#session = session;
    this.#jobs = jobs;
    this.#events = new EventLog(session);
    this.#outside = new Outside(surroundings ?? surroundingsOf('here'), reporter);
    this.#jobSteps = this.#jobStepsOn(session, jobs);
    this.schema = schema;
    this.#graph = graph;
    this.#prediction = new Prediction(graph);
    this.#maySend = maySend;
    this.#listen(session);
    this.#interrupt = interrupt ?? new Interrupt();
    interrupt?.signal?.addEventListener('abort', () => this.#wakers.wake(), { once: true });
  }

  #jobStepsOn(session: Session, jobs: Jobs): JobSteps {
    const { reporter } = this;
    return new JobSteps({
      session,
      jobs,
      reporter,
      span: () => this.span,
      graph: () => this.#prediction.graph,
    });
  }

  #listen(session: Session): void {
    this.#stopListening = session.onEvent(event => {
      if (event.event === 'BLOCK_EXPORT_DELETED' && isAboutUs(event.data)) return;
      this.#events.see(event);
      this.#graph = undefined;
      this.#eventCount++;
      this.reporter.event(event);
      this.#jobSteps.see(event);
      this.#wakers.wake();
    });
    void session.closed.then(error => {
      if (session !== this.#session) return;
      this.#ended = error ?? new ConnectionLostError(session.address, 'the connection was closed', []);
      this.#wakers.wake();
    });
  }

  /** Takes note of a step that an earlier session carried out on this QEMU. */
  recall(step: Step, answer: Datum): void {
    if (step.kind === 'await-job') this.#jobSteps.recall(answer as unknown as JobRecord);
    if (step.kind !== 'execute') return;
    this.#jobSteps.noteCommand(step);
    this.#outside.noteCommand(step.command, step.arguments);
  }

  /** Goes by what an earlier session knew of the graph, until the next look. */
  remember(graph: BlockGraph): void {
    this.#prediction.look(graph);
    this.#prediction.doubt();
    this.#graph = undefined;
  }

  /** Lets go of what follows the QEMU's jobs and events; the run is over, and its session may go on. */
  stop(): void {
    this.#jobs.stop();
    this.#stopListening();
  }

  async graph(): Promise<BlockGraph> {
    if (this.#graph) return this.#graph;
    const { graph, isTorn } = await this.#look();
    if (!isTorn) this.#graph = graph;
    return graph;
  }

  /** A look is torn where something happened between its answers: each tells of another moment then. */
  async #look(): Promise<{ readonly graph: BlockGraph; readonly isTorn: boolean }> {
    const { graph } = this.#prediction;
    const once = async () => {
      const before = this.#eventCount;
      const seen = look(this.#session, this.schema, graph && { graph, ...this.#jobSteps.known });
      return { found: await this.#answered(seen, undefined), isTorn: this.#eventCount !== before };
    };
    const first = await once();
    const { found, isTorn } = first.isTorn ? await once() : first;
    if (isTorn) this.#prediction.doubt();
    const span = this.#unseen ? placeOf(this.#unseen) : this.span;
    reportDifferences(this.#prediction, found, this.#session, span, this.reporter);
    this.#outside.noteFiles(found);
    this.#unseen = undefined;
    return { graph: this.#prediction.look(found), isTorn };
  }

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
        return this.#check(step, limit);
      case 'host':
        this.#refuseUnshown(step);
        this.reporter.step(step);
        return this.#outside.run(step, await this.#moment(limit));
      case 'guest-io':
        if (!String(step.command).startsWith('read')) this.#markChange();
        this.reporter.step(step);
        return this.#outside.guestIo(step, await this.#moment(limit));
      case 'restart':
        return this.#restart(step, limit);
    }
  }

  async changed(limit: Limit | undefined): Promise<boolean> {
    // Some of what a condition may ask about, a job's progress for one, changes without an event.
    const left = limit ? limit.at - performance.now() : Number.POSITIVE_INFINITY;
    const waiting = this.#wakers.wait(Math.min(left, RECHECK));
    if (this.#ended || this.#interrupt.signal?.aborted) this.#wakers.wake();
    const woken = await waiting;
    if (this.#ended) throw this.#ended;
    this.#giveUpIfInterrupted();
    this.#graph = undefined;
    // Who waits lets others act.
    this.#prediction.doubt();
    return woken || left > RECHECK;
  }

  async leave(statement: Statement, outcome: Outcome): Promise<void> {
    if (!outcome.ok) await this.#interrupt.settle(outcome.failure);
    this.open.pop();
    const isWanted = this.#changer === statement && this.reporter.wantsGraph && outcome.ok;
    this.reporter.leave(statement, outcome, isWanted ? await this.#graphIfThere() : undefined);
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
    if (!this.#interrupt.signal?.aborted) return;
    this.#interrupt.take();
    throw new Interruption();
  }

  #refuseUnshown(step: ExecuteStep | HostStep): void {
    if (!this.#maySend || this.#maySend(this.open.at(-1), step)) return;
    const name = step.kind === 'host' ? step.program : step.command;
    throw new StatementFailure('expectation', notAsShown(this.span, name));
  }

  async #execute(step: ExecuteStep, limit: Limit | undefined): Promise<Json> {
    const id = this.#jobSteps.dismissedBy(step);
    if (id !== undefined) {
      await this.#sure(this.#jobSteps.dismiss(id));
      this.#prediction.carriedOut(step);
      this.#graph = undefined;
      return {};
    }
    const unknown = findLater(step.arguments);
    if (unknown) throw new StatementFailure('refused', notKnownYet(this.span, unknown.what));
    this.#refuseUnshown(step);
    await requireNothingLost(this.#session, step, this.span);
    await this.#answered(requireListable(step, this.#session, this.#jobSteps.known, this.span), limit);
    this.#jobSteps.sending(step);
    const changes = !step.command.startsWith('query-');
    if (changes) this.#markChange();
    this.reporter.step(step);
    try {
      const reply = await this.#answered(
        this.#session.execute(step.command, step.arguments as JsonObject),
        limit,
      );
      this.#jobSteps.noteCommand(step);
      this.#outside.noteCommand(step.command, step.arguments);
      this.#prediction.carriedOut(step);
      return step.command === 'query-jobs' && !step.raw ? this.#jobSteps.withUnread(reply) : reply;
    } catch (error) {
      // What QEMU refuses changes nothing.
      if (!(error instanceof ExecuteError)) this.#prediction.doubt();
      throw asRefusal(error, this.span);
    } finally {
      if (changes) this.#graph = undefined;
    }
  }

  #answered<T>(reply: Promise<T>, limit: Limit | undefined): Promise<T> {
    return answered(reply, limit, this.#interrupt, this.span);
  }

  /** How far what fails has come is not known. */
  async #sure<T>(done: Promise<T>): Promise<T> {
    try {
      return await done;
    } catch (error) {
      this.#prediction.doubt();
      throw asRefusal(error, this.span);
    }
  }

  #markChange(): void {
    const statement = this.open.at(-1);
    this.#unseen = statement;
    if (statement && statement === this.#changer) return;
    this.#changer = statement;
    this.#events.markChange();
  }

  async #moment(limit: Limit | undefined): Promise<Moment> {
    const graph = await this.graph();
    return { session: this.#session, graph, span: this.span, limit, interrupt: this.#interrupt };
  }

  async #restart(step: Step, limit: Limit | undefined): Promise<Datum> {
    this.#markChange();
    this.reporter.step(step);
    const moment = await this.#moment(limit);
    this.#prediction.doubt();
    const look = () => {
      this.#graph = undefined;
      return this.graph();
    };
    const session = await this.#answered(this.#outside.restart(look, moment), limit);
    this.#jobs.stop();
    this.#session = session;
    this.#ended = undefined;
    this.#events.follow(session);
    this.#jobs = followJobs(session);
    this.#jobSteps = this.#jobStepsOn(session, this.#jobs);
    this.#graph = undefined;
    this.#prediction = new Prediction(undefined);
    this.#listen(session);
    return null;
  }

  async #awaitJob(step: AwaitJobStep, limit: Limit | undefined): Promise<Datum> {
    this.reporter.step(step);
    try {
      this.#unseen = this.open.at(-1);
      const record = await this.#sure(this.#jobSteps.await(step, limit, this.#interrupt.signal));
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
    this.reporter.step(step);
    for (let isOver = false; ; isOver = !(await this.changed(limit))) {
      const found = this.#events.take(step);
      if (found) return found.data;
      if (!isOver) continue;
      const finding = problems.outOfTime(this.span, inSeconds(limit), `no ${step.event} came`);
      throw new StatementFailure('timeout', finding);
    }
  }

  async #check({ check }: CheckStep, limit: Limit | undefined): Promise<Datum> {
    if (check.kind === 'identical') return this.#outside.compare(check, await this.#moment(limit));
    if (check.kind === 'file-absent') {
      const { filename, orSocket: isSocket } = check;
      const made = { filename: String(filename), ...(isSocket && { isSocket }) };
      await requireAbsent(this.#session, made, this.span);
      // Whoever performs this step has just compared the chain.
    } else if (check.kind !== 'chain') await this.#jobSteps.check(check);
    return null;
  }
}

const RECHECK = 500;

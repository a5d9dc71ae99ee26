import { StatementFailure } from '../compile/evaluate/failure.ts';
import type { Limit, Outcome, Way, World } from '../compile/evaluate/world.ts';
import { chainMoved, stepInDoubt } from '../diagnostics/catalogue/durable-runs.ts';
import type { Finding, Label } from '../diagnostics/diagnostic.ts';
import type { BlockGraph, Earlier } from '../graph/graph.ts';
import type { Schema } from '../qapi/schema.ts';
import { ConnectionLostError } from '../qmp/errors.ts';
import { type Json, stringifyJson } from '../qmp/json.ts';
import type { Session } from '../qmp/session.ts';
import { ExpectedGraph } from '../recovery/expected-graph.ts';
import { FateUnknown } from '../recovery/fate.ts';
import { changesSomething, jobsStartedBy, titleOf } from '../recovery/step-words.ts';
import { type Datum, isDatumObject } from '../statements/datum.ts';
import type { Step } from '../statements/step.ts';
import type { Statement } from '../syntax/ast.ts';
import { crashAt } from './crash-points.ts';
import { DurableError } from './durable-error.ts';
import { type DurableRun, type Operation, recall } from './durable-run.ts';
import { GraphLines, wordsOfLook } from './graph-lines.ts';
import type { HandedGraphs } from './handed-graphs.ts';
import { askBeforeWaiting } from './interrupted-wait.ts';
import { requireUnsent } from './lost-end.ts';

/** The world that a durable run acts through. That of a QEMU also takes note of what was carried out before it began. */
export interface LivingWorld extends World {
  recall?(step: Step, answer: Datum): void;
  remember?(graph: BlockGraph): void;
  /** Throws a FateUnknown where nothing tells. */
  wasCarriedOut?(step: Step): Promise<boolean>;
}

/**
 * A world that writes down what it is asked and told, and what came of it; what is written down already it answers from there.
 * The evaluator above it walks the script from its beginning, however often the run has broken off.
 */
export class DurableWorld implements World {
  readonly planning = false;
  readonly schema: Schema;
  readonly #live: LivingWorld;
  readonly #run: DurableRun;
  readonly #endpoint: string | undefined;
  readonly #session: Session | undefined;
  readonly #graphs: HandedGraphs | undefined;
  #isLive = false;
  readonly #looks = new GraphLines();
  readonly #expected = new ExpectedGraph();

  constructor(
    live: LivingWorld,
    run: DurableRun,
    endpoint?: string,
    session?: Session,
    graphs?: HandedGraphs,
  ) {
    this.schema = live.schema;
    this.#live = live;
    this.#run = run;
    this.#endpoint = endpoint;
    this.#session = session;
    this.#graphs = graphs;
  }

  async graph(): Promise<BlockGraph> {
    const operation = this.#begin(wordsOfLook(this.#endpoint));
    const graph = operation.answer
      ? this.#looks.decode((operation.answer.ok ?? 0) as Json)
      : await this.#attempt(() => this.#live.graph());
    if (!operation.answer) this.#run.answered(operation, this.#looks.encode(graph), 'note');
    this.#expected.looked(graph);
    return graph;
  }

  async perform(step: Step, limit?: Limit): Promise<Datum> {
    const operation = this.#begin(wordsOf(step, this.#endpoint));
    if (operation.answer) {
      if (changesSomething(step)) this.#run.noteEarlierChange();
      this.#expected.carriedOut(step);
      const answer = recall(operation.answer);
      this.#live.recall?.(step, answer);
      return answer;
    }
    if (changesSomething(step)) return this.#change(operation, step, limit);
    const session = this.#session;
    if (session) await this.#attempt(() => askBeforeWaiting(step, session, this.#run));
    const answer = await this.#settled(operation, () => this.#live.perform(step, limit));
    this.#expected.carriedOut(step);
    this.#run.answered(operation, answer, step.kind.startsWith('await') ? 'keep' : 'note');
    if (step.kind === 'await-job' && isDatumObject(answer) && answer['status'] === 'concluded')
      this.#run.noteVerdict(String(step.job));
    return answer;
  }

  async changed(limit: Limit | undefined): Promise<boolean> {
    const operation = this.#begin(`changed ${this.#endpoint ?? ''}`);
    if (operation.answer) return operation.answer.ok === true;
    const isWoken = await this.#attempt(() => this.#live.changed(limit));
    this.#run.answered(operation, isWoken, 'note');
    return isWoken;
  }

  waits(finding: Finding): void {
    if (this.#isLive) this.#live.waits?.(finding);
  }

  output(text: string, value?: Datum): void {
    const operation = this.#run.begin('output');
    if (operation.answer) return;
    this.#live.output(text, value);
    this.#run.answered(operation, true, 'keep');
  }

  enter(statement: Statement): void {
    this.#run.enter(this.#live, statement);
  }

  async leave(statement: Statement, outcome: Outcome): Promise<void> {
    const { isTold, hasEarlierChange, skipped } = this.#run.leave();
    if (!isTold) return;
    if (hasEarlierChange && outcome.ok && this.#graphs?.isWanted)
      await this.#handGraph(statement, this.#graphs);
    const told = outcome.ok && skipped !== undefined ? { ...outcome, skipped } : outcome;
    await this.#attempt(() => this.#live.leave(statement, told));
  }

  /** After `quit` there is nothing to look at. */
  async #handGraph(statement: Statement, graphs: HandedGraphs): Promise<void> {
    try {
      graphs.hand(statement, await this.#live.graph());
    } catch (error) {
      if (!(error instanceof ConnectionLostError)) throw this.#run.stop(asDurable(error, this.#run.id));
    }
  }

  learn(graph: BlockGraph): void {
    this.#live.learn(graph);
  }

  forgetJobs(): void {
    this.#live.forgetJobs();
  }

  origin(earlier: Earlier): Label | undefined {
    return this.#live.origin(earlier);
  }

  either(ways: readonly Way[]): Promise<void> {
    return this.#live.either(ways);
  }

  #begin(words: string): Operation {
    const operation = this.#run.begin(words);
    if (!operation.answer && !this.#isLive) {
      this.#isLive = true;
      if (this.#expected.isKnown) this.#live.remember?.(this.#expected.graph);
    }
    return operation;
  }

  async #change(operation: Operation, step: Step, limit: Limit | undefined): Promise<Datum> {
    if (operation.intent) {
      if (await this.#wasCarriedOut(step, this.#run.choice)) return this.#carriedOut(operation, step);
    } else {
      const jobs = jobsStartedBy(step).map(({ id }) => id);
      const session = this.#session;
      if (session && this.#run.takeUp())
        await this.#attempt(() => requireUnsent(jobs, session, this.#run.id));
      this.#run.intend(operation, { what: titleOf(step), jobs, ...this.#at });
    }
    const s = this.#run.step;
    crashAt(s, 'after-intent');
    const answer = await this.#settled(operation, () => this.#live.perform(step, limit));
    crashAt(s, 'after-reply');
    this.#expected.carriedOut(step);
    this.#run.answered(operation, answer, 'keep');
    crashAt(s, 'after-done');
    return answer;
  }

  get #at(): { readonly at?: string } {
    return this.#endpoint === undefined ? {} : { at: this.#endpoint };
  }

  async #wasCarriedOut(step: Step, choice: DurableRun['choice']): Promise<boolean> {
    if (choice === 'skip') this.#run.noteSkipped(titleOf(step));
    if (choice !== undefined) return choice === 'skip';
    return this.#attempt(async () => {
      if (this.#live.wasCarriedOut) return this.#live.wasCarriedOut(step);
      throw new FateUnknown('question', step, 'nobody but you can tell whether it was done');
    });
  }

  #carriedOut(operation: Operation, step: Step): Datum {
    const answer = step.kind === 'execute' ? {} : '';
    this.#run.noteEarlierChange();
    this.#expected.carriedOut(step);
    this.#live.recall?.(step, answer);
    this.#run.answered(operation, answer, 'keep');
    return answer;
  }

  /** Carries an operation out. What fails as the script's own failure is an answer too; all else leaves the run to go on later. */
  async #settled(operation: Operation, carryOut: () => Promise<Datum>): Promise<Datum> {
    try {
      return await carryOut();
    } catch (error) {
      if (!(error instanceof StatementFailure)) throw this.#run.stop(asDurable(error, this.#run.id));
      this.#run.failed(operation, error);
      throw error;
    }
  }

  async #attempt<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw this.#run.stop(asDurable(error, this.#run.id));
    }
  }
}

/** What nobody can tell now can be told when the run goes on. */
function asDurable(error: unknown, run: string): unknown {
  if (!(error instanceof FateUnknown)) return error;
  const { kind, title, why } = error;
  return new DurableError(
    kind,
    kind === 'elsewhere' ? chainMoved(run, title, why) : stepInDoubt(run, title, why),
  );
}

/** All that tells a step from others. */
function wordsOf(step: Step, endpoint: string | undefined): string {
  return stringifyJson([endpoint ?? null, step] as unknown as Json);
}

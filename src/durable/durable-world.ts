import { StatementFailure } from '../compile/evaluate/failure.ts';
import { predictStep } from '../compile/evaluate/predict.ts';
import type { Limit, Outcome, Way, World } from '../compile/evaluate/world.ts';
import type { Label } from '../diagnostics/diagnostic.ts';
import { type BlockGraph, type Earlier, unknownGraph } from '../graph/graph.ts';
import type { Schema } from '../qapi/schema.ts';
import type { Json } from '../qmp/json.ts';
import { type Datum, isDatumObject } from '../statements/datum.ts';
import type { Step } from '../statements/step.ts';
import type { Statement } from '../syntax/ast.ts';
import { crashAt } from './crash-points.ts';
import { type DurableRun, type Operation, recall } from './durable-run.ts';
import { GraphLines } from './graph-lines.ts';
import { whatBecameOf } from './in-flight.ts';
import { askBeforeWaiting } from './interrupted-wait.ts';
import { type ReconnectingSession, Unanswered } from './reconnecting-session.ts';
import { changesSomething, jobsStartedBy, titleOf, wordsOf } from './step-words.ts';

/** The world that a durable run acts through: a live one, which also takes note of what was carried out before it began. */
export interface LivingWorld extends World {
  recall?(step: Step, answer: Datum): void;
  remember?(graph: BlockGraph): void;
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
  readonly #session: ReconnectingSession | undefined;
  #isLive = false;
  readonly #looks = new GraphLines();
  /** The last look, and what was carried out since: what should be there now. */
  #seen: BlockGraph = unknownGraph;
  #since: Step[] = [];

  constructor(live: LivingWorld, run: DurableRun, endpoint?: string, session?: ReconnectingSession) {
    this.schema = live.schema;
    this.#live = live;
    this.#run = run;
    this.#endpoint = endpoint;
    this.#session = session;
  }

  async graph(): Promise<BlockGraph> {
    const operation = this.#begin(`graph ${this.#endpoint ?? ''}`);
    if (operation.answer) this.#seen = this.#looks.decode((operation.answer.ok ?? 0) as Json);
    else {
      this.#seen = await this.#attempt(() => this.#live.graph());
      this.#run.answered(operation, this.#looks.encode(this.#seen), 'note');
    }
    this.#since = [];
    return this.#seen;
  }

  async perform(step: Step, limit?: Limit): Promise<Datum> {
    const operation = this.#begin(wordsOf(step, this.#endpoint));
    if (operation.answer) {
      this.#since.push(step);
      const answer = recall(operation.answer);
      this.#live.recall?.(step, answer);
      return answer;
    }
    if (changesSomething(step)) return this.#change(operation, step, limit);
    const session = this.#session;
    if (session) await this.#attempt(() => askBeforeWaiting(step, session, this.#run));
    const answer = await this.#settled(operation, () => this.#again(() => this.#live.perform(step, limit)));
    this.#since.push(step);
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
    if (this.#run.leave()) await this.#attempt(() => this.#live.leave(statement, outcome));
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
      if (this.#seen !== unknownGraph) this.#live.remember?.(this.#expected);
    }
    return operation;
  }

  /** What should be there by now, as far as the model knows what was done since the last look. */
  get #expected(): BlockGraph {
    return this.#since.reduce((graph, step) => {
      const after = predictStep(graph, step);
      return 'refused' in after ? graph : after;
    }, this.#seen);
  }

  async #change(operation: Operation, step: Step, limit: Limit | undefined): Promise<Datum> {
    if (operation.intent) {
      if (await this.#wasCarriedOut(step, this.#run.choice)) return this.#carriedOut(operation, step);
    } else {
      const jobs = jobsStartedBy(step).map(({ id }) => id);
      this.#run.intend(operation, { what: titleOf(step), jobs, ...this.#at });
    }
    const s = this.#run.step;
    crashAt(s, 'after-intent');
    for (;;) {
      try {
        const answer = await this.#settled(operation, () => this.#live.perform(step, limit));
        crashAt(s, 'after-reply');
        this.#since.push(step);
        this.#run.answered(operation, answer, 'keep');
        crashAt(s, 'after-done');
        return answer;
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        if (await this.#wasCarriedOut(step, undefined)) return this.#carriedOut(operation, step);
      }
    }
  }

  get #at(): { readonly at?: string } {
    return this.#endpoint === undefined ? {} : { at: this.#endpoint };
  }

  async #wasCarriedOut(step: Step, choice: DurableRun['choice']): Promise<boolean> {
    if (choice !== undefined) return choice === 'skip';
    return this.#attempt(() =>
      this.#again(() =>
        whatBecameOf(step, {
          before: this.#expected,
          look: () => this.#live.graph(),
          ...(this.#session ? { session: this.#session } : {}),
        }),
      ),
    );
  }

  #carriedOut(operation: Operation, step: Step): Datum {
    const answer = step.kind === 'execute' ? {} : '';
    this.#since.push(step);
    this.#live.recall?.(step, answer);
    this.#run.answered(operation, answer, 'keep');
    return answer;
  }

  /** Carries an operation out. What fails as the script's own failure is an answer too; all else leaves the run to go on later. */
  async #settled(operation: Operation, carryOut: () => Promise<Datum>): Promise<Datum> {
    try {
      return await carryOut();
    } catch (error) {
      if (error instanceof Unanswered) throw error;
      if (!(error instanceof StatementFailure)) throw this.#run.stop(error);
      this.#run.failed(operation, error);
      throw error;
    }
  }

  async #attempt<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw this.#run.stop(error);
    }
  }

  /** What only asks is done once more where its connection was lost in the middle. */
  async #again<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Unanswered) return ask();
      throw error;
    }
  }
}

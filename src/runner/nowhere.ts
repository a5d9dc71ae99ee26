import { Interruption, scriptError } from '../compile/evaluate/failure.ts';
import type { Limit, Outcome, Way, World } from '../compile/evaluate/world.ts';
import { whichTarget } from '../diagnostics/catalogue/endpoints.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import { type BlockGraph, unknownGraph } from '../graph/graph.ts';
import type { Schema } from '../qapi/schema.ts';
import type { Session } from '../qmp/session.ts';
import type { Datum } from '../statements/datum.ts';
import type { Step } from '../statements/step.ts';
import type { Statement } from '../syntax/ast.ts';
import type { Interrupt } from './interrupt.ts';
import { Outside } from './outside.ts';
import type { Reporter } from './reporter.ts';
import { type Surroundings, surroundingsOf } from './surroundings.ts';

/** An endpoint that a statement could have been for. */
interface Elsewhere {
  readonly session: Session;
  readonly surroundings?: Surroundings;
}

/** Where the statements of a script with endpoints run that are for none of them: this host, without any QEMU. */
export class Nowhere implements World {
  readonly planning = false;
  readonly schema: Schema;
  readonly #reporter: Reporter;
  readonly #endpoints: ReadonlyMap<string, Elsewhere>;
  readonly #outside: Outside;
  readonly #interrupt: Interrupt;
  readonly #open: Statement[] = [];

  constructor(
    reporter: Reporter,
    endpoints: ReadonlyMap<string, Elsewhere>,
    schema: Schema,
    interrupt: Interrupt,
  ) {
    const [first] = endpoints.values();
    this.schema = schema;
    this.#reporter = reporter;
    this.#endpoints = endpoints;
    this.#outside = new Outside(first?.surroundings ?? surroundingsOf('here'), reporter);
    this.#interrupt = interrupt;
  }

  async graph(): Promise<BlockGraph> {
    return unknownGraph;
  }

  learn(): void {}

  forgetJobs(): void {}

  origin(): undefined {}

  async perform(step: Step, limit?: Limit): Promise<Datum> {
    const span = this.#open.at(-1)?.span ?? { start: 0, end: 0 };
    const [first] = this.#endpoints.values();
    if (first) {
      const interrupt = this.#interrupt;
      const moment = { session: first.session, graph: unknownGraph, span, limit, interrupt };
      if (step.kind === 'host') return this.#outside.run(step, moment);
      if (step.kind === 'check' && step.check.kind === 'identical')
        return this.#outside.compare(step.check, moment);
    }
    throw scriptError(whichTarget(span, [...this.#endpoints.keys()]));
  }

  /** What changes here is not heard of, so it is asked for again and again. */
  async changed(limit: Limit | undefined): Promise<boolean> {
    const left = limit ? limit.at - performance.now() : Number.POSITIVE_INFINITY;
    await new Promise(resolve => setTimeout(resolve, Math.max(0, Math.min(left, RECHECK))));
    if (this.#interrupt.signal?.aborted) {
      this.#interrupt.take();
      throw new Interruption();
    }
    return left > RECHECK;
  }

  waits(finding: Finding): void {
    this.#reporter.waits?.(finding);
  }

  output(text: string, value?: Datum): void {
    this.#reporter.output(text, value);
  }

  enter(statement: Statement): void {
    this.#open.push(statement);
    this.#reporter.enter(statement);
  }

  async leave(statement: Statement, outcome: Outcome): Promise<void> {
    if (!outcome.ok) await this.#interrupt.settle(outcome.failure);
    this.#open.pop();
    this.#reporter.leave(statement, outcome, undefined);
  }

  async either(ways: readonly Way[]): Promise<void> {
    // Only a plan has values that are not known yet.
    await ways[0]?.walk();
  }
}

const RECHECK = 500;

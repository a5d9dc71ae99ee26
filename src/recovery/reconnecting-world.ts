import type { Limit, Outcome, Way, World } from '../compile/evaluate/world.ts';
import type { Finding, Label } from '../diagnostics/diagnostic.ts';
import type { BlockGraph, Earlier } from '../graph/graph.ts';
import type { Schema } from '../qapi/schema.ts';
import type { Session } from '../qmp/session.ts';
import type { LiveWorld } from '../runner/live-world.ts';
import type { Datum } from '../statements/datum.ts';
import type { Step } from '../statements/step.ts';
import type { Statement } from '../syntax/ast.ts';
import { requireSameProcess } from './another-qemu.ts';
import { ExpectedGraph } from './expected-graph.ts';
import { whatBecameOf } from './fate.ts';
import { askingAgain, MOST_ATTEMPTS, type ReconnectingSession, Unanswered } from './reconnecting-session.ts';
import { changesSomething } from './step-words.ts';

export interface ReconnectingWorldOptions {
  readonly live: LiveWorld;
  readonly session: ReconnectingSession;
  /** The threads of the QEMU's CPUs, by which it is known again. */
  readonly threads: string;
  /** The graph as the run found it. */
  readonly graph: BlockGraph;
}

/**
 * A live world whose connection may be lost and found again. What only asks is done once more; of a command without a reply QEMU's state
 * tells whether it was carried out, and it is sent again where it was not. Where the state does not tell, a FateUnknown is thrown.
 */
export class ReconnectingWorld implements World {
  readonly planning = false;
  readonly schema: Schema;
  readonly #live: LiveWorld;
  readonly #session: ReconnectingSession;
  readonly #threads: string;
  readonly #expected = new ExpectedGraph();
  /** What is being carried out, and may have been carried out already. */
  #inFlight: Step | undefined;

  constructor({ live, session, threads, graph }: ReconnectingWorldOptions) {
    this.schema = live.schema;
    this.#live = live;
    this.#session = session;
    this.#threads = threads;
    this.#expected.looked(graph);
  }

  async graph(): Promise<BlockGraph> {
    const graph = await askingAgain(() => this.#live.graph());
    this.#expected.looked(graph);
    return graph;
  }

  async perform(step: Step, limit?: Limit): Promise<Datum> {
    try {
      const answer = changesSomething(step)
        ? await this.#change(step, limit)
        : await askingAgain(() => this.#live.perform(step, limit));
      this.#expected.carriedOut(step);
      return answer;
    } catch (error) {
      // Nobody waits for it any more: it must not be sent behind the script's back once there is a connection.
      this.#session.abandon();
      throw error;
    } finally {
      this.#inFlight = undefined;
    }
  }

  async changed(limit: Limit | undefined): Promise<boolean> {
    return this.#live.changed(limit);
  }

  waits(finding: Finding): void {
    this.#live.waits(finding);
  }

  output(text: string, value?: Datum): void {
    this.#live.output(text, value);
  }

  enter(statement: Statement): void {
    this.#live.enter(statement);
  }

  leave(statement: Statement, outcome: Outcome): Promise<void> {
    return this.#live.leave(statement, outcome);
  }

  learn(): void {
    this.#live.learn();
  }

  forgetJobs(): void {
    this.#live.forgetJobs();
  }

  origin(_: Earlier): Label | undefined {
    return this.#live.origin();
  }

  either(_: readonly Way[]): Promise<void> {
    return this.#live.either();
  }

  /** Takes note of a step that an earlier run carried out on this QEMU. */
  recall(step: Step, answer: Datum): void {
    this.#inFlight = undefined;
    this.#expected.carriedOut(step);
    this.#live.recall(step, answer);
  }

  /** Goes by what an earlier run knew of the graph, until the next look. */
  remember(graph: BlockGraph): void {
    this.#expected.looked(graph);
    this.#live.remember(graph);
  }

  /** Whether a step that was sent, or was about to be, has been carried out. Throws a FateUnknown where nothing tells. */
  wasCarriedOut(step: Step): Promise<boolean> {
    this.#inFlight = step;
    return askingAgain(() =>
      whatBecameOf(step, {
        before: this.#expected.graph,
        look: () => this.#live.graph(),
        session: this.#session,
      }),
    );
  }

  /** Throws an AnotherQemu where a session leads to another process than before. */
  requireSame(session: Session): Promise<void> {
    const { schema } = this;
    const nodes = this.#expected.lasting(this.#inFlight);
    return requireSameProcess(session, { threads: this.#threads, schema, nodes });
  }

  async #change(step: Step, limit: Limit | undefined): Promise<Datum> {
    this.#inFlight = step;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#live.perform(step, limit);
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        if (isInFlight(step, error) && (await this.wasCarriedOut(step))) break;
        if (attempt === MOST_ATTEMPTS) throw error.lost;
      }
    }
    const answer = step.kind === 'execute' ? {} : '';
    this.#live.recall(step, answer);
    // QEMU does not tell all that a step has changed: that a job was told to pause shows only once it has.
    this.#live.remember(this.#expected.after(step));
    return answer;
  }
}

/** Whether a step's own command has no answer, and not one that was to be answered before it is sent. */
function isInFlight(step: Step, { lost }: Unanswered): boolean {
  return step.kind !== 'execute' || lost.inFlight.some(({ command }) => command === step.command);
}

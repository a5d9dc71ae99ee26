import type { Label } from '../../../diagnostics/diagnostic.ts';
import type { BlockGraph, Earlier } from '../../../graph/graph.ts';
import type { Schema } from '../../../qapi/schema.ts';
import type { Datum } from '../../../statements/datum.ts';
import type { Step } from '../../../statements/step.ts';
import type { Limit, Way, World } from '../world.ts';

/** What a transaction's block goes by while its actions are gathered. */
export interface Gathered {
  /** The graph with the transaction so far: what the next statement will find. */
  readonly now: BlockGraph;
  /** Goes each way that a plan cannot choose from. */
  fork(ways: readonly Way[]): Promise<void>;
}

/**
 * The world inside a transaction's block: the graph is what the actions so far will make of it, and nothing is sent
 * but what a condition asks.
 */
export class TransactionWorld implements World {
  readonly planning: boolean;
  readonly schema: Schema;
  readonly #outer: World;
  readonly #gathered: Gathered;

  constructor(outer: World, gathered: Gathered) {
    this.planning = outer.planning;
    this.schema = outer.schema;
    this.#outer = outer;
    this.#gathered = gathered;
  }

  async graph(): Promise<BlockGraph> {
    return this.#gathered.now;
  }

  learn(): void {}

  forgetJobs(): void {}

  origin(earlier: Earlier): Label | undefined {
    return this.#outer.origin(earlier);
  }

  perform(step: Step, limit?: Limit): Promise<Datum> {
    return this.#outer.perform(step, limit);
  }

  changed(limit: Limit | undefined): Promise<boolean> {
    return this.#outer.changed(limit);
  }

  output(text: string, value?: Datum): void {
    this.#outer.output(text, value);
  }

  enter(): void {}

  async leave(): Promise<void> {}

  either(ways: readonly Way[]): Promise<void> {
    return this.#outer.planning ? this.#gathered.fork(ways) : this.#outer.either(ways);
  }
}

import { settleJob } from '../commands/jobs/settle.ts';
import { predictStep } from '../compile/evaluate/predict.ts';
import { type BlockGraph, unknownGraph } from '../graph/graph.ts';
import type { Step } from '../statements/step.ts';

/** What should be there by now, as far as the model knows what was done since the last look. */
export class ExpectedGraph {
  #seen: BlockGraph = unknownGraph;
  #since: Step[] = [];

  looked(graph: BlockGraph): void {
    this.#seen = graph;
    this.#since = [];
  }

  carriedOut(step: Step): void {
    this.#since.push(step);
  }

  /** Whether there was a look at all. */
  get isKnown(): boolean {
    return this.#seen !== unknownGraph;
  }

  get graph(): BlockGraph {
    return this.#since.reduce(after, this.#seen);
  }

  /** The same with one step more. */
  after(step: Step): BlockGraph {
    return after(this.graph, step);
  }

  /**
   * The nodes of the last look that a QEMU must still have, as long as it is the same: neither what was done since, a step in flight
   * included, nor the end of a job takes them away.
   */
  lasting(inFlight: Step | undefined): ReadonlySet<string> {
    const { graph } = this;
    const then = inFlight ? this.after(inFlight) : graph;
    const settled = [...then.jobs.keys()].reduce((one, id) => settleJob(one, id, 'concluded'), then);
    return new Set(
      [...this.#seen.nodes.keys()].filter(name => graph.nodes.has(name) && settled.nodes.has(name)),
    );
  }
}

function after(graph: BlockGraph, step: Step): BlockGraph {
  const predicted = predictStep(graph, step);
  return 'refused' in predicted ? graph : predicted;
}

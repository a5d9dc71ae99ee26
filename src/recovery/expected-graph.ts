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
    return this.#since.reduce((graph, step) => {
      const after = predictStep(graph, step);
      return 'refused' in after ? graph : after;
    }, this.#seen);
  }
}

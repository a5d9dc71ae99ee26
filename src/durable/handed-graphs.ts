import type { BlockGraph } from '../graph/graph.ts';
import type { Reporter } from '../runner/reporter.ts';
import type { Statement } from '../syntax/ast.ts';

/**
 * The graphs behind statements that an earlier program has begun. A live world looks behind what it has changed itself, and what
 * was sent before it began it does not know.
 */
export class HandedGraphs {
  readonly isWanted: boolean;
  readonly #graphs = new Map<Statement, BlockGraph>();

  constructor({ wantsGraph }: Reporter) {
    this.isWanted = wantsGraph;
  }

  /** To be told as that behind a statement when it ends. */
  hand(statement: Statement, graph: BlockGraph): void {
    this.#graphs.set(statement, graph);
  }

  /** The reporter, which is told of the graphs that were handed over. */
  toldTo(reporter: Reporter): Reporter {
    return {
      ...reporter,
      leave: (statement, outcome, graph) => {
        const handed = this.#graphs.get(statement);
        this.#graphs.delete(statement);
        reporter.leave(statement, outcome, graph ?? handed);
      },
      ...(reporter.at ? { at: (name: string) => this.toldTo(reporter.at?.(name) ?? reporter) } : {}),
    };
  }
}

import { nodesHidden } from '../../diagnostics/catalogue/failures.ts';
import type { BlockGraph } from '../../graph/graph.ts';
import type { Span } from '../../text/source.ts';
import { refusedHere } from './failure.ts';
import type { World } from './world.ts';

/** The graph. Throws a StatementFailure where a job keeps everybody from asking for it: that there are no nodes would be no answer. */
export async function knownGraph(world: World, span: Span): Promise<BlockGraph> {
  const graph = await world.graph();
  const { hiddenBy, jobs } = graph;
  if (hiddenBy !== undefined && jobs.has(hiddenBy)) throw refusedHere(nodesHidden(span, hiddenBy));
  return graph;
}

import { graphDiffers } from '../diagnostics/catalogue/reality.ts';
import type { BlockGraph } from '../graph/graph.ts';
import type { Session } from '../qmp/session.ts';
import type { Span } from '../text/source.ts';
import type { Prediction } from './prediction.ts';
import { deadlyUndismissed } from './quirks.ts';
import type { Reporter } from './reporter.ts';

/** Holds a graph that was just read against what it should be, and tells the reporter of each difference, at `span`. */
export function reportDifferences(
  prediction: Prediction,
  found: BlockGraph,
  session: Session,
  span: Span,
  reporter: Reporter,
): void {
  const guarded = deadlyUndismissed(session);
  for (const { expected, found: there } of prediction.differencesTo(found, guarded))
    reporter.finding(graphDiffers(span, expected, there));
}

import { StatementFailure } from '../compile/evaluate/failure.ts';
import { nodesHidden } from '../diagnostics/catalogue/failures.ts';
import type { Session } from '../qmp/session.ts';
import type { ExecuteStep } from '../statements/step.ts';
import type { Span } from '../text/source.ts';
import { readJobs } from './job-record.ts';
import { deadlyUndismissed, endingOf, type KnownOfJobs } from './quirks.ts';

const PAUSE = 5;

/**
 * Makes sure that a QEMU bears a step that asks for its nodes: waits for a job of the run's own until it is dismissed, and fails where
 * nobody does that.
 */
export async function requireListable(
  { command }: ExecuteStep,
  session: Session,
  { guarded, ...known }: KnownOfJobs,
  span: Span,
): Promise<void> {
  const deadly = command === 'query-named-block-nodes' ? deadlyUndismissed(session) : undefined;
  while (deadly !== undefined) {
    const records = readJobs(await session.execute('query-jobs'));
    const ending = endingOf(deadly, records, { ...known, guarded: new Set() });
    if (!ending) return;
    if (!guarded.has(ending.id)) throw new StatementFailure('refused', nodesHidden(span, ending.id));
    await new Promise(resolve => setTimeout(resolve, PAUSE));
  }
}

import { eventInDoubt, pausedMeanwhile } from '../diagnostics/catalogue/durable-runs.ts';
import type { Session } from '../qmp/session.ts';
import { readHolds } from '../runner/job-record.ts';
import type { Step } from '../statements/step.ts';
import { DurableError } from './durable-error.ts';
import type { DurableRun } from './durable-run.ts';

/**
 * Throws a DurableError where a run that goes on would begin with a wait that may be in vain: for an event that may have come while
 * nobody listened, or for a job that is paused by an error.
 */
export async function askBeforeWaiting(step: Step, session: Session, run: DurableRun): Promise<void> {
  if (!step.kind.startsWith('await') || !run.takeUp() || run.choice === 'redo') return;
  if (step.kind === 'await-event')
    throw new DurableError('question', eventInDoubt(run.id, String(step.event)));
  if (step.kind !== 'await-job') return;
  const holds = readHolds(await session.execute('query-block-jobs'));
  const hold = holds.get(String(step.job));
  if (hold !== 'failed' && hold !== 'nospace') return;
  throw new DurableError('question', pausedMeanwhile(run.id, String(step.job)));
}

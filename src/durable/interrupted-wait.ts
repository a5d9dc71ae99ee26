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
    throw new DurableError(
      'question',
      `the run broke off while it waited for ${step.event}, which may have come while nobody listened`,
      [`wait for the next one: qblk resume ${run.id} --redo-step`, 'or see what there is: qblk show jobs'],
    );
  if (step.kind !== 'await-job') return;
  const holds = readHolds(await session.execute('query-block-jobs'));
  const hold = holds.get(String(step.job));
  if (hold !== 'failed' && hold !== 'nospace') return;
  throw new DurableError('question', `the job ${String(step.job)} is paused by an I/O error`, [
    `see to its cause, then let it go on: qblk -c 'job-resume id=${String(step.job)}'; then: qblk resume ${run.id}`,
    `or let its statement fail, as without a break: qblk resume ${run.id} --redo-step`,
  ]);
}

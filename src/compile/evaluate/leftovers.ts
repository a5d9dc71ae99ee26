import { filesMadeBy } from '../../commands/images/files-made.ts';
import { leftThere } from '../../diagnostics/catalogue/failures.ts';
import type { Step } from '../../statements/step.ts';
import { StatementFailure } from './failure.ts';

/**
 * The failure with a word on what the steps before it made and nobody will miss: an image that a statement made for a job that
 * QEMU then refused, or that failed. A job that is still there has its target in use, so nothing is left over.
 */
export function withLeftovers(failure: unknown, done: readonly Step[]): unknown {
  if (!(failure instanceof StatementFailure)) return failure;
  const { kind, finding, reason } = failure;
  if (kind !== 'refused' && finding.code !== 'job-failed') return failure;
  const sent = done.filter(step => step.kind === 'execute');
  const ended = new Set(
    sent.filter(step => step.command === 'job-dismiss').map(step => step.arguments['id']),
  );
  const whole = sent.filter(
    ({ arguments: given }) => !('job-id' in given) || ended.has(given['job-id'] ?? null),
  );
  const [file] = whole.flatMap(step => filesMadeBy(step.command, step.arguments));
  const node = sent.find(step => step.command === 'blockdev-add')?.arguments['node-name'];
  if (!file) return failure;
  const note = leftThere(file.filename, typeof node === 'string' ? node : undefined);
  const notes = [...(finding.notes ?? []), note];
  return new StatementFailure(kind, { ...finding, notes }, { cause: failure.cause, reason });
}

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
  const note = noteOn(done, failure.kind === 'timeout');
  if (note === undefined) return failure;
  const { kind, finding, reason } = failure;
  if (kind !== 'refused' && kind !== 'timeout' && finding.code !== 'job-failed') return failure;
  const notes = [...(finding.notes ?? []), note];
  return new StatementFailure(kind, { ...finding, notes }, { cause: failure.cause, reason });
}

/** What the steps made that is left there; `mayGoOn`: a job that they began has not ended, perhaps. */
function noteOn(done: readonly Step[], mayGoOn: boolean): string | undefined {
  const sent = done.filter(step => step.kind === 'execute');
  const ended = new Set(
    sent.filter(step => step.command === 'job-dismiss').map(step => step.arguments['id']),
  );
  const whole = sent.filter(
    ({ arguments: given }) => !('job-id' in given) || ended.has(given['job-id'] ?? null),
  );
  const [file] = whole.flatMap(step => filesMadeBy(step.command, step.arguments));
  const node = sent.find(step => step.command === 'blockdev-add')?.arguments['node-name'];
  if (!file) return undefined;
  const job = mayGoOn ? sent.find(({ arguments: given }) => isOpen(given['job-id'], ended)) : undefined;
  const id = job?.arguments['job-id'];
  return leftThere(
    file.filename,
    typeof node === 'string' ? node : undefined,
    typeof id === 'string' ? id : undefined,
  );
}

function isOpen(id: unknown, ended: ReadonlySet<unknown>): boolean {
  return id !== undefined && !ended.has(id);
}

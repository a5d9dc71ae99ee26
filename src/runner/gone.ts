import { StatementFailure } from '../compile/evaluate/failure.ts';
import { connectionGone } from '../diagnostics/catalogue/endpoints.ts';
import type { Session } from '../qmp/session.ts';
import { withinSilence } from '../qmp/silence-timer.ts';

/**
 * The failure with a word on each QEMU of the script that is gone: what fails at one of them may be for the loss of
 * another. A failure that is the loss of a connection says so itself.
 */
export async function tellWhoIsGone(
  failure: unknown,
  endpoints: ReadonlyMap<string, { readonly session: Session }>,
): Promise<unknown> {
  if (!(failure instanceof StatementFailure)) return failure;
  // What fails for a loss may be heard of before the loss itself.
  const looks = [...endpoints].map(async ([name, { session }]) => {
    const lost = await withinSilence(
      session.closed.then(error => ({ error })),
      PATIENCE,
    );
    return lost ? [connectionGone(name, lost.error?.message ?? 'QEMU has ended')] : [];
  });
  const notes = (await Promise.all(looks)).flat();
  if (notes.length === 0) return failure;
  const { kind, finding, reason, cause } = failure;
  return new StatementFailure(
    kind,
    { ...finding, notes: [...(finding.notes ?? []), ...notes] },
    { cause, reason },
  );
}

/** In milliseconds. */
const PATIENCE = 100;

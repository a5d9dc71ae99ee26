import { Interruption, StatementFailure } from '../compile/evaluate/failure.ts';
import { inSeconds } from '../compile/evaluate/waits.ts';
import type { Limit } from '../compile/evaluate/world.ts';
import * as problems from '../diagnostics/catalogue/failures.ts';
import { ExecuteError } from '../qmp/errors.ts';
import { stringifyJson } from '../qmp/json.ts';
import { whenSilent } from '../qmp/silence-timer.ts';
import { withoutSecrets } from '../text/secrets.ts';
import type { Span } from '../text/source.ts';
import type { Interrupt } from './interrupt.ts';

/** How much longer than its limit a command may take to be answered, so that one that is being answered is not lost. */
const GRACE = 500;

/** Waits for an answer. A QEMU that is stopped answers nothing: neither a limit nor an interruption waits for it. */
export async function answered<T>(
  reply: Promise<T>,
  limit: Limit | undefined,
  interrupt: Interrupt,
  span: Span,
): Promise<T> {
  const { signal } = interrupt;
  if (!limit && !signal) return reply;
  reply.catch(() => {});
  const left = limit ? Math.max(0, limit.at - performance.now()) + GRACE : undefined;
  return new Promise((resolve, reject) => {
    const finding = problems.outOfTime(span, inSeconds(limit), 'QEMU does not answer');
    const over = () => reject(new StatementFailure('timeout', finding));
    const stopTimer = left === undefined ? undefined : whenSilent(left, over, GRACE);
    const giveUp = () => {
      interrupt.take();
      reject(new Interruption());
    };
    if (signal?.aborted) giveUp();
    signal?.addEventListener('abort', giveUp, { once: true });
    reply.then(resolve, reject).finally(() => {
      stopTimer?.();
      signal?.removeEventListener('abort', giveUp);
    });
  });
}

/** What QEMU refuses as the failure of the statement at `span`; any other error as it is. */
export function asRefusal(error: unknown, span: Span): unknown {
  if (!(error instanceof ExecuteError)) return error;
  const finding = problems.refused(span, error.command, sentBy(error), error.class, error.description);
  return new StatementFailure('refused', finding, { cause: error, reason: error.description });
}

/** The command as it was sent, as compact JSON, without its `id` and what is secret in it. */
function sentBy({ command, arguments: members }: ExecuteError): string {
  return stringifyJson({ execute: command, arguments: withoutSecrets(members) });
}

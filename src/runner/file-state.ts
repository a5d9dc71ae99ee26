import { StatementFailure } from '../compile/evaluate/failure.ts';
import { fileExists, fileNotSeen } from '../diagnostics/catalogue/failures.ts';
import { ExecuteError } from '../qmp/errors.ts';
import type { Session } from '../qmp/session.ts';
import type { Span } from '../text/source.ts';

/**
 * Whether a file is there, as QEMU sees it: QMP has no question for that, so the file is opened, read-only and without
 * a lock, and closed again. What is neither an open file nor an absent one is told in QEMU's words.
 */
export async function fileState(
  session: Session,
  filename: string,
): Promise<'exists' | 'absent' | { readonly unclear: string }> {
  const node = { driver: 'file', 'node-name': 'qblk-look', filename, 'read-only': true, locking: 'off' };
  try {
    await session.execute('blockdev-add', node);
  } catch (error) {
    if (!(error instanceof ExecuteError)) throw error;
    if (/No such file or directory/.test(error.description)) return 'absent';
    return { unclear: error.description };
  }
  await session.execute('blockdev-del', { 'node-name': 'qblk-look' });
  return 'exists';
}

/** Throws the failure of the statement at `span` unless there is surely no such file. */
export async function requireAbsent(session: Session, filename: string, span: Span): Promise<void> {
  const state = await fileState(session, filename);
  if (state === 'absent') return;
  const finding =
    state === 'exists' ? fileExists(span, filename) : fileNotSeen(span, filename, state.unclear);
  throw new StatementFailure('refused', finding);
}

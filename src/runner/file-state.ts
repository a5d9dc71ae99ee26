import { type MadeFile, pathsTakenBy } from '../commands/images/files-made.ts';
import { StatementFailure } from '../compile/evaluate/failure.ts';
import { fileExists, fileNotSeen } from '../diagnostics/catalogue/failures.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import { ExecuteError } from '../qmp/errors.ts';
import type { Session } from '../qmp/session.ts';
import type { ExecuteStep } from '../statements/step.ts';
import type { Span } from '../text/source.ts';

/** What is at a path: a file, nothing, or what can't be opened, in QEMU's words. */
type FileState = 'exists' | 'absent' | { readonly unclear: string; readonly isSocket: boolean };

/**
 * Whether a file is there, as QEMU sees it: QMP has no question for that, so the file is opened, read-only and without
 * a lock, and closed again. What is neither an open file nor an absent one is told in QEMU's words.
 */
export async function fileState(session: Session, filename: string): Promise<FileState> {
  const node = { driver: 'file', 'node-name': 'qblk-look', filename, 'read-only': true, locking: 'off' };
  try {
    await session.execute('blockdev-add', node);
  } catch (error) {
    if (!(error instanceof ExecuteError)) throw error;
    const { description } = error;
    if (/No such file or directory/.test(description)) return 'absent';
    // A socket can't be opened, which no other file in a folder says so.
    return { unclear: description, isSocket: /No such device or address/.test(description) };
  }
  await session.execute('blockdev-del', { 'node-name': 'qblk-look' });
  return 'exists';
}

/** Throws the failure of the statement at `span` unless there is surely no such file; a socket may lie where one is made. */
export async function requireAbsent(
  session: Session,
  { filename, isSocket }: Pick<MadeFile, 'filename' | 'isSocket'>,
  span: Span,
): Promise<void> {
  const state = await fileState(session, filename);
  if (state === 'absent') return;
  if (state === 'exists') throw new StatementFailure('refused', fileExists(span, filename, isSocket));
  if (!isSocket || !state.isSocket)
    throw new StatementFailure('refused', fileNotSeen(span, filename, state.unclear));
}

/**
 * Throws where a command under its own name would overwrite a file: it is sent exactly as written, with no word that lets a
 * file be lost. A file that can't be opened QEMU can't empty either, so that one is left to it; for a socket it would remove it.
 */
export async function requireNothingLost(session: Session, step: ExecuteStep, span: Span): Promise<void> {
  for (const made of step.raw ? pathsTakenBy(step.command, step.arguments) : []) {
    const finding = await lostFile(session, made, span);
    if (finding) throw new StatementFailure('refused', finding, { harmful: true });
  }
}

async function lostFile(session: Session, made: MadeFile, span: Span): Promise<Finding | undefined> {
  const { filename, isSocket } = made;
  const state = await fileState(session, filename);
  if (state === 'absent') return undefined;
  if (state === 'exists') return fileExists(span, filename, true);
  return isSocket && !state.isSocket ? fileNotSeen(span, filename, state.unclear) : undefined;
}

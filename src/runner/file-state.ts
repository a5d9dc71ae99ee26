import { ExecuteError } from '../qmp/errors.ts';
import type { Session } from '../qmp/session.ts';

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

import { runsQemuGone } from '../diagnostics/catalogue/durable-runs.ts';
import { ExecuteError } from '../qmp/errors.ts';
import type { Session } from '../qmp/session.ts';
import { DurableError } from './durable-error.ts';
import { mark, unmark } from './marker.ts';

/**
 * Throws a DurableError unless this is the very QEMU process that has the mark of a run. What a question that broke off may have left
 * in it is removed.
 */
export async function requireSame(session: Session, run: string, marked: boolean): Promise<void> {
  if (marked && (await mark(session, run)) === 'made') {
    await unmark(session, run);
    throw new DurableError('elsewhere', runsQemuGone(run, session.address));
  }
  try {
    await session.execute('blockdev-del', { 'node-name': 'qblk-look' });
  } catch (error) {
    if (!(error instanceof ExecuteError)) throw error;
  }
}

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
    throw new DurableError(
      'elsewhere',
      `the QEMU at ${session.address} is not the run ${run}'s any more: it was restarted, and its jobs are gone, or another run has taken it with --steal`,
      [
        'the targets of copies that were not finished may lie about, and qemu-img check finds nothing wrong with them',
        `see what there is: qblk show chain; then let go of the run: qblk runs --forget ${run}`,
      ],
    );
  }
  try {
    await session.execute('blockdev-del', { 'node-name': 'qblk-look' });
  } catch (error) {
    if (!(error instanceof ExecuteError)) throw error;
  }
}

import { ExecuteError } from '../qmp/errors.ts';
import type { Session } from '../qmp/session.ts';

/** Nothing can listen there, so no server starts. */
const NOWHERE = { type: 'unix', data: { path: '/dev/null/qblk-look' } };

/** Whether a QEMU's NBD server runs. QMP has no question for that, but a second server is refused before its address is looked at. */
export async function isNbdServerRunning(session: Session): Promise<boolean> {
  try {
    await session.execute('nbd-server-start', { addr: NOWHERE });
    return true;
  } catch (error) {
    if (error instanceof ExecuteError) return /already running/.test(error.description);
    throw error;
  }
}

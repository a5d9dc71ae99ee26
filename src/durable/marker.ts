import { ExecuteError } from '../qmp/errors.ts';
import { isObject } from '../qmp/json.ts';
import type { Session } from '../qmp/session.ts';
import { askingAgain } from '../recovery/reconnecting-session.ts';

/**
 * A run's mark inside its QEMU: a throttle group, which costs nothing and which every client may make. It goes with that very QEMU
 * process, so one that was started again does not have it; and a second run sees that somebody is at work.
 */
function markOf(run: string): string {
  return `qblk-run-${run}`;
}

/** Makes the mark. Answers whether it was there before, or with `refused` where this QEMU takes no objects. */
export async function mark(session: Session, run: string): Promise<'made' | 'was there' | 'refused'> {
  let attempts = 0;
  try {
    await askingAgain(() => {
      attempts++;
      return session.execute('object-add', { 'qom-type': 'throttle-group', id: markOf(run) });
    });
    return 'made';
  } catch (error) {
    if (!(error instanceof ExecuteError)) throw error;
    if (!/duplicate/i.test(error.description)) return 'refused';
    // One whose reply was lost made it.
    return attempts > 1 ? 'made' : 'was there';
  }
}

/** Takes the mark away; one that is not there needs nothing. */
export async function unmark(session: Session, run: string): Promise<void> {
  try {
    await askingAgain(() => session.execute('object-del', { id: markOf(run) }));
  } catch (error) {
    if (!(error instanceof ExecuteError)) throw error;
  }
}

/** The runs whose marks are in a QEMU. Empty where it does not tell. */
export async function marksIn(session: Session): Promise<string[]> {
  try {
    const objects = await session.execute('qom-list', { path: '/objects' });
    return (Array.isArray(objects) ? objects : []).flatMap(object =>
      isObject(object) ? (/^qblk-run-(.+)$/.exec(String(object['name']))?.[1] ?? []) : [],
    );
  } catch (error) {
    if (error instanceof ExecuteError) return [];
    throw error;
  }
}

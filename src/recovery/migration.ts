import { ExecuteError } from '../qmp/errors.ts';
import type { JsonObject } from '../qmp/json.ts';
import { isObject } from '../qmp/json.ts';
import type { Session } from '../qmp/session.ts';

const HAS_ENDED: ReadonlySet<unknown> = new Set(['completed', 'failed', 'cancelled']);
const IS_SWITCHED: ReadonlySet<unknown> = new Set(['device', 'completed', 'failed', 'postcopy-active']);

/** Whether a command that moves a guest was carried out, as the state of the migration tells; undefined where it does not, or it is another command. */
export async function wasMigrationTold(
  command: string,
  args: JsonObject,
  session: Session,
): Promise<boolean | undefined> {
  if (command === 'migrate-incoming') return isIncoming(args, session);
  if (command !== 'migrate' && command !== 'migrate-continue') return undefined;
  const info = await session.execute('query-migrate');
  const status = isObject(info) ? info['status'] : undefined;
  if (command === 'migrate-continue') return IS_SWITCHED.has(status);
  // One that is over may be an earlier one.
  if (HAS_ENDED.has(status)) return undefined;
  return status !== undefined && status !== 'none';
}

/** A QEMU takes one, and says so to whoever comes with a second; any other refusal is for whoever sends it next. */
async function isIncoming(args: JsonObject, session: Session): Promise<boolean> {
  try {
    await session.execute('migrate-incoming', args);
    return true;
  } catch (error) {
    if (error instanceof ExecuteError) return /already been started/.test(error.description);
    throw error;
  }
}

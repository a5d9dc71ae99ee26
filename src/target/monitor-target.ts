import type { Session } from '../qmp/session.ts';
import { canReconnect } from '../transport/transports.ts';
import { allowedBy } from './allowed.ts';
import { liveTarget, type OpenedTarget } from './live-target.ts';
import { openMonitor } from './open-monitor.ts';
import type { Told, Wish } from './wish.ts';

export interface MonitorOptions {
  /** The name of its endpoint. */
  readonly name?: string | undefined;
  /** Sees to a new session before anything is asked. */
  readonly first?: (session: Session) => Promise<void>;
}

/** Connects to a QEMU that runs. */
export function monitorTarget(
  address: string,
  wish: Omit<Wish, 'parameters'>,
  told: Told,
  { name, first }: MonitorOptions = {},
): Promise<OpenedTarget> {
  const trace = wish.tracer?.hook(false, name);
  const open = () => openMonitor(address, told, trace, name);
  const reopen = canReconnect(address) ? open : undefined;
  return liveTarget(seenTo(open(), first), undefined, { address, trace, reopen, allowed: allowedBy(wish) });
}

async function seenTo(opening: Promise<Session>, first: MonitorOptions['first']): Promise<Session> {
  const session = await opening;
  try {
    await first?.(session);
    return session;
  } catch (error) {
    session.destroy();
    throw error;
  }
}

import { openSession, type Session, type SessionOptions } from '../qmp/session.ts';
import { connect, exposureOf, greetingTimeoutOf } from '../transport/transports.ts';
import { Silence } from './silence.ts';
import type { Told } from './wish.ts';

/** The addresses that there was a warning for: a prompt that connects again says it once. */
const warned = new Set<string>();

/**
 * A session on the monitor at an address; `name` is its endpoint's. Whoever else could use that monitor is told of. Rejects as
 * `connect` and `openSession` do.
 */
export async function openMonitor(
  address: string,
  told: Told,
  trace: SessionOptions['trace'],
  name?: string,
): Promise<Session> {
  const stream = await connect(address);
  const greetingTimeout = greetingTimeoutOf(address);
  const silence = new Silence(silent => told.silent?.(silent, name));
  const session = await openSession(stream, {
    address: name === undefined ? address : `@${name}, ${address}`,
    ...(greetingTimeout === undefined ? {} : { greetingTimeout }),
    trace(direction, text, time) {
      trace?.(direction, text, time);
      silence.hear(direction, text, time);
    },
  }).catch(error => {
    silence.stop();
    throw error;
  });
  void session.closed.then(() => silence.stop());
  const exposure = await exposureOf(address);
  if (exposure !== undefined && !warned.has(address)) {
    warned.add(address);
    told.warn(`${address}: ${exposure}`);
  }
  return session;
}

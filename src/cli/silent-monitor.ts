import { monitorHeld } from '../diagnostics/catalogue/durable-runs.ts';
import { runAt } from '../durable/holding-run.ts';
import type { GreetingError } from '../qmp/errors.ts';
import { lastingAddress } from './lasting-address.ts';

/** What can be said more of a monitor that does not answer: which durable run of this user has it. */
export function helpOnSilence({ address }: GreetingError): readonly string[] {
  const holder = runAt(lastingAddress(address.replace(/^@\S+, /, '')));
  return holder ? monitorHeld(holder) : [];
}

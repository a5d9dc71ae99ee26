import type { HoldingRun } from '../diagnostics/catalogue/durable-runs.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { Session } from '../qmp/session.ts';
import { DurableError } from './durable-error.ts';
import { marksIn } from './marker.ts';
import { holderOf } from './pid-lock.ts';
import { type Past, readHead, readJournal } from './read-journal.ts';
import { runIds } from './run-folder.ts';

/** The durable run that has its mark in a QEMU and is not over; undefined where there is none, or only `own`. */
export async function runOn(session: Session, own?: string): Promise<HoldingRun | undefined> {
  const run = (await marksIn(session)).find(other => other !== own && !isOver(other));
  return run === undefined ? undefined : holding(run, session.address);
}

/** The durable run that a program carries out now over the monitor at an address; its monitor can't be asked then. */
export function runAt(address: string): HoldingRun | undefined {
  const run = runIds().find(
    id => holderOf(id) !== undefined && readHead(id)?.qemus.some(qemu => qemu.address === address),
  );
  return run === undefined ? undefined : holding(run, address);
}

/** Whether a run is one of this very text. */
export function isOfScript({ run }: HoldingRun, text: string): boolean {
  return readHead(run)?.source.text === text;
}

/** Whether a run has ended, and died before it took its mark away. */
function isOver(run: string): boolean {
  const past = pastOf(run);
  return past !== undefined && !('stuck' in past) && past.end !== undefined;
}

function holding(run: string, address: string): HoldingRun {
  const past = pastOf(run);
  const stuck = past && 'stuck' in past ? past.stuck : undefined;
  return { run, address, pid: holderOf(run), isKnown: past !== undefined, stuck };
}

/** What the journal of a run tells, or why nobody can go on by it; undefined where there is none. */
function pastOf(run: string): Past | { readonly stuck: Finding } | undefined {
  if (!runIds().includes(run)) return undefined;
  try {
    return readJournal(run);
  } catch (error) {
    if (error instanceof DurableError) return { stuck: error.finding };
    throw error;
  }
}

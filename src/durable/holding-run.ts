import type { HoldingRun } from '../diagnostics/catalogue/durable-runs.ts';
import type { Session } from '../qmp/session.ts';
import { DurableError } from './durable-error.ts';
import { marksIn } from './marker.ts';
import { holderOf } from './pid-lock.ts';
import { readHead, readJournal } from './read-journal.ts';
import { runIds } from './run-folder.ts';

/** The durable run that has its mark in a QEMU and is not over; undefined where there is none, or only `own`. */
export async function runOn(session: Session, own?: string): Promise<HoldingRun | undefined> {
  const run = (await marksIn(session)).find(other => other !== own && !isOver(other));
  return run === undefined ? undefined : holding(run, session.address);
}

/** Whether a run is one of this very text. */
export function isOfScript({ run }: HoldingRun, text: string): boolean {
  return readHead(run)?.source.text === text;
}

/** Whether a run has ended, and died before it took its mark away. */
function isOver(run: string): boolean {
  if (!runIds().includes(run)) return false;
  try {
    return readJournal(run).end !== undefined;
  } catch (error) {
    if (error instanceof DurableError) return false;
    throw error;
  }
}

function holding(run: string, address: string): HoldingRun {
  return { run, address, pid: holderOf(run), isKnown: runIds().includes(run) };
}

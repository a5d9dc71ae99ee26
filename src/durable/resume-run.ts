import { inTheMiddleOf, runIsOver } from '../diagnostics/catalogue/durable-runs.ts';
import type { JsonObject } from '../qmp/json.ts';
import type { Session } from '../qmp/session.ts';
import { readJobs } from '../runner/job-record.ts';
import { deadlyUndismissed } from '../runner/quirks.ts';
import { DurableError } from './durable-error.ts';
import { type Choice, DurableRun } from './durable-run.ts';
import { Journal } from './journal.ts';
import type { QemuOfRun } from './journal-lines.ts';
import { requireKnown } from './lost-end.ts';
import { inFlight, type Past, readJournal } from './read-journal.ts';
import { journalFile } from './run-folder.ts';
import { requireSame } from './same-qemu.ts';

/** A run that broke off, to be gone on with. */
export interface TakenUp {
  readonly past: Past;
  readonly run: DurableRun;
  /** How jobs ended that QEMU has forgotten since. */
  readonly verdicts: Map<string, JsonObject>;
}

/** Reads a run that has broken off. Throws a DurableError where it has ended, or can't be read. The caller has locked it. */
export function takeUp(id: string, choice: Choice | undefined): TakenUp {
  const past = readJournal(id);
  if (past.end) throw new DurableError('journal', runIsOver(id, past.end.end));
  const journal = Journal.reopen(journalFile(id), past.endOfJournal);
  return { past, run: new DurableRun(id, journal, past, choice), verdicts: new Map(past.verdicts) };
}

/**
 * Makes sure that a QEMU is the one that the run was on, and sees to its jobs before anything else is asked: beside some concluded
 * ones a QEMU does not bear to be asked for its nodes. One that waits to be finalized is left to its script, which may have something to see to first.
 */
export async function findAgain(
  session: Session,
  qemu: QemuOfRun,
  { past, run, verdicts }: TakenUp,
): Promise<void> {
  try {
    await requireSame(session, past.head.run, qemu.marked);
  } catch (error) {
    if (!(error instanceof DurableError)) throw error;
    throw new DurableError(error.kind, inTheMiddleOf(error.finding, unfinished(past, qemu.name)));
  }
  const own = new Set(intentsAt(past, qemu.name).flatMap(({ jobs = [] }) => jobs));
  const jobs = readJobs(await session.execute('query-jobs'));
  requireKnown(
    jobs.map(({ id }) => id),
    own,
    past.head.run,
  );
  for (const record of jobs) {
    if (!own.has(record.id)) continue;
    if (record.status !== 'concluded' || record.type !== deadlyUndismissed(session)) continue;
    run.verdict({ ...record });
    verdicts.set(record.id, { ...record });
    await session.execute('job-dismiss', { id: record.id });
  }
}

function intentsAt({ intents }: Past, endpoint: string | undefined) {
  return [...intents.values()].filter(({ at }) => at === endpoint);
}

/** What was sent and not seen to its end, for people. */
function unfinished(past: Past, endpoint: string | undefined): string[] {
  const all = intentsAt(past, endpoint);
  const dismissed = new Set(all.flatMap(({ what }) => /^job-dismiss .*\bid=(\S+)/.exec(what)?.[1] ?? []));
  const going = all.filter(({ jobs = [] }) => jobs.some(id => !dismissed.has(id)));
  const open = inFlight(past).filter(({ at }) => at === endpoint);
  return [...new Set([...going, ...open])].map(({ what }) => what);
}

import type { HostRules } from '../compile/evaluate/outside/host-rules.ts';
import type { LastingTarget } from '../recovery/lasting-target.ts';
import type { Reporter } from '../runner/reporter.ts';
import type { LoadedScript } from '../target/load-script.ts';
import { carryOut, type QemuAtHand } from './carry-out.ts';
import { DurableError } from './durable-error.ts';
import { DurableRun } from './durable-run.ts';
import { Journal } from './journal.ts';
import { type AllowedOfRun, type Head, JOURNAL_VERSION } from './journal-lines.ts';
import { mark, marksIn, unmark } from './marker.ts';
import { holderOf, lockRun } from './pid-lock.ts';
import { readJournal } from './read-journal.ts';
import { journalFile, runIds } from './run-folder.ts';

export interface StartOptions {
  readonly run: string;
  readonly qemus: readonly Omit<QemuAtHand, 'marked'>[];
  readonly parameters: ReadonlyMap<string, string>;
  readonly now: Date;
  readonly allowed: AllowedOfRun;
  readonly host: HostRules;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  readonly wrap: LastingTarget['wrap'];
  /** Takes the QEMUs away from a run that is not finished. */
  readonly steal: boolean;
  /** Whether a mark may be made inside the QEMUs. */
  readonly mayMark: boolean;
}

/** Begins a durable run of a script that was checked: marks its QEMUs, writes down what it is made of, and carries it out. */
export async function startRun(loaded: LoadedScript, options: StartOptions): Promise<void> {
  const { run, qemus, say } = options;
  const unlock = lockRun(run);
  try {
    const marked: QemuAtHand[] = [];
    try {
      for (const qemu of qemus) marked.push(await withMark(qemu, options));
    } catch (error) {
      for (const { session } of marked) await unmark(session, run);
      throw error;
    }
    const head: Head = {
      qblk: 'run',
      version: JOURNAL_VERSION,
      run,
      source: loaded.source,
      parameters: Object.fromEntries(options.parameters),
      now: options.now.toISOString(),
      folder: process.cwd(),
      allowed: options.allowed,
      qemus: marked.map(({ name, address, marked }) => ({
        address,
        marked,
        ...(name === undefined ? {} : { name }),
      })),
    };
    const journal = Journal.create(journalFile(run), head);
    say(`run ${run}; should it break off: qblk resume ${run}`);
    await carryOut(loaded.script, { ...options, head, run: new DurableRun(run, journal), qemus: marked });
  } finally {
    unlock();
  }
}

async function withMark(
  qemu: Omit<QemuAtHand, 'marked'>,
  { run, say, steal, mayMark }: StartOptions,
): Promise<QemuAtHand> {
  const { session } = qemu;
  const made = mayMark ? await mark(session, run) : 'refused';
  if (made !== 'made')
    say(
      mayMark
        ? `${session.address} takes no marks, so a resume can't tell it from a QEMU that was restarted`
        : `without a mark a resume can't tell ${session.address} from a QEMU that was restarted`,
    );
  try {
    for (const other of await marksIn(session)) {
      if (other === run) continue;
      if (!steal && !isOver(other)) throw taken(session.address, other);
      await unmark(session, other);
    }
  } catch (error) {
    await unmark(session, run);
    throw error;
  }
  return { ...qemu, marked: made === 'made' };
}

/** Whether a run has ended, and died before it took its mark away. */
function isOver(run: string): boolean {
  return runIds().includes(run) && readJournal(run).end !== undefined;
}

function taken(address: string, other: string): DurableError {
  const holder = holderOf(other);
  const known = runIds().includes(other);
  const state = holder === undefined ? 'it is not finished' : `process ${holder} carries it out`;
  return new DurableError(
    'locked',
    `the run ${other} is on the QEMU at ${address}${known ? `, and ${state}` : ', and its journal is not here'}`,
    [
      ...(known && holder === undefined ? [`go on with it: qblk resume ${other}`] : []),
      'or take the QEMU away from it: --steal',
    ],
  );
}

import type { HostRules } from '../compile/evaluate/outside/host-rules.ts';
import { qemuHeld } from '../diagnostics/catalogue/durable-runs.ts';
import type { Session } from '../qmp/session.ts';
import type { LastingTarget } from '../recovery/lasting-target.ts';
import type { Reporter } from '../runner/reporter.ts';
import type { LoadedScript } from '../target/load-script.ts';
import { carryOut, type QemuAtHand } from './carry-out.ts';
import { DurableError } from './durable-error.ts';
import { DurableRun } from './durable-run.ts';
import { runOn } from './holding-run.ts';
import { Journal } from './journal.ts';
import { type AllowedOfRun, type Head, JOURNAL_VERSION } from './journal-lines.ts';
import { mark, marksIn, unmark } from './marker.ts';
import { lockRun } from './pid-lock.ts';
import { journalFile } from './run-folder.ts';

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

/** Throws a DurableError where another run is on one of the QEMUs. Nothing is changed by it. */
export async function requireFree(sessions: Iterable<Session>): Promise<void> {
  for (const session of sessions) {
    const holder = await runOn(session);
    if (holder) throw new DurableError('locked', qemuHeld(holder));
  }
}

/** Begins a durable run of a script that was checked: marks its QEMUs, writes down what it is made of, and carries it out. */
export async function startRun(loaded: LoadedScript, options: StartOptions): Promise<void> {
  const { run, qemus, say } = options;
  const unlock = lockRun(run);
  try {
    const marked: QemuAtHand[] = [];
    let head: Head;
    let journal: Journal;
    try {
      for (const qemu of qemus) marked.push(await withMark(qemu, options));
      head = headOf(loaded, marked, options);
      journal = Journal.create(journalFile(run), head);
    } catch (error) {
      for (const { session } of marked) await unmark(session, run);
      throw error;
    }
    say(`run ${run}; should it break off: qblk resume ${run}`);
    await carryOut(loaded.script, { ...options, head, run: new DurableRun(run, journal), qemus: marked });
  } finally {
    unlock();
  }
}

function headOf(loaded: LoadedScript, qemus: readonly QemuAtHand[], options: StartOptions): Head {
  return {
    qblk: 'run',
    version: JOURNAL_VERSION,
    run: options.run,
    source: loaded.source,
    parameters: Object.fromEntries(options.parameters),
    now: options.now.toISOString(),
    folder: process.cwd(),
    allowed: options.allowed,
    qemus: qemus.map(({ name, address, marked }) => ({
      address,
      marked,
      ...(name === undefined ? {} : { name }),
    })),
  };
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
    const holder = steal ? undefined : await runOn(session, run);
    if (holder) throw new DurableError('locked', qemuHeld(holder));
    for (const other of await marksIn(session)) if (other !== run) await unmark(session, other);
  } catch (error) {
    await unmark(session, run);
    throw error;
  }
  return { ...qemu, marked: made === 'made' };
}

import { rmSync } from 'node:fs';
import { QmpError } from '../qmp/errors.ts';
import { openSession, type Session } from '../qmp/session.ts';
import { readJobs } from '../runner/job-record.ts';
import { maskSecrets } from '../text/secrets.ts';
import { connect } from '../transport/transports.ts';
import { DurableError } from './durable-error.ts';
import type { QemuOfRun } from './journal-lines.ts';
import { mark, unmark } from './marker.ts';
import { holderOf, lockRun } from './pid-lock.ts';
import { type Past, readJournal } from './read-journal.ts';
import { journalFile, runIds } from './run-folder.ts';
import { isJobOf } from './run-job-ids.ts';

/** A run as it stands. */
export interface ListedRun {
  readonly run: string;
  readonly state: 'running' | 'interrupted' | 'done' | 'failed' | 'another QEMU' | 'no QEMU' | 'damaged';
  /** The process that carries it out now. */
  readonly pid?: number;
  readonly began?: string;
  readonly script?: string;
  /** Secrets are not in them. */
  readonly addresses: readonly string[];
  /** The steps that were written down. */
  readonly steps: number;
}

/** In milliseconds, for a QEMU that may be gone. */
const PATIENCE = 500;

/** Every run that has a journal, the oldest first. The QEMUs of those that have broken off are asked whether they are still the same. */
export async function listRuns(): Promise<ListedRun[]> {
  const all = await Promise.all(runIds().map(listed));
  return all.sort((a, b) => (a.began ?? '').localeCompare(b.began ?? ''));
}

async function listed(run: string): Promise<ListedRun> {
  let past: Past;
  try {
    past = readJournal(run);
  } catch (error) {
    if (!(error instanceof DurableError)) throw error;
    return { run, state: 'damaged', addresses: [], steps: 0 };
  }
  const { head, intents, end } = past;
  const pid = holderOf(run);
  return {
    run,
    state: end?.end ?? (pid === undefined ? await stateOfQemus(past) : 'running'),
    began: head.now,
    script: head.source.name,
    addresses: head.qemus.map(({ address }) => maskSecrets(address)),
    steps: intents.size,
    ...(pid === undefined || end ? {} : { pid }),
  };
}

async function stateOfQemus({ head }: Past): Promise<'interrupted' | 'another QEMU' | 'no QEMU'> {
  for (const qemu of head.qemus) {
    const state = await asked(qemu, async session => {
      if (!qemu.marked || (await mark(session, head.run)) !== 'made') return 'interrupted';
      await unmark(session, head.run);
      return 'another QEMU';
    });
    if (state !== 'interrupted') return state ?? 'no QEMU';
  }
  return 'interrupted';
}

/** Removes a run's journal, and its marks where its QEMUs still have them. Answers with the jobs of its own naming that are still
 * there. Throws a DurableError while somebody carries it out. */
export async function forgetRun(run: string): Promise<string[]> {
  if (!runIds().includes(run))
    throw new DurableError('journal', `there is no run ${run}`, ['the runs that there are: qblk runs']);
  const unlock = lockRun(run);
  try {
    const left: string[] = [];
    for (const qemu of qemusOf(run)) {
      await asked(qemu, async session => {
        await unmark(session, run);
        const jobs = readJobs(await session.execute('query-jobs'));
        left.push(...jobs.flatMap(({ id }) => (isJobOf(run, id) ? [id] : [])));
      });
    }
    rmSync(journalFile(run));
    return left;
  } finally {
    unlock();
  }
}

/** Removes the journals of all runs that have ended, and answers with their ids. What can still be gone on with stays. */
export async function forgetEnded(): Promise<string[]> {
  const ended = (await listRuns()).filter(({ state }) => state === 'done' || state === 'failed');
  for (const { run } of ended) await forgetRun(run);
  return ended.map(({ run }) => run);
}

function qemusOf(run: string): readonly QemuOfRun[] {
  try {
    return readJournal(run).head.qemus;
  } catch {
    return [];
  }
}

/** Asks a QEMU something; undefined where there is none, or none that answers. */
async function asked<T>(
  { address }: QemuOfRun,
  ask: (session: Session) => Promise<T>,
): Promise<T | undefined> {
  try {
    const stream = await connect(address, { timeout: PATIENCE });
    const session = await openSession(stream, { address, greetingTimeout: PATIENCE });
    try {
      return await ask(session);
    } finally {
      await session.close();
    }
  } catch (error) {
    if (error instanceof QmpError) return undefined;
    throw error;
  }
}

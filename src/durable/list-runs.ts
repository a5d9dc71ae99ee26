import { rmSync } from 'node:fs';
import { journalNotRemoved, unknownRun } from '../diagnostics/catalogue/durable-runs.ts';
import { QmpError } from '../qmp/errors.ts';
import { openSession, type Session } from '../qmp/session.ts';
import { readJobs } from '../runner/job-record.ts';
import { maskSecrets } from '../text/secrets.ts';
import { connect } from '../transport/transports.ts';
import { DurableError } from './durable-error.ts';
import type { Head, QemuOfRun } from './journal-lines.ts';
import { mark, unmark } from './marker.ts';
import { holderOf, lockRun } from './pid-lock.ts';
import { type Past, readHead, readJournal } from './read-journal.ts';
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
  /** What keeps a damaged one from being gone on with. */
  readonly code?: string;
  readonly message?: string;
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
    const { code, message } = error.finding;
    const head = readHead(run);
    return { run, state: 'damaged', addresses: [], ...(head ? inShort(head) : {}), steps: 0, code, message };
  }
  const { head, intents, end } = past;
  const pid = holderOf(run);
  return {
    run,
    state: end?.end ?? (pid === undefined ? await stateOfQemus(past) : 'running'),
    ...inShort(head),
    steps: intents.size,
    ...(pid === undefined || end ? {} : { pid }),
  };
}

function inShort({ now, source, qemus }: Head): Pick<ListedRun, 'began' | 'script' | 'addresses'> {
  return { began: now, script: source.name, addresses: qemus.map(({ address }) => maskSecrets(address)) };
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

/** Where a run that was forgotten has left something. */
export interface LeftOver {
  /** The jobs of its own naming that are still there. */
  readonly jobs: readonly string[];
  /** Whether its journal did not tell which QEMUs it was on, so that its marks are still in them. */
  readonly isMarked: boolean;
}

/** Removes a run's journal, and its marks where its QEMUs still have them. Throws a DurableError while somebody carries it out. */
export async function forgetRun(run: string): Promise<LeftOver> {
  if (!runIds().includes(run)) throw new DurableError('journal', unknownRun(run));
  const unlock = lockRun(run);
  try {
    const left: string[] = [];
    const head = readHead(run);
    for (const qemu of head?.qemus ?? []) {
      await asked(qemu, async session => {
        await unmark(session, run);
        const jobs = readJobs(await session.execute('query-jobs'));
        left.push(...jobs.flatMap(({ id }) => (isJobOf(run, id) ? [id] : [])));
      });
    }
    remove(journalFile(run));
    return { jobs: left, isMarked: head === undefined };
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

function remove(file: string): void {
  try {
    rmSync(file);
  } catch (error) {
    throw new DurableError('journal', journalNotRemoved(file, (error as Error).message));
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

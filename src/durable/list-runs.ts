import { rmSync } from 'node:fs';
import { journalNotRemoved, unknownRun } from '../diagnostics/catalogue/durable-runs.ts';
import { ConnectError, QmpError } from '../qmp/errors.ts';
import { openSession, type Session } from '../qmp/session.ts';
import { readJobs } from '../runner/job-record.ts';
import { maskSecrets } from '../text/secrets.ts';
import { connect } from '../transport/transports.ts';
import { DurableError } from './durable-error.ts';
import { runOn } from './holding-run.ts';
import type { Head, QemuOfRun } from './journal-lines.ts';
import { mark, unmark } from './marker.ts';
import { holderOf, lockRun } from './pid-lock.ts';
import { type Past, readHead, readJournal } from './read-journal.ts';
import { journalFile, runIds } from './run-folder.ts';
import { isJobOf } from './run-job-ids.ts';

/** A run as it stands. */
export interface ListedRun {
  readonly run: string;
  readonly state:
    | 'running'
    | 'interrupted'
    | 'done'
    | 'failed'
    | 'another run'
    | 'another QEMU'
    | 'no QEMU'
    | 'no answer'
    | 'damaged';
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
  /** The same in words, who else is on its QEMU, or why that does not answer. */
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
  const ended = end && { state: end.end };
  return {
    run,
    ...(ended ?? (pid === undefined ? await stateOfQemus(past) : { state: 'running' })),
    ...inShort(head),
    steps: intents.size,
    ...(pid === undefined || end ? {} : { pid }),
  };
}

function inShort({ now, source, qemus }: Head): Pick<ListedRun, 'began' | 'script' | 'addresses'> {
  return { began: now, script: source.name, addresses: qemus.map(({ address }) => maskSecrets(address)) };
}

/** How a run stands on the first of its QEMUs that it can't go on with, if there is one. */
async function stateOfQemus({ head }: Past): Promise<Pick<ListedRun, 'state' | 'message'>> {
  for (const qemu of head.qemus) {
    const found = await asked(qemu, session => stateOn(session, qemu, head.run));
    if (found instanceof QmpError) return stateWithout(found);
    if (found.state !== 'interrupted') return found;
  }
  return { state: 'interrupted' };
}

async function stateOn(
  session: Session,
  { marked }: QemuOfRun,
  run: string,
): Promise<Pick<ListedRun, 'state' | 'message'>> {
  if (!marked || (await mark(session, run)) !== 'made') return { state: 'interrupted' };
  await unmark(session, run);
  const other = await runOn(session, run);
  return other ? { state: 'another run', message: `${other.run} has its QEMU` } : { state: 'another QEMU' };
}

/** What can be told of a QEMU that could not be asked: a monitor that is busy is no sign that it is gone. */
function stateWithout(error: QmpError): Pick<ListedRun, 'state' | 'message'> {
  if (error instanceof ConnectError && NOBODY_LISTENS.has(error.code ?? '')) return { state: 'no QEMU' };
  return { state: 'no answer', message: maskSecrets(error.message) };
}

const NOBODY_LISTENS: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED']);

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

/** Asks a QEMU something, or answers with the reason why that can't be done. */
async function asked<T>(
  { address }: QemuOfRun,
  ask: (session: Session) => Promise<T>,
): Promise<T | QmpError> {
  try {
    const stream = await connect(address, { timeout: PATIENCE });
    const session = await openSession(stream, { address, greetingTimeout: PATIENCE });
    try {
      return await ask(session);
    } finally {
      await session.close();
    }
  } catch (error) {
    if (error instanceof QmpError) return error;
    throw error;
  }
}

import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { noRunFolder, runLocked, unknownRun } from '../diagnostics/catalogue/durable-runs.ts';
import { DurableError } from './durable-error.ts';
import { isRunId, runFolder } from './run-folder.ts';

/** The program that carries a run out now, if there is one. */
export function holderOf(run: string): number | undefined {
  const text = read(lockFile(run));
  return text !== undefined && isAlive(text) ? Number(text.split(' ')[0]) : undefined;
}

/**
 * Takes a run for this program. Answers with the way to let go of it; throws a DurableError where another program has it, or
 * where no lock can be made.
 */
export function lockRun(run: string): () => void {
  if (!isRunId(run)) throw new DurableError('journal', unknownRun(run));
  const file = lockFile(run);
  try {
    return locked(run, file);
  } catch (error) {
    if (error instanceof DurableError) throw error;
    throw new DurableError('journal', noRunFolder(dirname(file), (error as Error).message));
  }
}

function locked(run: string, file: string): () => void {
  const own = `${file}.${process.pid}`;
  const words = `${process.pid} ${startOf(process.pid)}`;
  writeFileSync(own, words, { mode: 0o600 });
  try {
    while (!linked(own, file)) {
      const text = read(file);
      if (text !== undefined && isAlive(text))
        throw new DurableError('locked', runLocked(run, text.split(' ')[0] ?? ''));
      setAside(file, text, `${own}.old`);
    }
  } finally {
    rmSync(own, { force: true });
  }
  return () => {
    if (read(file) === words) rmSync(file, { force: true });
  };
}

function lockFile(run: string): string {
  return join(runFolder(), `${run}.lock`);
}

function linked(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead program's lock away. Where another program has just put its own in the same place, that is put back. */
function setAside(file: string, stale: string | undefined, aside: string): void {
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (read(aside) !== stale) linked(aside, file);
  rmSync(aside, { force: true, recursive: true });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** A process id is given to others in time, so the moment of its start belongs to it. A power cut may leave a lock empty. */
function isAlive(words: string): boolean {
  const [pid = '', start = ''] = words.split(' ');
  if (!/^[1-9]\d*$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(Number(pid)) === start;
}

/** When a process began, in the kernel's ticks; empty where the system does not tell, undefined of one that has ended and is not yet reaped. */
function startOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`) ?? '';
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? undefined : (fields[18] ?? '');
}

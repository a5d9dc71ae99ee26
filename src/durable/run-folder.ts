import { chmodSync, mkdirSync, readdirSync, type Stats, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { noRunFolder } from '../diagnostics/catalogue/durable-runs.ts';
import { DurableError } from './durable-error.ts';

const me = process.getuid?.();

/**
 * Where the journals of this user's runs are; made if it is missing, and nobody else can look into it. Throws a DurableError where it
 * can't be made, or is another user's: a journal says what is sent, where to, and which programs may run.
 */
export function runFolder(): string {
  const state = process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
  const folder = join(state, 'qblk', 'runs');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(folder);
    if (me !== undefined && me !== 0 && uid !== me) throw new Error('it belongs to another user');
    if (uid === me && (mode & 0o077) !== 0) chmodSync(folder, 0o700);
  } catch (error) {
    throw new DurableError('journal', noRunFolder(folder, (error as Error).message));
  }
  return folder;
}

/** Whether a journal is this user's, or that of the user whose folder it lies in. */
export function isOurs({ uid }: Stats): boolean {
  return me === undefined || uid === me || uid === statSync(runFolder()).uid;
}

/** The journal of a run. */
export function journalFile(run: string): string {
  return join(runFolder(), `${run}.jsonl`);
}

/** The ids of all runs that have a journal. */
export function runIds(): string[] {
  const folder = runFolder();
  try {
    return readdirSync(folder).flatMap(name => /^([a-z0-9]+)\.jsonl$/.exec(name)?.[1] ?? []);
  } catch (error) {
    throw new DurableError('journal', noRunFolder(folder, (error as Error).message));
  }
}

/** Whether a word may name a run; others are no names of files in the folder. */
export function isRunId(word: string): boolean {
  return /^[a-z0-9]+$/.test(word);
}

/** A name for a run that is short enough to be typed and to be a part of job ids. It begins with a letter, as these must. */
export function newRunId(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz';
  const all = `${letters}23456789`;
  const pick = (from: string) => from[Math.floor(Math.random() * from.length)] ?? 'a';
  return pick(letters) + Array.from({ length: 5 }, () => pick(all)).join('');
}

import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DurableError } from './durable-error.ts';

/**
 * Where the journals of this user's runs are; made if it is missing, and nobody else can look into it. A journal says what is sent, where to,
 * and which programs may run: throws a DurableError where the folder is another user's, who could have written it.
 */
export function runFolder(): string {
  const state = process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
  const folder = join(state, 'qblk', 'runs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = statSync(folder);
  if (me !== undefined && me !== 0 && uid !== me)
    throw new DurableError('journal', `the folder ${folder} belongs to another user`, [
      'name a folder of your own: XDG_STATE_HOME=FOLDER',
    ]);
  if (uid === me && (mode & 0o077) !== 0) chmodSync(folder, 0o700);
  return folder;
}

const me = process.getuid?.();

/** What is in the journal of a run. Throws a DurableError where another user has put it there, and as `readFileSync` does. */
export function journalBytes(run: string): Buffer {
  const file = journalFile(run);
  const { uid } = statSync(file);
  if (me !== undefined && uid !== me && uid !== statSync(runFolder()).uid)
    throw new DurableError(
      'journal',
      `the journal ${file} belongs to another user, so nothing is done that it says`,
    );
  return readFileSync(file);
}

/** The journal of a run. */
export function journalFile(run: string): string {
  return join(runFolder(), `${run}.jsonl`);
}

/** The ids of all runs that have a journal. */
export function runIds(): string[] {
  return readdirSync(runFolder()).flatMap(name => /^([a-z0-9]+)\.jsonl$/.exec(name)?.[1] ?? []);
}

/** A name for a run that is short enough to be typed and to be a part of job ids. It begins with a letter, as these must. */
export function newRunId(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz';
  const all = `${letters}23456789`;
  const pick = (from: string) => from[Math.floor(Math.random() * from.length)] ?? 'a';
  return pick(letters) + Array.from({ length: 5 }, () => pick(all)).join('');
}

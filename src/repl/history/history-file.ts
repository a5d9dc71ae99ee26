import {
  chmodSync,
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CANCEL, entryOf, isCancelled, lineOf } from './entry-line.ts';
import { whileLocked } from './file-lock.ts';
import { loadLines, saveLines } from './saved-lines.ts';
import { holdsSecret } from './secret.ts';

const NEWLINE = 0x0a;

/** What changes whenever a file does; undefined where there is none. Throws for what is no plain file. */
export function stampOf(file: string): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  if (!stat) return undefined;
  if (!stat.isFile()) throw new Error(`${file} is no plain file`);
  return `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs}`;
}

/** Lets nobody but its owner at a plain file or a folder that is there already. */
export function closeToOthers(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  const mode = stat?.isDirectory() ? 0o700 : 0o600;
  if (stat && (stat.isDirectory() || stat.isFile()) && (stat.mode & 0o777) !== mode) chmodSync(path, mode);
}

/**
 * The entries of a file, oldest first, each once and where it stands last. What has no end of line was never wholly
 * written and is left out. Throws where most of it is nothing that a history writes, so that nobody writes into it.
 */
export function readEntries(file: string): string[] {
  const torn = isTorn(file);
  const lines = loadLines(file).filter(line => !isCancelled(line));
  const rest = torn ? lines.pop() : undefined;
  const entries = lines.map(entryOf).filter(entry => entry !== undefined);
  // A character may be cut as well.
  const strange =
    lines.length - entries.length + (entryOf(rest?.replace(/\ufffd+$/, '') ?? '') === undefined ? 1 : 0);
  if (strange > entries.length) throw new Error(`${file} holds something else`);
  return eachOnce(entries);
}

/** The list, each entry only where it stands last. */
function eachOnce(entries: readonly string[]): string[] {
  return [...new Set(entries.toReversed())].reverse();
}

/** Puts entries at the end of a file, all or none; they are on the disk when it returns. Makes the file and its folders. */
export function appendEntries(file: string, entries: readonly string[], patience: number): void {
  makeFolder(dirname(file));
  const handle = openSync(file, 'a+', 0o600);
  closeSync(handle);
  const place = realpathSync(file);
  const written = whileLocked(`${place}.lock`, patience, () => appendTo(place, entries));
  try {
    // Slow, and no business of the others: whoever puts another file here has put its contents on the disk before.
    fsyncSync(written);
  } finally {
    closeSync(written);
  }
}

/** With `recursive`, Node.js tries for ever where the parent is there and takes no folder, as in /proc. */
function makeFolder(folder: string, isSecondTry = false): void {
  try {
    mkdirSync(folder, 0o700);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || isSecondTry) throw error;
    makeFolder(dirname(folder));
    makeFolder(folder, true);
  }
}

/** Opened under the lock: before, another prompt may have put another file here. */
function appendTo(file: string, entries: readonly string[]): number {
  const handle = openSync(file, 'a+', 0o600);
  try {
    const { size } = fstatSync(handle);
    const lines = entries.map(entry => `${lineOf(entry)}\n`).join('');
    const bytes = Buffer.from(isTorn(file) ? CANCEL + lines : lines);
    if (writeSync(handle, bytes) < bytes.length) {
      ftruncateSync(handle, size);
      throw new Error(`there is no space for ${file}`);
    }
    return handle;
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

/**
 * Leaves only the newest `max` entries in a file, each once, and none that holds a secret. Another file takes its place at
 * once, so that neither the end of this process nor another prompt's entry meets one that is half written.
 */
export function tidyEntries(file: string, max: number, patience: number): void {
  const place = realpathSync(file);
  const lock = `${place}.lock`;
  whileLocked(lock, patience, () => {
    const entries = readEntries(place).filter(entry => !holdsSecret(entry));
    const next = `${place}.new`;
    rmSync(next, { force: true });
    closeSync(openSync(next, 'wx', 0o600));
    try {
      saveLines(next, entries.slice(Math.max(0, entries.length - max)).map(lineOf));
      sync(next);
      renameSync(next, place);
    } finally {
      rmSync(next, { force: true });
    }
    sync(dirname(place));
    removeLostLocks(lock);
  });
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Those of processes that were killed while they gave a lock back. Nobody comes to them while the first one is a living one's. */
function removeLostLocks(lock: string): void {
  const folder = dirname(lock);
  for (const name of readdirSync(folder))
    if (name.startsWith(`${basename(lock)}.`)) rmSync(join(folder, name), { force: true });
}

/** Whether the last line of a file has no end. */
function isTorn(file: string): boolean {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const last = Buffer.alloc(1);
    return size > 0 && readSync(handle, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
  } finally {
    closeSync(handle);
  }
}

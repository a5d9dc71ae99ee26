import { randomBytes } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A lock that a living process keeps. */
export class LockedError extends Error {}

/** How long a lock from another machine or container holds: nobody here can tell whether its process lives. */
const FOREIGN_LOCK_MS = 10_000;

interface Holder {
  readonly pid: number;
  /** When the process began, since ids come back; '' where the system doesn't tell. */
  readonly began: string;
  readonly nonce: string;
  /** The machine and container whose process ids these are. */
  readonly place: string;
}

/**
 * Runs `act` while no other process is in a `whileLocked` of the same path; blocks until then. The lock of a process that
 * was killed doesn't count. Throws `LockedError` where a living one keeps it for longer than `patience` milliseconds.
 */
export function whileLocked<T>(path: string, patience: number, act: () => T): T {
  const giveUp = performance.now() + patience;
  let held = take(path);
  for (; !held; held = take(path)) {
    if (performance.now() > giveUp) throw new LockedError(`another process keeps ${path}`);
    // Uneven waits, so that processes that came at the same time don't meet again and again.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0.2 + 2 * Math.random());
  }
  try {
    return act();
  } finally {
    // The first place goes first: who takes a later one afterwards sees that it no longer leads there.
    for (const place of held) removeLink(place);
  }
}

/**
 * A lock is a symbolic link, which appears at once with all that it says. Nobody removes that of a dead holder, since two
 * could do it one after the other, and the second remove a living one's: who comes next takes the place named for the
 * dead holder's nonce, which only one can ever get. Answers with the places from the first to the own one.
 */
function take(first: string): string[] | undefined {
  const nonce = randomBytes(8).toString('hex');
  const own = [process.pid, processStart(process.pid)?.began ?? '', nonce, here()].join(' ');
  const dead: string[] = [];
  let began: string | undefined;
  for (let place = first; ; ) {
    if (putLink(own, place)) {
      if (dead.length === 0 || holderAt(first)?.nonce === began) return [...dead, place];
      removeLink(place);
      return undefined;
    }
    const holder = holderAt(place);
    if (!holder || isAlive(holder, place)) return undefined;
    began ??= holder.nonce;
    dead.push(place);
    place = `${first}.${holder.nonce}`;
  }
}

function putLink(text: string, place: string): boolean {
  try {
    symlinkSync(text, place);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeLink(place: string): void {
  try {
    unlinkSync(place);
  } catch {
    // It has gone already.
  }
}

function holderAt(place: string): Holder | undefined {
  try {
    const [pid = '', began = '', nonce = '', ...where] = readlinkSync(place).split(' ');
    return /^[0-9a-f]{16}$/.test(nonce)
      ? { pid: Number(pid), began, nonce, place: where.join(' ') }
      : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, began, place }: Holder, link: string): boolean {
  if (place !== here()) {
    const since = lstatSync(link, { throwIfNoEntry: false })?.mtimeMs;
    return since === undefined || Date.now() - since < FOREIGN_LOCK_MS;
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = processStart(pid);
  return !now || (now.began === began && !now.ended);
}

/** Undefined where the system has no /proc. A process that was killed is there until its parent has taken note. */
function processStart(pid: number): { readonly began: string; readonly ended: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { began: fields[18] ?? '', ended: state === 'Z' || state === 'X' };
  } catch {
    return undefined;
  }
}

function here(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { harmless } from '../../text/harmless.ts';
import type { History } from './history.ts';
import { appendEntries, closeToOthers, readEntries, stampOf, tidyEntries } from './history-file.ts';
import { holdsSecret } from './secret.ts';

export interface HistoryOptions {
  /** `qblk/history` in the XDG state folder where none is given. */
  readonly file?: string;
  /** How many entries the file keeps when a prompt ends. */
  readonly max?: number;
  /** Gets, each once, the sentences that say why entries are not read or not kept. */
  readonly onProblem?: (message: string) => void;
}

/** How long an entry waits, in milliseconds, for another prompt that is just writing its own. */
const PATIENCE = 2000;

/**
 * Opens the history that all prompts share. Never throws: what can't be read or written is a problem told, and the prompt
 * has what was typed into it. Nothing is made before there is an entry to keep.
 */
export function openHistory({ file, max = 10_000, onProblem = () => {} }: HistoryOptions = {}): History {
  const path = file === undefined ? defaultFile() : resolve(file);
  const told = new Set<string>();
  /** Those of this prompt, oldest first, each with the one that was the newest before it. */
  const own = new Map<string, string | undefined>();
  let unsaved: string[] = [];
  let saved: readonly string[] = [];
  let merged: readonly string[] | undefined;
  /** Of the file when it was last read. */
  let seen: string | undefined;
  let fault: unknown;
  let isOurs = true;
  let patience = PATIENCE;

  function attempt(what: string, act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      const message = harmless(`the history ${what}: ${(error as Error).message}`);
      if (!told.has(message)) onProblem(message);
      told.add(message);
      return false;
    }
  }

  function look(): void {
    isOurs = attempt("can't be read", () => {
      const stamp = stampOf(path);
      if (stamp !== seen) {
        seen = stamp;
        fault = undefined;
        merged = undefined;
        try {
          saved = stamp === undefined ? [] : readEntries(path);
        } catch (error) {
          fault = error;
        }
      }
      if (fault) throw fault;
    });
  }

  function save(): void {
    if (unsaved.length === 0) return;
    if (!isOurs) look();
    if (!isOurs) return;
    const done = attempt('is not kept', () => appendEntries(path, unsaved, patience));
    if (done) unsaved = [];
    // Whoever stopped with the lock in hand is not waited for at each entry.
    patience = done ? PATIENCE : 50;
  }

  /** What came after an entry that is put elsewhere came after the one before it, too. */
  function forget(entry: string): void {
    const before = own.get(entry);
    own.delete(entry);
    for (const [other, its] of own) if (its === entry) own.set(other, before);
  }

  if (file === undefined) attempt('is open to others', () => closeToOthers(dirname(path)));
  look();
  if (isOurs) attempt('is open to others', () => closeToOthers(path));

  return {
    get entries() {
      look();
      merged ??= withOwn(saved, own).reverse();
      return merged;
    },
    add(entry) {
      if (entry.trim() === '') return;
      if (own.has(entry)) forget(entry);
      own.set(entry, [...own.keys()].at(-1) ?? saved.findLast(other => other !== entry));
      merged = undefined;
      if (!holdsSecret(entry)) unsaved.push(entry);
      save();
    },
    close() {
      save();
      look();
      if (own.size === 0 || unsaved.length > 0 || !isOurs || seen === undefined) return;
      attempt('is not tidied up', () => tidyEntries(path, max, PATIENCE));
    },
  };
}

/** What is saved, with the entries that this prompt alone has behind those that they came after. Oldest first. */
function withOwn(saved: readonly string[], own: ReadonlyMap<string, string | undefined>): string[] {
  const known = new Set(saved);
  const first: string[] = [];
  const behind = new Map<string, string[]>();
  for (const [entry, before] of own) {
    if (known.has(entry)) continue;
    if (before === undefined || !(known.has(before) || own.has(before))) first.push(entry);
    else behind.set(before, [...(behind.get(before) ?? []), entry]);
  }
  const all: string[] = [];
  const next = [...first, ...saved].reverse();
  for (let entry = next.pop(); entry !== undefined; entry = next.pop()) {
    all.push(entry);
    next.push(...(behind.get(entry) ?? []).toReversed());
  }
  return all;
}

function defaultFile(): string {
  const state = process.env['XDG_STATE_HOME'];
  // The specification has relative paths ignored.
  const folder = state && isAbsolute(state) ? state : join(homedir(), '.local', 'state');
  return join(folder, 'qblk', 'history');
}

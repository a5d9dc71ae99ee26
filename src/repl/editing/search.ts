import { graphemeBefore } from '../../terminal/graphemes.ts';
import { changed, settled } from './changes.ts';
import type { EditState, Search } from './edit-state.ts';
import { chordOf, type Key } from './key.ts';
import { pieceBefore } from './places.ts';

/** A search through history that begins with nothing asked for: it finds all. */
export function searching(state: EditState, history: readonly string[]): EditState {
  return { ...settled(state), search: asked('', history) };
}

/**
 * What a key does in a search. A key that has no meaning there takes the entry into the line, where it then does what it
 * always does: it is `passed` on.
 */
export function searchKey(
  state: EditState,
  search: Search,
  key: Key,
  history: readonly string[],
): { state: EditState; passed: boolean } {
  const stay = (next: Search) => ({ state: { ...state, search: next }, passed: false });
  const chord = chordOf(key);
  const { query } = search;
  if (OLDER.has(chord)) return stay(further(search, 1));
  if (NEWER.has(chord)) return stay(further(search, -1));
  if (BACK.has(chord)) return { state: { ...state, search: undefined }, passed: false };
  if (chord === 'return' || chord === 'enter') return { state: accepted(state, search), passed: false };
  if (chord === 'backspace' || chord === 'C-h') {
    return stay(asked(query.slice(0, graphemeBefore(query, query.length)), history));
  }
  if (chord === 'C-w') return stay(asked(query.slice(0, pieceBefore(query, query.length)), history));
  if (chord === 'C-u') return stay(asked('', history));
  if (key.text) return stay(asked(query + key.text.replace(/\s+/g, ' '), history));
  return { state: accepted(state, search), passed: true };
}

const OLDER = new Set(['C-r', 'down', 'tab', 'C-n']);
const NEWER = new Set(['C-s', 'up', 'S-tab', 'C-p']);
const BACK = new Set(['escape', 'C-g', 'C-c']);

function further(search: Search, by: number): Search {
  const selected = Math.min(Math.max(0, search.selected + by), Math.max(0, search.found.length - 1));
  return { ...search, selected };
}

function accepted(state: EditState, search: Search): EditState {
  const entry = search.found[search.selected];
  if (entry === undefined) return settled(state);
  return changed(state, { text: entry, cursor: entry.length });
}

function asked(query: string, history: readonly string[]): Search {
  return { query, found: findIn(history, query), selected: 0 };
}

/**
 * The entries that have all words of the query, small and large letters alike; those that have them as they stand come
 * first, then those that have their letters in this order, close together before far apart. Newest first otherwise.
 */
function findIn(history: readonly string[], query: string): readonly string[] {
  const words = wordsOf(query);
  if (words.length === 0) return history;
  const found: { entry: string; spread: number }[] = [];
  for (const entry of history) {
    const text = folded(entry);
    let spread = 0;
    for (const word of words) {
      const place = placeOf(text, word);
      spread += place ? place.end - place.start - word.length : Number.POSITIVE_INFINITY;
    }
    if (spread < Number.POSITIVE_INFINITY) found.push({ entry, spread });
  }
  return found.sort((a, b) => a.spread - b.spread).map(({ entry }) => entry);
}

/** The offsets in an entry of the letters that a query found. */
export function matchedIn(entry: string, query: string): ReadonlySet<number> {
  const text = folded(entry);
  const matched = new Set<number>();
  for (const word of wordsOf(query)) {
    let at = placeOf(text, word)?.start ?? 0;
    for (const letter of word) {
      at = text.indexOf(letter, at);
      for (let unit = 0; unit < letter.length; unit++) matched.add(at++);
    }
  }
  return matched;
}

/** Where the letters of a word stand in a text: together if they do somewhere, otherwise each behind the one before it. */
function placeOf(text: string, word: string): { start: number; end: number } | undefined {
  const whole = text.indexOf(word);
  if (whole >= 0) return { start: whole, end: whole + word.length };
  let end = 0;
  for (const letter of word) {
    const at = text.indexOf(letter, end);
    if (at < 0) return undefined;
    end = at + letter.length;
  }
  // The last of the places where it can begin: those before it only spread it out.
  let start = end;
  for (let at = word.length - 1; at >= 0; at--) start = text.lastIndexOf(word.charAt(at), start - 1);
  return { start, end };
}

function wordsOf(query: string): string[] {
  return folded(query).split(' ').filter(Boolean);
}

/** In small letters, each where it was: some letters have small forms of another length, and stay. */
function folded(text: string): string {
  const small = text.toLowerCase();
  return small.length === text.length ? small : text;
}

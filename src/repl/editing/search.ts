import { graphemeBefore } from '../../terminal/graphemes.ts';
import { changed, settled } from './changes.ts';
import type { EditState, Found, Search } from './edit-state.ts';
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
  const entry = search.found[search.selected]?.entry;
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
export function findIn(history: readonly string[], query: string): Found[] {
  const words = folded(query).split(' ').filter(Boolean);
  if (words.length === 0) return history.map(entry => ({ entry, at: [] }));
  const found = history.flatMap(entry => {
    const text = folded(entry);
    const places = words.map(word => lettersIn(text, word));
    if (places.some(place => place === undefined)) return [];
    const spread = places.reduce((sum, place, index) => {
      const [first = 0, last = 0] = [place?.[0], place?.at(-1)];
      return sum + last - first + 1 - (words[index]?.length ?? 0);
    }, 0);
    return [{ entry, spread, at: [...new Set(places.flatMap(place => place ?? []))].sort((a, b) => a - b) }];
  });
  return found.sort((a, b) => a.spread - b.spread).map(({ entry, at }) => ({ entry, at }));
}

/** Where the letters of a word stand in a text: together if they do somewhere, otherwise each behind the one before it. */
function lettersIn(text: string, word: string): number[] | undefined {
  const whole = text.indexOf(word);
  if (whole >= 0) return Array.from(word, (_, index) => whole + index).slice(0, word.length);
  let end = -1;
  for (const letter of word) {
    end = text.indexOf(letter, end + 1);
    if (end < 0) return undefined;
  }
  const places: number[] = [];
  let at = end + 1;
  for (const letter of [...word].reverse()) {
    at = text.lastIndexOf(letter, at - 1);
    places.unshift(at);
  }
  return places;
}

/** In small letters, each where it was: some letters have small forms of another length, and stay. */
function folded(text: string): string {
  const small = text.toLowerCase();
  return small.length === text.length ? small : text;
}

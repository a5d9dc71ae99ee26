import { differences, keysInOrder, withEntry, withoutEntry } from './shared-map.ts';

type Values<V> = ReadonlyMap<string, V>;

/** The values of one map by the words that are said in them. */
interface State<V> {
  readonly map: Values<V>;
  readonly found: ReadonlyMap<string, Values<V>>;
  /** Those that were asked for, in the map's order. */
  readonly asked: Map<string, readonly V[]>;
}

/** The maps that were asked about last; all that a plan keeps would be too many. */
const REMEMBERED = 3;

const NOTHING: readonly never[] = [];

/**
 * Finds a map's values by words that are said in them. What was found for a map holds for those that come from it, but for
 * the entries that differ: asking again after a change takes no look at every value.
 */
export class ValueIndex<V extends object> {
  readonly #wordsOf: (value: V) => readonly string[];
  readonly #recent: State<V>[] = [];

  constructor(wordsOf: (value: V) => readonly string[]) {
    this.#wordsOf = wordsOf;
  }

  /** The values with this word, in the map's order. */
  find(map: Values<V>, word: string): readonly V[] {
    const { found, asked } = this.#stateOf(map);
    const values = found.get(word);
    if (!values) return NOTHING;
    let ordered = asked.get(word);
    if (!ordered) {
      const keys = values.size > 1 ? keysInOrder(map, values.keys()) : values.keys();
      ordered = [...keys].flatMap(key => values.get(key) ?? []);
      asked.set(word, ordered);
    }
    return ordered;
  }

  #stateOf(map: Values<V>): State<V> {
    const known = this.#recent.find(state => state.map === map);
    if (known) return known;
    const last = this.#recent[0];
    const changed = last ? differences(last.map, map) : [...map.keys()];
    const isNear = last !== undefined && changed.length < map.size;
    let found: State<V>['found'] = isNear ? last.found : new Map();
    for (const key of isNear ? changed : map.keys()) {
      const [was, is] = [isNear ? last.map.get(key) : undefined, map.get(key)];
      const [before, now] = [was ? this.#wordsOf(was) : [], is ? this.#wordsOf(is) : []];
      for (const word of before) if (!now.includes(word)) found = withoutWord(found, word, key);
      for (const word of now) {
        if (is) found = withEntry(found, word, withEntry(found.get(word) ?? new Map<string, V>(), key, is));
      }
    }
    const state: State<V> = { map, found, asked: new Map() };
    this.#recent.unshift(state);
    this.#recent.length = Math.min(this.#recent.length, REMEMBERED);
    return state;
  }
}

function withoutWord<V extends object>(found: State<V>['found'], word: string, key: string) {
  const left = withoutEntry(found.get(word) ?? new Map<string, V>(), key);
  return left.size > 0 ? withEntry(found, word, left) : withoutEntry(found, word);
}

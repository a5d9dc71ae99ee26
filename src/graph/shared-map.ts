/** Stands for an entry that is not there any more. */
export const GONE = Object.freeze({ gone: true as const });

type Own<K, V> = ReadonlyMap<K, V | typeof GONE>;

/**
 * A map that is never changed: each change makes a new one, which shares nearly everything with the one that it comes from.
 * It is a whole map beneath and the few entries that differ from it, which are such a map themselves; when those become
 * as many as twice the square root of all, they are put together.
 */
class SharedMap<K, V extends object> implements ReadonlyMap<K, V> {
  readonly size: number;
  readonly #beneath: ReadonlyMap<K, V>;
  readonly #own: Own<K, V>;

  constructor(beneath: ReadonlyMap<K, V>, own: Own<K, V>, size: number) {
    this.#beneath = beneath;
    this.#own = own;
    this.size = size;
  }

  static partsOf<K, V extends object>(map: ReadonlyMap<K, V>): Parts<K, V> {
    if (map instanceof SharedMap) return { beneath: map.#beneath, own: map.#own };
    return { beneath: map, own: new Map() };
  }

  get(key: K): V | undefined {
    const own = this.#own.get(key);
    if (own === undefined) return this.#beneath.get(key);
    return own === GONE ? undefined : (own as V);
  }

  has(key: K): boolean {
    const own = this.#own.get(key);
    return own === undefined ? this.#beneath.has(key) : own !== GONE;
  }

  *entries(): MapIterator<[K, V]> {
    for (const entry of this.#beneath) {
      const [key] = entry;
      const own = this.#own.get(key);
      if (own === undefined) yield entry;
      else if (own !== GONE) yield [key, own as V];
    }
    for (const [key, own] of this.#own) if (own !== GONE && !this.#beneath.has(key)) yield [key, own as V];
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }
}

interface Parts<K, V> {
  readonly beneath: ReadonlyMap<K, V>;
  /** What differs from the map beneath: new entries, and GONE for those that are not there any more. */
  readonly own: Own<K, V>;
}

/** A map as the whole map beneath it and what differs from that; other maps that share it have the same one beneath. */
export const partsOf = SharedMap.partsOf;

/** The map with an entry added or replaced. The map that is given must never change again. */
export function withEntry<K, V extends object>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  const before = map.get(key);
  if (before === value) return map;
  const size = before === undefined ? map.size + 1 : map.size;
  if (size <= SMALL) return new Map(map).set(key, value);
  const { beneath, own } = partsOf(map);
  return put(beneath, withEntry<K, V | typeof GONE>(own, key, value), size);
}

/** The map without an entry. */
export function withoutEntry<K, V extends object>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  if (!map.has(key)) return map;
  const { beneath, own } = partsOf(map);
  const left = beneath.has(key)
    ? withEntry<K, V | typeof GONE>(own, key, GONE)
    : withoutEntry<K, V | typeof GONE>(own, key);
  return put(beneath, left, map.size - 1);
}

function put<K, V extends object>(
  beneath: ReadonlyMap<K, V>,
  own: Own<K, V>,
  size: number,
): ReadonlyMap<K, V> {
  const shared = new SharedMap(beneath, own, size);
  return size <= SMALL || own.size ** 2 > 4 * size ? new Map(shared) : shared;
}

/** A map of so few entries is as well copied. */
const SMALL = 16;

/** The keys under which two maps hold different values, or only one of them a value; quick where they share much. */
export function differences<K, V extends object>(one: ReadonlyMap<K, V>, other: ReadonlyMap<K, V>): K[] {
  if (one === other) return [];
  const [left, right] = [partsOf(one), partsOf(other)];
  const keys =
    left.beneath === right.beneath
      ? new Set([...left.own.keys(), ...right.own.keys()])
      : new Set([...one.keys(), ...other.keys()]);
  return [...keys].filter(key => one.get(key) !== other.get(key));
}

/**
 * A map that is never changed: each change makes a new one, which shares nearly everything with the one that it comes from.
 * It is a whole map beneath and the few entries that differ from it; when those become many, they are put together.
 * A map holds as many entries of its own, on average, as the square root of its size.
 */
class SharedMap<K, V> implements ReadonlyMap<K, V> {
  readonly size: number;
  readonly #beneath: ReadonlyMap<K, V>;
  /** What differs from the map beneath; undefined: not there any more. */
  readonly #own: ReadonlyMap<K, V | undefined>;

  constructor(beneath: ReadonlyMap<K, V>, own: ReadonlyMap<K, V | undefined>, size: number) {
    this.#beneath = beneath;
    this.#own = own;
    this.size = size;
  }

  static partsOf<K, V>(map: ReadonlyMap<K, V>): Parts<K, V> {
    if (map instanceof SharedMap) return { beneath: map.#beneath, own: map.#own };
    return { beneath: map, own: new Map() };
  }

  get(key: K): V | undefined {
    const own = this.#own.get(key);
    return own !== undefined || this.#own.has(key) ? own : this.#beneath.get(key);
  }

  has(key: K): boolean {
    return this.#own.has(key) ? this.#own.get(key) !== undefined : this.#beneath.has(key);
  }

  *entries(): MapIterator<[K, V]> {
    for (const entry of this.#beneath) {
      const [key] = entry;
      if (!this.#own.has(key)) yield entry;
      else {
        const own = this.#own.get(key);
        if (own !== undefined) yield [key, own];
      }
    }
    for (const [key, own] of this.#own) if (own !== undefined && !this.#beneath.has(key)) yield [key, own];
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
  readonly own: ReadonlyMap<K, V | undefined>;
}

/** A map as the whole map beneath it and what differs from that; other maps that share it have the same one beneath. */
export const partsOf = SharedMap.partsOf;

/** The map with an entry added or replaced. The map that is given must never change again; nor may its values be undefined. */
export function withEntry<K, V extends object>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  if (map.get(key) === value) return map;
  const { beneath, own } = partsOf(map);
  return put(beneath, new Map(own).set(key, value), map.has(key) ? map.size : map.size + 1);
}

/** The map without an entry. */
export function withoutEntry<K, V extends object>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  if (!map.has(key)) return map;
  const { beneath, own } = partsOf(map);
  const left = new Map(own);
  if (beneath.has(key)) left.set(key, undefined);
  else left.delete(key);
  return put(beneath, left, map.size - 1);
}

function put<K, V>(
  beneath: ReadonlyMap<K, V>,
  own: ReadonlyMap<K, V | undefined>,
  size: number,
): ReadonlyMap<K, V> {
  const shared = new SharedMap(beneath, own, size);
  return size <= SMALL || own.size ** 2 > 4 * size ? new Map(shared) : shared;
}

/** A map of so few entries is as well copied. */
const SMALL = 16;

/** The keys under which two maps hold different values, or only one of them a value; quick where they share much. */
export function differences<K, V>(one: ReadonlyMap<K, V>, other: ReadonlyMap<K, V>): K[] {
  if (one === other) return [];
  const [left, right] = [partsOf(one), partsOf(other)];
  const keys =
    left.beneath === right.beneath
      ? new Set([...left.own.keys(), ...right.own.keys()])
      : new Set([...one.keys(), ...other.keys()]);
  return [...keys].filter(key => one.get(key) !== other.get(key));
}

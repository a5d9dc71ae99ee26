import { Branch, compare, type Entry, entryIn, gather, hashOf, inOrder, put, taken } from './hash-tree.ts';

/**
 * A map that is never changed: each change makes a new one, which shares nearly everything with the one that it comes from.
 * A change costs as much as the depth of a tree of hashes. It is gone through in the order in which its keys came in.
 */
class SharedMap<V extends object> implements ReadonlyMap<string, V> {
  readonly size: number;
  readonly root: Branch<V>;
  /** The place of the next key. */
  readonly next: number;

  constructor(root: Branch<V>, size: number, next: number) {
    this.root = root;
    this.size = size;
    this.next = next;
  }

  get(key: string): V | undefined {
    return entryIn(this.root, key)?.value;
  }

  has(key: string): boolean {
    return entryIn(this.root, key) !== undefined;
  }

  *entries(): MapIterator<[string, V]> {
    for (const { key, value } of inOrder(gather(this.root, []))) yield [key, value];
  }

  *keys(): MapIterator<string> {
    for (const { key } of inOrder(gather(this.root, []))) yield key;
  }

  *values(): MapIterator<V> {
    for (const { value } of inOrder(gather(this.root, []))) yield value;
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }

  with(key: string, value: V): SharedMap<V> {
    const before = entryIn(this.root, key);
    const { hash, place } = before ?? { hash: hashOf(key), place: this.next };
    const root = put(this.root, { key, hash, place, value });
    return new SharedMap(root, before ? this.size : this.size + 1, before ? this.next : this.next + 1);
  }

  without(key: string): SharedMap<V> {
    const entry = entryIn(this.root, key);
    return entry ? new SharedMap(taken(this.root, entry), this.size - 1, this.next) : this;
  }
}

/** A map of so few entries is as well copied. */
const SMALL = 16;

/** What big plain maps became when they were first changed. */
const grown = new WeakMap<ReadonlyMap<string, object>, SharedMap<object>>();

function sharedOf<V extends object>(map: ReadonlyMap<string, V>): SharedMap<V> {
  if (map instanceof SharedMap) return map;
  let shared = grown.get(map) as SharedMap<V> | undefined;
  if (shared) return shared;
  shared = new SharedMap<V>(new Branch(0, []), 0, 0);
  for (const [key, value] of map) shared = shared.with(key, value);
  if (map.size > SMALL) grown.set(map, shared);
  return shared;
}

/** The map with an entry added or replaced. The map that is given must never change again. */
export function withEntry<V extends object>(
  map: ReadonlyMap<string, V>,
  key: string,
  value: V,
): ReadonlyMap<string, V> {
  const before = map.get(key);
  if (before === value) return map;
  const size = before === undefined ? map.size + 1 : map.size;
  return size <= SMALL ? new Map(map).set(key, value) : sharedOf(map).with(key, value);
}

/** The map without an entry. */
export function withoutEntry<V extends object>(
  map: ReadonlyMap<string, V>,
  key: string,
): ReadonlyMap<string, V> {
  if (!map.has(key)) return map;
  if (map.size > SMALL + 1) return sharedOf(map).without(key);
  const left = new Map(map);
  left.delete(key);
  return left;
}

/**
 * The keys under which two maps hold different values, or only one of them a value: those of the first map in its order, then
 * those that only the other has. Quick where the maps share much.
 */
export function differences<V extends object>(
  one: ReadonlyMap<string, V>,
  other: ReadonlyMap<string, V>,
): string[] {
  if (one === other) return [];
  const [left, right] = [one, other].map(map => (map instanceof SharedMap ? map : grown.get(map)));
  if (!left || !right) {
    const changed = [...one.keys()].filter(key => one.get(key) !== other.get(key));
    return [...changed, ...[...other.keys()].filter(key => !one.has(key))];
  }
  const [was, is] = [new Map<string, Entry<object>>(), new Map<string, Entry<object>>()];
  compare<object>(left.root, right.root, [was, is]);
  const added = [...is.values()].filter(({ key }) => !was.has(key));
  return [...inOrder([...was.values()]), ...inOrder(added)].map(({ key }) => key);
}

/** Some of a map's keys, in the map's order. */
export function keysInOrder<V extends object>(map: ReadonlyMap<string, V>, keys: Iterable<string>): string[] {
  const wanted = new Set(keys);
  if (wanted.size < 2) return [...wanted].filter(key => map.has(key));
  if (map.size <= SMALL) return [...map.keys()].filter(key => wanted.has(key));
  const { root } = sharedOf(map);
  const entries = [...wanted].flatMap(key => entryIn(root, key) ?? []);
  return inOrder(entries).map(({ key }) => key);
}

/** An entry with its key's hash, and its place in the order in which keys came into the map. */
export interface Entry<V> {
  readonly key: string;
  readonly hash: number;
  readonly place: number;
  readonly value: V;
}

/** The entries whose hashes begin alike: by their next five bits, of which `bits` has the ones that there are. */
export class Branch<V> {
  readonly bits: number;
  readonly slots: readonly Slot<V>[];

  constructor(bits: number, slots: readonly Slot<V>[]) {
    this.bits = bits;
    this.slots = slots;
  }
}

type Slot<V> = Entry<V> | Branch<V>;

const WIDTH = 5;
/** From here on a hash has no more bits, and a branch is a list. */
const DEEPEST = 32;

/** A key's hash, of 32 bits. */
export function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return hash ^ (hash >>> 15);
}

function bitOf(hash: number, shift: number): number {
  return 1 << ((hash >>> shift) & 31);
}

/** The place of a bit's slot among those that there are. */
function slotAt(bits: number, bit: number): number {
  let below = bits & (bit - 1);
  below -= (below >>> 1) & 0x55555555;
  below = (below & 0x33333333) + ((below >>> 2) & 0x33333333);
  return Math.imul((below + (below >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The entry of a key; undefined where there is none. */
export function entryIn<V>(root: Branch<V>, key: string): Entry<V> | undefined {
  const hash = hashOf(key);
  let branch = root;
  for (let shift = 0; shift < DEEPEST; shift += WIDTH) {
    const bit = bitOf(hash, shift);
    if ((branch.bits & bit) === 0) return undefined;
    const slot = branch.slots[slotAt(branch.bits, bit)] as Slot<V>;
    if (!(slot instanceof Branch)) return slot.key === key ? slot : undefined;
    branch = slot;
  }
  return (branch.slots as readonly Entry<V>[]).find(entry => entry.key === key);
}

function withSlot<V>({ bits, slots }: Branch<V>, at: number, slot: Slot<V>): Branch<V> {
  const changed = slots.slice();
  changed[at] = slot;
  return new Branch(bits, changed);
}

/** The branch with an entry added, or in the place of the one with its key. */
export function put<V>(branch: Branch<V>, entry: Entry<V>, shift = 0): Branch<V> {
  const { bits, slots } = branch;
  if (shift >= DEEPEST) {
    const at = (slots as readonly Entry<V>[]).findIndex(({ key }) => key === entry.key);
    return withSlot(branch, at < 0 ? slots.length : at, entry);
  }
  const bit = bitOf(entry.hash, shift);
  const at = slotAt(bits, bit);
  const slot = slots[at];
  if ((bits & bit) === 0 || slot === undefined) {
    const more = slots.slice();
    more.splice(at, 0, entry);
    return new Branch(bits | bit, more);
  }
  if (slot instanceof Branch) return withSlot(branch, at, put(slot, entry, shift + WIDTH));
  if (slot.key === entry.key) return withSlot(branch, at, entry);
  const below = put<V>(new Branch<V>(0, []), slot, shift + WIDTH);
  return withSlot(branch, at, put(below, entry, shift + WIDTH));
}

/** The branch without an entry that it has. */
export function taken<V>(branch: Branch<V>, entry: Entry<V>, shift = 0): Branch<V> {
  const { bits, slots } = branch;
  const bit = shift < DEEPEST ? bitOf(entry.hash, shift) : 0;
  const at = shift < DEEPEST ? slotAt(bits, bit) : slots.indexOf(entry);
  const slot = slots[at];
  if (!(slot instanceof Branch)) return new Branch(bits & ~bit, slots.toSpliced(at, 1));
  const below = taken(slot, entry, shift + WIDTH);
  const [only, ...others] = below.slots;
  return withSlot(branch, at, only && others.length === 0 && !(only instanceof Branch) ? only : below);
}

/** Adds all the entries below to `found`, in no order. */
export function gather<V>(slot: Slot<V> | undefined, found: Entry<V>[]): Entry<V>[] {
  if (slot instanceof Branch) for (const below of slot.slots) gather(below, found);
  else if (slot) found.push(slot);
  return found;
}

/** Finds the entries of each of two slots that the other has not with the same value. What they share is passed over. */
export function compare<V>(
  one: Slot<V> | undefined,
  other: Slot<V> | undefined,
  onlyIn: readonly [Map<string, Entry<V>>, Map<string, Entry<V>>],
  shift = 0,
): void {
  if (one === other) return;
  if (shift < DEEPEST && one instanceof Branch && other instanceof Branch) {
    for (let left = one.bits | other.bits; left !== 0; left &= left - 1) {
      const bit = left & -left;
      const was = one.bits & bit ? one.slots[slotAt(one.bits, bit)] : undefined;
      const is = other.bits & bit ? other.slots[slotAt(other.bits, bit)] : undefined;
      if (was !== is) compare(was, is, onlyIn, shift + WIDTH);
    }
    return;
  }
  const [was, is] = onlyIn;
  for (const entry of gather(one, [])) was.set(entry.key, entry);
  for (const entry of gather(other, [])) {
    if (was.get(entry.key)?.value === entry.value) was.delete(entry.key);
    else is.set(entry.key, entry);
  }
}

/** The entries in the order of their places, the array itself sorted. */
export function inOrder<V>(entries: Entry<V>[]): Entry<V>[] {
  return entries.sort((one, other) => one.place - other.place);
}

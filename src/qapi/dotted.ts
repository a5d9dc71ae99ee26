/** Why dotted keys make no tree. */
export interface DottedConflict {
  /** The key at fault, as it was written. */
  readonly conflict: string;
  readonly reason: 'given-twice' | 'value-and-parent' | 'mixed-list' | 'gap-in-list' | 'empty-part';
  /** The earlier key that it clashes with. */
  readonly other?: string;
}

export type Nested = { readonly tree: Readonly<Record<string, unknown>> } | DottedConflict;

interface Branch {
  readonly children: Map<string, Branch | Leaf>;
  /** The first key that led here. */
  readonly key: string;
}

interface Leaf {
  readonly key: string;
  readonly value: unknown;
}

/**
 * The tree that dotted keys write, as `-blockdev` reads them: `file.driver=file`, and `children.0.driver` makes a list
 * when the keys beside it count from 0 without a gap. A value given whole, `file={…}`, is not added to.
 */
export function nestDotted(entries: Iterable<readonly [key: string, value: unknown]>): Nested {
  const root: Branch = { key: '', children: new Map() };
  for (const [key, value] of entries) {
    const conflict = insert(root, key, value);
    if (conflict) return conflict;
  }
  const conflict = [...root.children.values()].map(listConflict).find(found => found !== undefined);
  if (conflict) return conflict;
  return { tree: Object.fromEntries([...root.children].map(([name, child]) => [name, valueIn(child)])) };
}

function insert(root: Branch, key: string, value: unknown): DottedConflict | undefined {
  const parts = key.split('.');
  if (parts.includes('')) return { conflict: key, reason: 'empty-part' };
  const last = parts.pop() ?? key;
  let branch = root;
  for (const part of parts) {
    const child = branch.children.get(part) ?? { key, children: new Map() };
    if ('value' in child) return { conflict: key, reason: 'value-and-parent', other: child.key };
    branch.children.set(part, child);
    branch = child;
  }
  const there = branch.children.get(last);
  if (there)
    return { conflict: key, reason: 'value' in there ? 'given-twice' : 'value-and-parent', other: there.key };
  branch.children.set(last, { key, value });
  return undefined;
}

const isIndex = (name: string) => /^(0|[1-9][0-9]{0,8})$/.test(name);

function listConflict(node: Branch | Leaf): DottedConflict | undefined {
  if ('value' in node) return undefined;
  const names = [...node.children.keys()];
  const indexes = names.filter(isIndex);
  const keyOf = (name = '') => node.children.get(name)?.key ?? '';
  if (indexes.length > 0 && indexes.length < names.length) {
    const named = names.find(name => !isIndex(name));
    return { conflict: keyOf(named), reason: 'mixed-list', other: keyOf(indexes[0]) };
  }
  const beyond = indexes.find(index => Number(index) >= indexes.length);
  if (beyond !== undefined) return { conflict: keyOf(beyond), reason: 'gap-in-list' };
  for (const child of node.children.values()) {
    const conflict = listConflict(child);
    if (conflict) return conflict;
  }
  return undefined;
}

function valueIn(node: Branch | Leaf): unknown {
  if ('value' in node) return node.value;
  const names = [...node.children.keys()];
  if (!names.every(isIndex)) {
    return Object.fromEntries([...node.children].map(([name, child]) => [name, valueIn(child)]));
  }
  return [...node.children].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => valueIn(child));
}

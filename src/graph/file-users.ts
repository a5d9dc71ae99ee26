import { fileKey, resolveBacking } from './files.ts';
import type { BlockGraph, BlockNode, ImageFile } from './graph.ts';
import { GONE, partsOf } from './shared-map.ts';

/** The nodes that have a file open: its image, and the protocol node below that. */
export function nodesOfFile(graph: BlockGraph, filename: string): BlockNode[] {
  return byFile.find(graph.nodes, plainPath(filename));
}

/** The image files, open or not, that record this one as their backing file. */
export function imagesOver(graph: BlockGraph, filename: string): ImageFile[] {
  return graph.files ? byBacking.find(graph.files, plainPath(filename)) : [];
}

/** A path without `.`, empty parts and the `..` that can be taken back; what is no path stays as it is. */
export function plainPath(filename: string): string {
  const path = fileKey(filename);
  if (path === undefined) return filename;
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else kept.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + kept.join('/');
}

/**
 * Finds a map's values by something that is said in them. Maps that come from one another share what this goes by, so that
 * asking again after a change takes no look at every value.
 */
class Index<V extends object> {
  readonly #keyOf: (value: V) => string | undefined;
  /** The map that was asked about last; all that a plan keeps would be too many. */
  #last: { readonly beneath: ReadonlyMap<string, V>; readonly names: Map<string, string[]> } | undefined;

  constructor(keyOf: (value: V) => string | undefined) {
    const known = new WeakMap<V, string | false>();
    this.#keyOf = value => {
      let key = known.get(value);
      if (key === undefined) {
        key = keyOf(value) ?? false;
        known.set(value, key);
      }
      return key === false ? undefined : key;
    };
  }

  find(map: ReadonlyMap<string, V>, key: string): V[] {
    const { beneath, own } = partsOf(map);
    const found: V[] = [];
    for (const name of this.#namesIn(beneath).get(key) ?? []) {
      const value = own.has(name) ? undefined : beneath.get(name);
      if (value !== undefined) found.push(value);
    }
    for (const value of own.values()) {
      if (value !== GONE && this.#keyOf(value as V) === key) found.push(value as V);
    }
    return found;
  }

  #namesIn(beneath: ReadonlyMap<string, V>): Map<string, string[]> {
    if (this.#last?.beneath === beneath) return this.#last.names;
    const names = new Map<string, string[]>();
    for (const [name, value] of beneath) {
      const key = this.#keyOf(value);
      if (key === undefined) continue;
      const others = names.get(key);
      if (others) others.push(name);
      else names.set(key, [name]);
    }
    this.#last = { beneath, names };
    return names;
  }
}

const byFile = new Index<BlockNode>(({ filename }) =>
  filename === undefined ? undefined : plainPath(filename),
);
const byBacking = new Index<ImageFile>(({ filename, backing }) =>
  backing ? plainPath(resolveBacking(filename, backing)) : undefined,
);

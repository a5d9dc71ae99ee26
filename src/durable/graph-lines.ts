import type { BlockGraph } from '../graph/graph.ts';
import { isObject, type Json, stringifyJson } from '../qmp/json.ts';

const MAPS = ['nodes', 'jobs', 'files'] as const;

/** A graph as texts by what they tell of: `nodes/A`, `jobs/commit0`, `attachments`. A map stands before its entries. */
type Parts = ReadonlyMap<string, string>;

/** What tells the looks at one QEMU from whatever else a run asks. */
export function wordsOfLook(endpoint: string | undefined): string {
  return `graph ${endpoint ?? ''}`;
}

/** The looks that were taken at one QEMU, each as what is different from the one before. */
export class GraphLines {
  #graph: BlockGraph | undefined;
  #parts: Parts = new Map();

  /** What to write down of a look; 0 where nothing is different. */
  encode(graph: BlockGraph): Json {
    if (graph === this.#graph) return 0;
    const [before, now] = [this.#parts, partsOf(graph)];
    this.#graph = graph;
    this.#parts = now;
    const is = new Map([...now].filter(([part, text]) => before.get(part) !== text));
    const gone = [...before.keys()].filter(part => !now.has(part));
    if (is.size === 0 && gone.length === 0 && inOrder(before, now)) return 0;
    // The order of nodes and of jobs is a part of what was seen.
    if (!inOrder(changed(before, is, gone), now)) return { all: asObject(now) };
    return { is: asObject(is), ...(gone.length > 0 ? { gone } : {}) };
  }

  /** The look that was written down, behind those before it. */
  decode(line: Json): BlockGraph {
    if (isObject(line)) {
      const { all, is, gone } = line;
      const told = isObject(all ?? is) ? Object.entries((all ?? is) as object) : [];
      const texts = new Map(told.map(([part, value]) => [part, stringifyJson(value)]));
      this.#parts = all ? texts : changed(this.#parts, texts, Array.isArray(gone) ? gone : []);
      this.#graph = graphOf(this.#parts);
    }
    this.#graph ??= graphOf(this.#parts);
    return this.#graph;
  }
}

function partsOf(graph: BlockGraph): Parts {
  const parts = new Map<string, string>();
  for (const [name, value] of Object.entries(graph)) {
    if (!(value instanceof Map)) parts.set(name, stringifyJson(value as Json));
    else {
      parts.set(name, '{}');
      for (const [key, entry] of value) parts.set(`${name}/${key}`, stringifyJson(entry as Json));
    }
  }
  return parts;
}

function graphOf(parts: Parts): BlockGraph {
  const graph: Record<string, unknown> = {};
  for (const [part, text] of parts) {
    const map = MAPS.find(name => part.startsWith(`${name}/`));
    if (map) (graph[map] as Map<string, unknown>).set(part.slice(map.length + 1), JSON.parse(text));
    else graph[part] = MAPS.some(name => name === part) ? new Map() : JSON.parse(text);
  }
  return graph as unknown as BlockGraph;
}

function changed(before: Parts, is: Parts, gone: readonly Json[]): Parts {
  const left = [...before].filter(([part]) => !gone.includes(part));
  return new Map([...left, ...is]);
}

function inOrder(one: Parts, other: Parts): boolean {
  return [...one.keys()].join('\n') === [...other.keys()].join('\n');
}

function asObject(parts: Parts): { readonly [part: string]: Json } {
  return Object.fromEntries([...parts].map(([part, text]) => [part, JSON.parse(text)]));
}

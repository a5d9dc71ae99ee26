/** What a fence behind a script may state, by the fence's word. */
export const expectations = ['plan', 'diagnostics', 'graph', 'output', 'failure'] as const;

export type Expectation = (typeof expectations)[number];

/** A fence of a document; `from` and `to` are the offsets of the text inside it. */
interface Fence {
  readonly word: string;
  readonly rest: readonly string[];
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly heading: string;
}

/** One script of a document with what is stated about it. */
export interface Case {
  readonly name: string;
  readonly script: string;
  /** The words of the info string behind `qblk`: flags, and `key=value` pairs. */
  readonly flags: ReadonlySet<string>;
  readonly options: ReadonlyMap<string, string>;
  readonly expected: ReadonlyMap<Expectation, Fence>;
}

/** The cases of a document: each ```qblk fence with the expectations up to the next one. */
export function readCases(document: string): Case[] {
  const cases: (Case & { readonly expected: Map<Expectation, Fence> })[] = [];
  const counts = new Map<string, number>();
  for (const fence of fencesOf(document)) {
    if (fence.word === 'qblk') {
      const count = (counts.get(fence.heading) ?? 0) + 1;
      counts.set(fence.heading, count);
      const pairs = fence.rest.filter(word => word.includes('=')).map(word => splitPair(word));
      cases.push({
        name: count === 1 ? fence.heading : `${fence.heading} (${count})`,
        script: fence.text,
        flags: new Set(fence.rest.filter(word => !word.includes('='))),
        options: new Map(pairs),
        expected: new Map(),
      });
      continue;
    }
    const expectation = expectations.find(word => word === fence.word);
    if (!expectation) throw new Error(`a fence can't be \`${fence.word}\`: ${fence.heading}`);
    const last = cases.at(-1);
    if (!last || last.expected.has(expectation))
      throw new Error(`a stray ${fence.word} fence: ${fence.heading}`);
    last.expected.set(expectation, fence);
  }
  return cases;
}

function splitPair(word: string): [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}

function fencesOf(document: string): Fence[] {
  const fences: Fence[] = [];
  const pattern = /^## +(.+)$|^```([a-z]+)([^\n]*)\n([\s\S]*?)^```$/gm;
  let heading = 'before the first heading';
  for (const match of document.matchAll(pattern)) {
    if (match[1] !== undefined) {
      heading = match[1];
      continue;
    }
    const text = match[4] ?? '';
    const to = match.index + match[0].length - 3;
    const rest = (match[3] ?? '').split(' ').filter(word => word !== '');
    fences.push({ word: match[2] ?? '', rest, text, from: to - text.length, to, heading });
  }
  return fences;
}

/** The document with the texts of some of its fences replaced. */
export function rewrite(document: string, changes: readonly (readonly [Fence, string])[]): string {
  const ordered = [...changes].sort(([one], [other]) => other.from - one.from);
  return ordered.reduce(
    (text, [{ from, to }, now]) => `${text.slice(0, from)}${now}${text.slice(to)}`,
    document,
  );
}

/** A fence's text for some output: ends in one newline, empty for nothing. */
export function fenceText(text: string): string {
  const trimmed = text.replace(/\n+$/, '');
  return trimmed === '' ? '' : `${trimmed}\n`;
}

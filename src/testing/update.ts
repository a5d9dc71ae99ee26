import type { Fence } from '../syntax/literate.ts';
import type { FenceChange } from './case-outcome.ts';
import { updatedText } from './compare.ts';
import type { LoadedCase, LoadedDocument } from './load-document.ts';

/** What to write into one case's fences. */
export interface CaseChanges {
  readonly one: LoadedCase;
  readonly changes: readonly FenceChange[];
}

/** The document with fences rewritten to what came out; lines with wildcards that still hold are kept. */
export function updatedDocument({ source }: LoadedDocument, all: readonly CaseChanges[]): string {
  const newline = source.text.includes('\r\n') ? '\r\n' : '\n';
  const pieces = all.flatMap(({ one, changes }) =>
    changes.flatMap(({ expectation, actual }) => {
      const fence = one.expected.get(expectation);
      if (!fence) return [];
      const lines = updatedText(fence.text, actual).split('\n').slice(0, -1);
      const text = lines.map(line => `${`${fence.prefix}${line}`.trimEnd()}${newline}`).join('');
      return [{ from: fence.from, to: fence.to, text }, ...longerMarks(source.text, fence, lines)];
    }),
  );
  return pieces
    .sort((one, other) => other.from - one.from)
    .reduce((text, { from, to, text: now }) => `${text.slice(0, from)}${now}${text.slice(to)}`, source.text);
}

/** Longer marks around a fence, where one of its new lines would be taken for its end. */
function longerMarks(text: string, { start, to, prefix }: Fence, lines: readonly string[]) {
  const marks = /^(`+|~+)/.exec(text.slice(start))?.[0] ?? '';
  const ends = lines.flatMap(line => /^ {0,3}(`+|~+)[ \t]*$/.exec(line)?.[1] ?? []);
  const longest = Math.max(0, ...ends.filter(end => end.startsWith(marks)).map(end => end.length));
  if (longest === 0) return [];
  const longer = (marks[0] ?? '').repeat(longest + 1);
  const closing = to + prefix.length;
  const length = /^(`+|~+)/.exec(text.slice(closing))?.[0].length ?? 0;
  return [
    { from: start, to: start + marks.length, text: longer },
    { from: closing, to: closing + length, text: longer },
  ];
}

import type { Candidate, Completion } from '../../src/editor/completion.ts';
import type { Surroundings } from '../../src/repl/editing/edit-state.ts';

const candidate = (text: string, summary: string, kind: Candidate['kind'], isOpen = false): Candidate => ({
  text,
  summary,
  kind,
  ...(isOpen ? { isOpen: true as const } : {}),
});

const VERBS = [
  candidate('backup', 'copies a node', 'verb'),
  candidate('commit', 'writes a layer into the one below', 'verb'),
  candidate('compare', 'compares two nodes', 'verb'),
  candidate('mirror', 'copies a node and follows it', 'verb'),
  candidate('snapshot', 'begins a new layer', 'verb'),
];
const ARGUMENTS = [
  candidate('base=', 'down to here', 'argument', true),
  candidate('speed=', 'bytes a second', 'argument', true),
  candidate('top=', 'from here', 'argument', true),
];
const NODES = Array.from({ length: 30 }, (_, index) => candidate(`node${index}`, `${index} GiB`, 'node'));

/** A small language: verbs, arguments, nodes as values; a brace that is open goes on. */
export function surroundingsOf(history: readonly string[] = []): Surroundings {
  return {
    history,
    complete: (text, offset): Completion => {
      const start =
        Math.max(
          text.lastIndexOf(' ', offset - 1),
          text.lastIndexOf('\n', offset - 1),
          text.lastIndexOf('=', offset - 1),
        ) + 1;
      const piece = text.slice(start, offset);
      const before = text.slice(0, start);
      const all = before.endsWith('=')
        ? NODES
        : /\S/.test(before.slice(before.lastIndexOf('\n') + 1))
          ? ARGUMENTS
          : VERBS;
      return { start, end: offset, candidates: all.filter(({ text: one }) => one.startsWith(piece)) };
    },
    highlight: text =>
      [...text.matchAll(/^[ \t]*(\w+)|#.*/gm)].map(match => ({
        start: match.index,
        end: match.index + match[0].length,
        style: match[0].startsWith('#') ? 'comment' : 'verb',
      })),
    hint: (text, offset) => (text === 'commit ' && offset === 7 ? 'top=NODE base=NODE' : ''),
    isOpen: text => (text.match(/\{/g)?.length ?? 0) > (text.match(/\}/g)?.length ?? 0),
  };
}

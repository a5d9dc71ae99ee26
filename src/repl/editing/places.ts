import { graphemeAfter, graphemesOf } from '../../terminal/graphemes.ts';
import type { EditState, Snapshot } from './edit-state.ts';

const WORD = /[\p{L}\p{N}\p{M}_]/u;
const WORD_BEHIND = /[^\p{L}\p{N}\p{M}_]*[\p{L}\p{N}\p{M}_]*/uy;

/** Where the line of the offset begins. */
export function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

/** Where the line of the offset ends, before its newline. */
export function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline;
}

/** Where the next word ends: of letters and digits. */
export function wordAfter(text: string, at: number): number {
  WORD_BEHIND.lastIndex = at;
  return at + (WORD_BEHIND.exec(text)?.[0].length ?? 0);
}

/** Where the word at or before the offset begins. */
export function wordBefore(text: string, at: number): number {
  const points = [...text.slice(Math.max(0, at - 10_000), at)];
  while (points.length > 0 && !WORD.test(points.at(-1) ?? '')) points.pop();
  while (points.length > 0 && WORD.test(points.at(-1) ?? '')) points.pop();
  return Math.max(0, at - 10_000) + points.join('').length;
}

/** Where the piece between spaces that ends at the offset begins. */
export function pieceBefore(text: string, at: number): number {
  let start = at;
  while (start > 0 && /\s/.test(text.charAt(start - 1))) start--;
  while (start > 0 && !/\s/.test(text.charAt(start - 1))) start--;
  return start;
}

/** The cursor a line further up or down, at the column that it keeps to; undefined where there is no such line. */
export function lineAway(state: EditState, direction: -1 | 1): { cursor: number; goal: number } | undefined {
  const { text, cursor } = state;
  const start = lineStart(text, cursor);
  const goal = state.goal ?? graphemesOf(text.slice(start, cursor)).length;
  if (direction < 0 ? start === 0 : lineEnd(text, cursor) === text.length) return undefined;
  const target = direction < 0 ? lineStart(text, start - 1) : lineEnd(text, cursor) + 1;
  const line = graphemesOf(text.slice(target, lineEnd(text, target)));
  return { cursor: target + line.slice(0, goal).join('').length, goal };
}

/** The two characters around the cursor exchanged, or at the end of a line the two before it; the cursor is behind them. */
export function transposed({ text, cursor }: Snapshot): Snapshot {
  const start = lineStart(text, cursor);
  const before = graphemesOf(text.slice(start, cursor));
  const end = cursor === lineEnd(text, cursor) ? cursor : graphemeAfter(text, cursor);
  const right = end > cursor ? text.slice(cursor, end) : before.pop();
  const left = before.pop();
  if (left === undefined || right === undefined) return { text, cursor };
  return {
    text: `${text.slice(0, start)}${before.join('')}${right}${left}${text.slice(end)}`,
    cursor: end,
  };
}

import type { Span } from '../text/source.ts';

/** A tree, or findings, with every span moved by `distance`; nothing else in them is an object of two offsets. */
export function moveSpans<T>(tree: T, distance: number): T {
  if (Array.isArray(tree)) return tree.map(item => moveSpans(item, distance)) as T;
  if (typeof tree !== 'object' || tree === null) return tree;
  if (isSpan(tree)) return { start: tree.start + distance, end: tree.end + distance } as T;
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [key, moveSpans(value, distance)]),
  ) as T;
}

function isSpan(value: object): value is Span {
  return 'start' in value && 'end' in value && typeof value.start === 'number';
}

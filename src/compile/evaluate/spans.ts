import type { Argument, Value, VerbStatement } from '../../syntax/ast.ts';
import type { Span } from '../../text/source.ts';

/** Finds the place in a script that gave a command's argument its value. */
export interface SpanOf {
  (path: readonly (string | number)[]): Span;
  /** The statement that wrote the arguments as words, in which fixes can be made; not there for an object. */
  readonly statement?: VerbStatement;
}

/** Ties the places of a command's arguments to the statement that wrote them. */
export function spansIn(
  statement: VerbStatement,
  find: (path: readonly (string | number)[]) => Span,
): SpanOf {
  return Object.assign(find, { statement });
}

/** The `key=value` that wrote what stands at a path of a command's arguments, or a part or the whole of it. */
export function argumentAt(
  list: readonly Argument[],
  path: readonly (string | number)[],
): Argument | undefined {
  const name = String(path[0] ?? '');
  const dotted = path.join('.');
  return (
    list.find(({ key }) => key.text === dotted) ??
    list.find(({ key }) => key.text === name || key.text.startsWith(`${name}.`))
  );
}

/** The part of a written-out object or list that a path leads to, as far as it does; undefined where it leads nowhere. */
export function spanWithin(value: Value, path: readonly (string | number)[]): Span | undefined {
  const [first, ...rest] = path;
  const inner = first === undefined ? undefined : memberOf(value, first);
  return inner && (spanWithin(inner, rest) ?? inner.span);
}

/** The value that a path leads to from a written-out one; undefined where it leads nowhere. */
export function valueWithin(value: Value, path: readonly (string | number)[]): Value | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const inner = memberOf(value, first);
  return inner && valueWithin(inner, rest);
}

function memberOf(value: Value, name: string | number): Value | undefined {
  if (value.kind === 'object') return value.entries.find(({ key }) => key.text === name)?.value;
  return value.kind === 'list' ? value.items[Number(name)] : undefined;
}

/** The path that dots write, `actions.0.type`, with numbers for the items of lists; empty for none. */
export function pathOf(dotted: string): (string | number)[] {
  if (dotted === '') return [];
  return dotted.split('.').map(step => (/^\d+$/.test(step) ? Number(step) : step));
}

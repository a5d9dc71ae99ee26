import type { Argument } from '../../syntax/ast.ts';
import type { Span } from '../../text/source.ts';

/** Finds the place in a script that gave a command's argument its value. */
export type SpanOf = (path: readonly (string | number)[]) => Span;

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

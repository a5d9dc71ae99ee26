import type { Edit } from '../../diagnostics/diagnostic.ts';
import type { Value, VerbStatement } from '../../syntax/ast.ts';
import type { Span } from '../../text/source.ts';

/** The edits by which two arguments of a statement change their values; none where one is no plain word or variable. */
export function swap(statement: VerbStatement, one: Span, other: Span): Edit[] {
  const [first, second] = [valueIn(statement, one), valueIn(statement, other)];
  const [firstText, secondText] = [first && wordOf(first), second && wordOf(second)];
  if (!first || !second || firstText === undefined || secondText === undefined) return [];
  return [
    { span: first.span, text: secondText },
    { span: second.span, text: firstText },
  ];
}

/** The value that a `key=value`, or a word without a key, ends in. */
function valueIn(statement: VerbStatement, { start, end }: Span): Value | undefined {
  const values = [...statement.words, ...statement.arguments.map(({ value }) => value)];
  return values.find(({ span }) => span.start >= start && span.end === end);
}

function wordOf(value: Value): string | undefined {
  if (value.kind === 'bare') return value.text;
  return value.kind === 'reference' && value.path.length === 0 ? `$${value.name.text}` : undefined;
}

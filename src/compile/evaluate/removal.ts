import type { Edit } from '../../diagnostics/diagnostic.ts';
import type { VerbStatement } from '../../syntax/ast.ts';
import type { Span } from '../../text/source.ts';

/** The edit that takes a part of a statement away, with all that stands between it and the part before. */
export function removal(statement: VerbStatement, part: Span): Edit {
  const parts = [
    statement.verb,
    ...statement.words,
    ...statement.arguments,
    ...(statement.block ? [statement.block] : []),
    ...(statement.ending ? [statement.ending] : []),
  ];
  const before = parts.map(({ span }) => span.end).filter(end => end <= part.start);
  return { span: { start: Math.max(...before), end: part.end }, text: '' };
}

import { cover, type Span } from '../../text/source.ts';
import type { Binary, Expression } from '../ast.ts';

const STRENGTH: Readonly<Record<Binary['operator'], number>> = {
  or: 1, and: 2, '==': 4, '!=': 4, '<': 4, '<=': 4, '>': 4, '>=': 4, in: 4, 'not in': 4,
}; // biome-ignore format: one line
const COMPARISON = 4;

/**
 * The tree of a flat row of operands, the `not`s before each and the operators between them: from weakest to
 * strongest `or`, `and`, `not`, comparisons; each groups to the left.
 */
export function resolve(
  operands: readonly Expression[],
  nots: readonly (readonly Span[])[],
  operators: readonly Binary['operator'][],
): Expression {
  let at = 0;
  const climb = (weakest: number, negations: readonly Span[]): Expression => {
    let left = negations.length > 0 ? climb(COMPARISON, []) : (operands[at] as Expression);
    for (const not of negations.toReversed()) {
      left = { kind: 'unary', span: cover(not, left.span), operator: 'not', operand: left };
    }
    for (;;) {
      const operator = operators[at];
      if (operator === undefined || STRENGTH[operator] < weakest) return left;
      at++;
      const right = climb(STRENGTH[operator] + 1, nots[at] ?? []);
      left = { kind: 'binary', span: cover(left.span, right.span), operator, left, right };
    }
  };
  return climb(0, nots[0] ?? []);
}

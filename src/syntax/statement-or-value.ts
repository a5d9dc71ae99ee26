import type { Expression, Statement } from './ast.ts';

const VALUES: ReadonlySet<string> = new Set<Expression['kind']>([
  'bare',
  'text',
  'reference',
  'list',
  'object',
  'query',
  'binary',
  'unary',
  'call',
  'group',
]);

/** Whether `let x =` was given a statement rather than a value. */
export function isStatement(node: Expression | Statement): node is Statement {
  return !VALUES.has(node.kind);
}

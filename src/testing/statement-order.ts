import type { StatementReport } from './report.ts';

/** Statements in the order in which they began, so that a block stands before what is in it. */
export function asBegun(statements: readonly StatementReport[]): StatementReport[] {
  return statements.toSorted((one, other) => one.at - other.at || one.depth - other.depth);
}

import * as verbs from '../../diagnostics/catalogue/verbs.ts';
import type { Datum } from '../../statements/datum.ts';
import type { ProcStatement, UseStatement, VerbStatement } from '../../syntax/ast.ts';
import type { Context } from './context.ts';
import { scriptError } from './failure.ts';
import type { Walk } from './flow.ts';

/** `proc name(a: node) { … }`: from here on `name` is a verb. */
export async function declareProcedure(statement: ProcStatement, context: Context): Promise<Datum> {
  context.procedures.set(statement.name.text, statement);
  return null;
}

/** `use "lib/rotate.qblk"`: the procedures of another file. */
export async function useLibrary(statement: UseStatement, _context: Context): Promise<Datum> {
  throw scriptError(verbs.notSupported(statement.span, '`use`'));
}

/** Carries out a procedure's body with the arguments of a call. */
export async function callProcedure(
  _procedure: ProcStatement,
  statement: VerbStatement,
  _context: Context,
  _walk: Walk,
): Promise<Datum> {
  throw scriptError(verbs.notSupported(statement.span, 'a `proc`'));
}

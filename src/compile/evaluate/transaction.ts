import * as verbs from '../../diagnostics/catalogue/verbs.ts';
import type { Datum } from '../../statements/datum.ts';
import type { VerbStatement } from '../../syntax/ast.ts';
import type { Context } from './context.ts';
import { scriptError } from './failure.ts';
import type { Walk } from './flow.ts';

/** `transaction { … }`: its statements as the actions of one command. */
export async function evaluateTransaction(
  statement: VerbStatement,
  _context: Context,
  _walk: Walk,
): Promise<Datum> {
  throw scriptError(verbs.notSupported(statement.span, '`transaction`'));
}

import * as verbs from '../../diagnostics/catalogue/verbs.ts';
import type { Datum } from '../../statements/datum.ts';
import type { Name, VerbStatement } from '../../syntax/ast.ts';
import type { Context } from './context.ts';
import { scriptError } from './failure.ts';

/** Where a statement goes that names its endpoint with `@`; without one it stays where the statements around it go. */
export function contextAt(target: Name | undefined, context: Context): Context {
  if (!target) return context;
  const world = context.endpoints.get(target.text);
  if (!world) throw scriptError(verbs.notSupported(target.span, 'a second endpoint'));
  return { ...context, world, scope: context.scope.at(target.text) };
}

/** `target dst`: says that the script has an endpoint of that name. */
export async function declareEndpoint(statement: VerbStatement, _context: Context): Promise<Datum> {
  throw scriptError(verbs.notSupported(statement.span, '`target`'));
}

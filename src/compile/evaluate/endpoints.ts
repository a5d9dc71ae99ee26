import * as problems from '../../diagnostics/catalogue/endpoints.ts';
import { Later } from '../../qapi/placeholder.ts';
import { type Datum, isDatumObject } from '../../statements/datum.ts';
import { execute } from '../../statements/step.ts';
import type { Statement, VerbStatement } from '../../syntax/ast.ts';
import { declares, endpointOf, isIncoming } from '../declared-endpoints.ts';
import type { Context } from './context.ts';
import { refusedHere, scriptError } from './failure.ts';

/** Where a statement goes that names its endpoint; without a name it stays where the statements around it go. */
export function contextFor(statement: Statement, context: Context): Context {
  const name = endpointOf(statement);
  if (!name) return context;
  const world = context.endpoints.get(name.text);
  return world ? { ...context, world, scope: context.scope.at(name.text) } : context;
}

/** Ends a statement that names an endpoint which nobody has declared. */
export function refuseUnknownEndpoint(statement: Statement, { endpoints }: Context): void {
  const name = endpointOf(statement);
  if (name && !endpoints.has(name.text))
    throw scriptError(problems.unknownTarget(name.span, name.text, [...endpoints.keys()]));
}

/** `target dst`: says that the script has an endpoint of that name. With `incoming=on` its QEMU has to wait for a guest. */
export async function declareEndpoint(statement: VerbStatement, context: Context): Promise<Datum> {
  if (!isIncoming(statement)) return null;
  const reply = await context.world.perform(execute('query-status'));
  const status = isDatumObject(reply) ? reply['status'] : undefined;
  if (reply instanceof Later || status === undefined || status instanceof Later || status === 'inmigrate')
    return null;
  const name = declares(statement)?.text ?? '';
  throw refusedHere(problems.notIncoming(statement.span, name, String(status)));
}

import * as problems from '../../diagnostics/catalogue/procedures.ts';
import type { Datum } from '../../statements/datum.ts';
import type { Parameter, Script, Value, VerbStatement } from '../../syntax/ast.ts';
import { type Procedure, proceduresOf } from '../procedures.ts';
import { evaluateAs } from './arguments.ts';
import { failureFromCall, findingsFromCall } from './calls.ts';
import type { Context } from './context.ts';
import { scriptError } from './failure.ts';
import type { Walk } from './flow.ts';
import { limitOf } from './limits.ts';
import { wholeKindOfType, writtenFor } from './parameters.ts';

/** Makes the procedures of a script, and of the files that it uses, known in all of it. */
export function knowProcedures(script: Script, context: Context): void {
  for (const procedure of proceduresOf(script))
    context.procedures.set(procedure.statement.name.text, procedure);
}

/** As deep as blocks nest. */
const DEEPEST = 64;

/** Doubling calls grow without end long before they are too deep. */
const MOST = 10_000;

/** Carries out a procedure's body with the arguments of a call. Its arguments see the names around the call, its body does not. */
export async function callProcedure(
  { statement: procedure, isUsed }: Procedure,
  statement: VerbStatement,
  context: Context,
  walk: Walk,
): Promise<Datum> {
  const { span } = statement.verb;
  const { open, made } = context.calls;
  if (open.includes(procedure)) {
    const names = open.slice(open.indexOf(procedure)).map(({ name }) => name.text);
    throw scriptError(problems.recursiveProcedure(span, [...names, procedure.name.text]));
  }
  const isDeep = open.length === DEEPEST;
  if (isDeep || ++made.count > MOST) {
    // One finding is enough: every call on the way back would meet the same.
    if (made.isTooMany && context.world.planning) return null;
    made.isTooMany = true;
    throw scriptError(isDeep ? problems.tooDeep(span, DEEPEST) : problems.tooManyCalls(span, MOST));
  }
  const limit = await limitOf(statement.within, context);
  const scope = context.scope.ofCall(isUsed);
  const findings = findingsFromCall(context.findings, statement.span);
  const calls = { open: [...open, procedure], made, limit };
  const inside: Context = { ...context, scope, findings, calls };
  for (const [index, parameter] of procedure.parameters.entries()) {
    const value = argumentOf(parameter, index, statement);
    const datum = value
      ? await argumentValue(parameter, writtenFor(parameter, value), context)
      : parameter.default
        ? await argumentValue(parameter, parameter.default, inside)
        : null;
    scope.bind(parameter.name.text, datum);
  }
  try {
    await walk.block(procedure.body, inside);
  } catch (failure) {
    throw failureFromCall(failure, statement.span);
  }
  return null;
}

/** The first word of a call is the value of the first parameter. */
function argumentOf(parameter: Parameter, index: number, statement: VerbStatement): Value | undefined {
  const named = statement.arguments.find(({ key }) => key.text === parameter.name.text);
  return named?.value ?? (index === 0 ? statement.words[0] : undefined);
}

async function argumentValue(parameter: Parameter, value: Value, context: Context): Promise<Datum> {
  const kind = wholeKindOfType(parameter);
  return kind ? evaluateAs(kind, parameter.name.text, value, context) : null;
}

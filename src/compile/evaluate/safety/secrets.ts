import { secretInScript } from '../../../diagnostics/catalogue/safety.ts';
import type { PlannedObject } from '../../../statements/datum.ts';
import type { RawStatement, Value, VerbStatement } from '../../../syntax/ast.ts';
import { secretPlaces } from '../../../text/secrets.ts';
import type { Context } from '../context.ts';
import { argumentAt, valueWithin } from '../spans.ts';

/** Warns of the secrets among a command's arguments that the script has written out. Planning says it once; a run would say it again. */
export function warnOfSecrets(
  members: PlannedObject,
  statement: VerbStatement | RawStatement,
  context: Context,
): void {
  if (!context.world.planning) return;
  for (const path of secretPlaces(members)) {
    const value = valueAt(statement, path);
    if (value && isWritten(value)) context.findings.push(secretInScript(value.span, String(path.at(-1))));
  }
}

function valueAt(
  statement: VerbStatement | RawStatement,
  path: readonly (string | number)[],
): Value | undefined {
  if (statement.kind === 'raw') return valueWithin(statement.message, ['arguments', ...path]);
  const argument = argumentAt(statement.arguments, path);
  if (!argument) return undefined;
  return valueWithin(argument.value, path.slice(argument.key.text.split('.').length));
}

function isWritten(value: Value): boolean {
  return (
    value.kind === 'bare' || (value.kind === 'text' && value.parts.every(part => typeof part === 'string'))
  );
}

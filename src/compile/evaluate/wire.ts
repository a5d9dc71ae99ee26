import { explainProblem } from '../../diagnostics/catalogue/qapi.ts';
import { type Finding, withFix } from '../../diagnostics/diagnostic.ts';
import { Later, Word } from '../../qapi/placeholder.ts';
import { type Datum, type DatumObject, isDatumObject, NodeDatum } from '../../statements/datum.ts';
import type { ExecuteStep } from '../../statements/step.ts';
import type { Context } from './context.ts';
import { scriptError } from './failure.ts';
import { schemaFix } from './schema-fix.ts';
import type { SpanOf } from './spans.ts';

/** A datum with nodes as their node-names, at any depth; words still wait for their type. */
export function toWire(datum: Datum): Datum {
  if (datum instanceof NodeDatum) return datum.nodeName;
  if (datum instanceof Later || datum instanceof Word || typeof datum !== 'object' || datum === null)
    return datum;
  if (Array.isArray(datum)) return datum.map(toWire);
  if (!isDatumObject(datum)) return datum;
  return Object.fromEntries(Object.entries(datum as DatumObject).map(([key, value]) => [key, toWire(value)]));
}

/**
 * Holds a command against the schema of the QEMU at hand. Errors are thrown at the argument that `spanOf` finds for
 * their path; warnings are gathered.
 */
export async function validateStep(step: ExecuteStep, spanOf: SpanOf, context: Context): Promise<void> {
  // The validator brings zod along, which only scripts that send something should load.
  const { validateCommand } = await import('../../qapi/validator.ts');
  const schema = context.world.schema;
  for (const problem of validateCommand(schema, step.command, step.arguments)) {
    const availability = context.whereAccepted?.(problem, step.command, step.arguments);
    const said: Finding = explainProblem(problem, {
      command: step.command,
      span: spanOf(problem.path),
      label: schema.label,
      availability,
    });
    // What another version has is no misspelling.
    const isElsewhere = (availability?.has.length ?? 0) > 0;
    const { statement } = spanOf;
    const finding = withFix(said, statement && !isElsewhere ? schemaFix(problem, statement, schema) : []);
    if (finding.severity === 'error') throw scriptError(finding);
    // Planning says it once; a run would say it again.
    if (context.world.planning) context.findings.push(finding);
  }
}

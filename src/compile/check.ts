import { type Finding, hasErrors } from '../diagnostics/diagnostic.ts';
import type { Script, Statement } from '../syntax/ast.ts';
import type { Parsed } from '../syntax/parse.ts';
import { type BindOptions, bind } from './bind/bind.ts';
import { firstCall } from './bind/calls-in.ts';
import type { FailureKind } from './evaluate/failure.ts';
import { noteOnLibvirt } from './libvirt-note.ts';
import { notesOnGraph } from './partly-known.ts';
import { notesOnNewFiles } from './plan/new-files.ts';
import { makePlan, type Plan, type PlanOptions } from './plan/plan.ts';

export interface CheckOptions extends PlanOptions, Pick<BindOptions, 'whereAvailable'> {
  /** Whether every parameter has to have a value, as for a run. */
  readonly complete?: boolean;
}

/**
 * Holds a parsed script against a QEMU, or against a schema alone, and sends nothing: words, values, the schema, and the
 * graph statement by statement. The plan goes up to the first mistake, and its findings are all there are.
 */
export async function check({ script, findings }: Parsed, options: CheckOptions): Promise<Plan> {
  const given = new Set([...(options.parameters?.keys() ?? []), ...(options.sandboxDevices?.keys() ?? [])]);
  const bound = bind(script, {
    schema: options.schema,
    ...(options.complete ? { given } : {}),
    ...(options.carried ? { carried: options.carried } : {}),
    ...(options.endpoints ? { endpoints: options.endpoints } : {}),
    ...(options.host ? { host: options.host } : {}),
    ...(options.whereAvailable ? { whereAvailable: options.whereAvailable } : {}),
  });
  const early = [...findings, ...bound];
  const plan = await makePlan(beforeFirstError(script, early), options);
  const notes = [...(options.endpoints ?? [])].flatMap(([name, { graph }]) =>
    notesOnGraph(plan.entries, graph, name),
  );
  const libvirt = [[undefined, options] as const, ...(options.endpoints ?? [])].flatMap(([name, { graph }]) =>
    noteOnLibvirt(plan.entries, graph, options.host, name),
  );
  const own = [
    ...notesOnGraph(plan.entries, options.graph),
    ...notes,
    ...notesOnNewFiles(plan.entries, options.host),
  ];
  const found = [...early, ...plan.findings, ...own];
  return { ...plan, findings: hasErrors(found) ? found : [...found, ...plan.jobsLeft, ...libvirt] };
}

/** What a script with errors in it has failed at: a chain that is not there is an expectation, anything else its own mistake. */
export function failureIn(findings: readonly Finding[]): FailureKind | undefined {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return undefined;
  return errors.every(({ code }) => code === 'chain-differs') ? 'expectation' : 'script';
}

/** What stands before the first mistake can be planned; what follows may only be wrong because of it. */
function beforeFirstError(script: Script, findings: readonly Finding[]): Script {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return script;
  const first = errors
    .map(({ primary }) => placeOfError(script, primary?.span.start ?? 0))
    .reduce((one, other) => Math.min(one, other));
  const isBefore = ({ kind, span }: Statement) => span.end <= first || kind === 'proc' || kind === 'use';
  return { ...script, statements: script.statements.filter(isBefore) };
}

/** What is wrong in a procedure, of the script or of a file that it uses, is met where the first one is called. */
function placeOfError(script: Script, start: number): number {
  const { kind } = script.statements.find(({ span }) => span.start <= start && start < span.end) ?? {};
  const isInside = kind === 'proc' || start > script.span.end;
  return isInside ? (firstCall(script) ?? Number.POSITIVE_INFINITY) : start;
}

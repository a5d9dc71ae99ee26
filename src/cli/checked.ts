import { check, failureIn } from '../compile/check.ts';
import type { Carried } from '../compile/evaluate/context.ts';
import type { Plan } from '../compile/plan/plan.ts';
import { checkOn } from '../target/check-on.ts';
import type { LoadedScript } from '../target/load-script.ts';
import { qemusOf, type Target } from '../target/target.ts';
import { codeOfFailure, type ExitCode, exitCode } from './exit-code.ts';
import type { Options } from './options.ts';
import type { Output } from './output.ts';
import { refuseUnknownParameters } from './script.ts';

export interface Checked {
  readonly plan: Plan;
  readonly code: ExitCode;
}

/**
 * Holds a script against a target before anything is sent: words, values, the schema, and the chain step by step. Findings
 * are shown, a durable run that is on the QEMU among them; `code` is `done` where none is an error. `complete` asks for a value for every parameter; `now` is what `$now` stands for.
 */
export async function checkScript(
  loaded: LoadedScript,
  target: Target,
  options: Options,
  output: Output,
  complete: boolean,
  now = new Date(),
): Promise<Checked> {
  const made = await planFor(loaded, target, options, complete, now);
  const failure = failureIn(made.findings);
  const holders =
    qemusOf(target).size > 0
      ? await (await import('./holders.ts')).wordsOnHolders(target, loaded.source, failure === undefined)
      : [];
  const plan = { ...made, findings: [...holders, ...made.findings] };
  output.findings(plan.findings, loaded.source);
  return { plan, code: failure ? codeOfFailure[failure] : exitCode.done };
}

/** As checkScript, with nothing shown. `carried` is what the script goes on from. */
export async function planFor(
  loaded: LoadedScript,
  target: Target,
  options: Options,
  complete: boolean,
  now: Date,
  carried?: Carried,
): Promise<Plan> {
  refuseUnknownParameters(loaded, options);
  return check(loaded, {
    ...checkOn(target, options),
    parameters: options.parameters,
    now,
    complete,
    ...(carried ? { carried } : {}),
  });
}

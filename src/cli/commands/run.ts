import { failureIn } from '../../compile/check.ts';
import type { SavedPlan } from '../../compile/plan/saved-plan.ts';
import { type Finding, hasErrors } from '../../diagnostics/diagnostic.ts';
import { ConnectionLostError } from '../../qmp/errors.ts';
import type { JsonObject } from '../../qmp/json.ts';
import type { LastingTarget } from '../../recovery/lasting-target.ts';
import { askingAgain } from '../../recovery/reconnecting-session.ts';
import { preflight } from '../../runner/preflight.ts';
import { runScript } from '../../runner/run.ts';
import { howToName } from '../../target/endpoints.ts';
import { type LoadedScript, loadSource, readSource } from '../../target/load-script.ts';
import { runOn } from '../../target/run-on.ts';
import { isLive, openTarget, qemusOf, type Target } from '../../target/target.ts';
import { UsageError } from '../../target/usage-error.ts';
import { attendRun } from '../attended/attended-run.ts';
import { codeOfEnd } from '../attended/code-of-end.ts';
import { planFor } from '../checked.ts';
import { requireConsistent } from '../durable-options.ts';
import { codeOfFailure, type ExitCode, exitCode } from '../exit-code.ts';
import { RECORD_VERSION } from '../json-reporter.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';
import { reconnecting } from '../reconnect.ts';
import { loadScript } from '../script.ts';

/**
 * `qblk run`: checks the whole script against the QEMU, then runs it. With `--plan` the script and its parameters are those of
 * a saved plan, and nothing is sent unless the plan still holds.
 */
export async function run(options: Options, output: Output): Promise<ExitCode> {
  requireConsistent(options);
  if (options.savedPlan !== undefined) return runSaved(options, options.savedPlan, output);
  return runLoaded(loadScript(options), options, output);
}

async function runSaved(options: Options, file: string, output: Output): Promise<ExitCode> {
  const { words, code, parameters } = options;
  if (words.length > 0 || code !== undefined || parameters.size > 0) {
    throw new UsageError('with --plan the script and its parameters are those of the plan', [
      `qblk run --plan ${file} --qmp URI`,
    ]);
  }
  const { readSavedPlan } = await import('../../compile/plan/saved-plan.ts');
  const saved = readSavedPlan(readSource(file));
  if ('unusable' in saved) {
    output.findings([saved.unusable], undefined);
    return exitCode.usage;
  }
  return runLoaded(loadSource(saved.source), { ...options, parameters: saved.parameters }, output, saved);
}

async function runLoaded(
  loaded: LoadedScript,
  options: Options,
  output: Output,
  saved?: SavedPlan,
): Promise<ExitCode> {
  if (hasErrors(loaded.findings)) {
    output.findings(loaded.findings, loaded.source);
    return exitCode.script;
  }
  const target = await openTarget(options, loaded.script, output);
  try {
    if (!isLive(target)) throw noQemu(target);
    const now = saved?.now ?? options.tracer?.started ?? new Date();
    return await checkAndRun(loaded, target, options, output, now, saved);
  } finally {
    await target.close();
  }
}

function noQemu({ endpoints }: Target): UsageError {
  const names = [...(endpoints?.keys() ?? [])];
  return names.length > 0
    ? new UsageError(`there is no QEMU for ${names.map(name => `@${name}`).join(' and ')}`, [
        `name the QMP socket of each: ${howToName(names)}`,
        'or try it on scratch ones: --sandbox',
      ])
    : new UsageError('there is no QEMU to run this on', [
        'name the QMP socket of one that runs: --qmp unix:PATH, or QBLK_QMP=PATH',
        'or try it on a scratch one: --sandbox',
      ]);
}

/**
 * Holds a script against a target and, where nothing is wrong, runs it; of a saved plan only what was shown. `now` is what
 * `$now` stands for.
 */
export async function checkAndRun(
  loaded: LoadedScript,
  given: Target,
  options: Options,
  output: Output,
  now: Date,
  saved?: SavedPlan,
): Promise<ExitCode> {
  const lasting = await reconnecting(given, options, output);
  try {
    return await checkAndRunOn(lasting, loaded, options, output, now, saved);
  } finally {
    await lasting.target.close();
  }
}

async function checkAndRunOn(
  lasting: LastingTarget,
  loaded: LoadedScript,
  options: Options,
  output: Output,
  now: Date,
  saved: SavedPlan | undefined,
): Promise<ExitCode> {
  const { target } = lasting;
  if (output.json)
    output.record({
      record: 'start',
      version: RECORD_VERSION,
      file: loaded.source.name,
      qemu: target.schema.label,
      ...(target.endpoints ? { targets: labelsOf(target.endpoints) } : {}),
    });
  const agreement = saved && (await import('../../compile/plan/agreement.ts'));
  const qemus = qemusOf(target);
  for (const [name, { schema, live }] of saved ? qemus : []) {
    const old = saved && agreement?.outdated(saved, live.graph, schema, name);
    if (!old) continue;
    output.findings([old], undefined);
    return exitCode.expectation;
  }
  const isDurable = options.flags.has('durable');
  const durable = isDurable ? (await import('../durable.ts')).prepare(target, options, now) : undefined;
  await durable?.requireFree();
  const plan = await planFor(loaded, target, options, true, now, durable?.carried);
  const failure = failureIn(plan.findings);
  const mayBeHeld = failure && options.replay === undefined;
  const holders = mayBeHeld
    ? await (await import('../holders.ts')).wordsOnHolders(target, loaded.source, false)
    : [];
  output.findings([...holders, ...plan.findings], loaded.source);
  if (failure) return codeOfFailure[failure];
  const other = saved && agreement?.disagreement(saved, plan, loaded.source);
  if (other) {
    output.findings([other], undefined);
    return exitCode.script;
  }
  const inTheWay: Finding[] = [];
  for (const [name, { live }] of qemus)
    inTheWay.push(...(await askingAgain(() => preflight(plan, live.session, name))));
  if (inTheWay.length > 0) {
    output.findings(inTheWay, loaded.source);
    return exitCode.script;
  }
  const attended = attendRun({
    target,
    source: loaded.source,
    options,
    output,
    goesOnLater: isDurable,
  });
  const { reporter, signal, witness } = attended;
  for (const session of lasting.sessions.values()) session.use({ signal });
  let ended: ExitCode = exitCode.done;
  try {
    if (durable) await durable.run(loaded, { reporter, signal, output, lasting });
    else
      await runScript(loaded.script, {
        ...runOn(target),
        wrap: lasting.wrap,
        reporter,
        schema: target.schema,
        parameters: options.parameters,
        sandboxDevices: target.devices,
        now,
        ...(saved ? { shown: plan } : {}),
        signal,
        interrupted: { settle: attended.settle },
      });
  } catch (error) {
    // Where a run leaves its trace, whoever replays it says so.
    if (options.replay !== undefined && error instanceof ConnectionLostError) throw error;
    ended = await codeOfEnd(error, loaded.source, output, { target, witness });
    if (ended === exitCode.interrupted) await attended.tellWhatIsLeft();
  } finally {
    attended.stop();
  }
  return ended;
}

function labelsOf(endpoints: NonNullable<Target['endpoints']>): JsonObject {
  return Object.fromEntries([...endpoints].map(([name, { schema }]) => [name, schema.label]));
}

import { type FailureKind, Interruption, StatementFailure } from '../../compile/evaluate/failure.ts';
import type { SavedPlan } from '../../compile/plan/saved-plan.ts';
import { hasErrors } from '../../diagnostics/diagnostic.ts';
import { preflight } from '../../runner/preflight.ts';
import { runScript } from '../../runner/run.ts';
import { openTarget, type Target } from '../../target/target.ts';
import { UsageError } from '../../target/usage-error.ts';
import { checkScript } from '../checked.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { interruptSignal, listJobs } from '../interrupt.ts';
import { jsonReporter, RECORD_VERSION } from '../json-reporter.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';
import { type LoadedScript, loadScript, parseSource, readSource } from '../script.ts';
import { textReporter } from '../text-reporter.ts';

/**
 * `qblk run`: checks the whole script against the QEMU, then runs it. With `--plan` the script and its parameters are those of
 * a saved plan, and nothing is sent unless the plan still holds.
 */
export async function run(options: Options, output: Output): Promise<ExitCode> {
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
  return runLoaded(parseSource(saved.source), { ...options, parameters: saved.parameters }, output, saved);
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
    if (!target.live) {
      throw new UsageError('there is no QEMU to run this on', [
        'name the QMP socket of one that runs: --qmp unix:PATH, or QBLK_QMP=PATH',
        'or try it on a scratch one: --sandbox',
      ]);
    }
    return await checkAndRun(loaded, target, target.live, options, output, saved);
  } finally {
    await target.close();
  }
}

async function checkAndRun(
  loaded: LoadedScript,
  target: Target,
  live: NonNullable<Target['live']>,
  options: Options,
  output: Output,
  saved: SavedPlan | undefined,
): Promise<ExitCode> {
  if (output.json)
    output.record({
      record: 'start',
      version: RECORD_VERSION,
      file: loaded.source.name,
      qemu: target.schema.label,
    });
  const now = saved?.now ?? new Date();
  const agreement = saved && (await import('../../compile/plan/agreement.ts'));
  const old = saved && agreement?.outdated(saved, live.graph, target.schema);
  if (old) {
    output.findings([old], undefined);
    return exitCode.expectation;
  }
  const { code, plan } = await checkScript(loaded, target, options, output, true, now);
  if (code !== exitCode.done) return code;
  const other = saved && agreement?.disagreement(saved, plan, loaded.source);
  if (other) {
    output.findings([other], undefined);
    return exitCode.script;
  }
  const inTheWay = await preflight(plan, live.session);
  if (inTheWay.length > 0) {
    output.findings(inTheWay, loaded.source);
    return exitCode.refused;
  }
  const reporter = output.json
    ? jsonReporter(loaded.source, output)
    : textReporter(loaded.source, output, live.graph);
  const interrupt = interruptSignal();
  let ended: ExitCode = exitCode.done;
  try {
    await runScript(loaded.script, {
      session: live.session,
      reporter,
      schema: target.schema,
      graph: live.graph,
      parameters: options.parameters,
      sandboxDevices: target.devices,
      now,
      ...(saved ? { shown: plan } : {}),
      signal: interrupt.signal,
    });
  } catch (error) {
    if (error instanceof Interruption) {
      await listJobs(live, output);
      ended = exitCode.interrupted;
    } else if (error instanceof StatementFailure) {
      output.findings([error.finding], loaded.source);
      ended = CODES[error.kind];
    } else {
      throw error;
    }
  } finally {
    interrupt.stop();
  }
  if (output.json) output.record({ record: 'end', code: ended });
  return ended;
}

const CODES: Readonly<Record<FailureKind, ExitCode>> = {
  script: exitCode.script,
  refused: exitCode.refused,
  job: exitCode.refused,
  expectation: exitCode.expectation,
  timeout: exitCode.timeout,
};

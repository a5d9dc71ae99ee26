import { check, failureIn } from '../compile/check.ts';
import { Interruption, StatementFailure } from '../compile/evaluate/failure.ts';
import type { Plan } from '../compile/plan/plan.ts';
import { type Finding, hasErrors } from '../diagnostics/diagnostic.ts';
import { framesOf } from '../diagnostics/render.ts';
import { colored } from '../printing/paint.ts';
import { planText } from '../printing/plan-text.ts';
import { preflight } from '../runner/preflight.ts';
import { runScript } from '../runner/run.ts';
import type { Statement } from '../syntax/ast.ts';
import { checkOn } from '../target/check-on.ts';
import { type LoadedScript, loadSource } from '../target/load-script.ts';
import { runOn } from '../target/run-on.ts';
import { qemusOf, type Target } from '../target/target.ts';
import type { Source } from '../text/source.ts';
import { agrees } from './agreement.ts';
import { NotConnectedError } from './commands/define.ts';
import { endingsOf, lossesOf, reachesOf } from './confirm.ts';
import { entryReport } from './entry-reporter.ts';
import { offerToInterrupt } from './interrupting.ts';
import { showProgress } from './progress.ts';
import type { Repl } from './repl.ts';
import type { EntryOutcome } from './session-log.ts';

/** What came of an entry, for the log. */
interface Ran {
  readonly outcome: EntryOutcome;
  readonly looks?: boolean;
  readonly output?: readonly string[];
  readonly failure?: string;
}

/**
 * Checks an entry's statements against the QEMU as it is now, asks where they would destroy something, and runs them. What is
 * wrong with them is told; throws only what the connection has, a QmpError or a NotConnectedError.
 */
export async function runStatements(source: Source, repl: Repl, signal?: AbortSignal): Promise<EntryOutcome> {
  const { connection, log } = repl;
  const ran = await connection.during(() => checkAndRun(source, repl, signal));
  if (ran.outcome !== 'not-sent') {
    const { outcome, looks = false, output = [], failure } = ran;
    log.entries.push({ text: source.text.trim(), outcome, looks, output, failure });
  }
  return ran.outcome;
}

async function checkAndRun(source: Source, repl: Repl, signal: AbortSignal | undefined): Promise<Ran> {
  const loaded = loadSource(source);
  if (hasErrors(loaded.findings)) return wrong('script', loaded.findings, loaded.source, repl);
  if (loaded.script.statements.length === 0) return { outcome: 'not-sent' };
  const { target, plan } = await planEntry(loaded, repl);
  const failure = failureIn(plan.findings);
  if (failure) return wrong(failure, plan.findings, loaded.source, repl);
  repl.tell(plan.findings, loaded.source);
  if (repl.settings.plan === 'on') {
    repl.prompt.print(planText(plan, loaded.source, repl.color ? colored : undefined), 'result');
    return { outcome: 'not-sent' };
  }
  if (!(await isAgreedTo(plan, repl))) return { outcome: 'not-sent' };
  const inTheWay: Finding[] = [];
  for (const [name, { live }] of qemusOf(target))
    inTheWay.push(...(await preflight(plan, live.session, name)));
  if (inTheWay.length > 0) return wrong('refused', inTheWay, loaded.source, repl);
  return run(loaded, target, repl, signal);
}

/**
 * Checks an entry, and answers with the target that it was checked against; nothing is sent that changes anything. Rejects with a
 * NotConnectedError where there is no QEMU.
 */
export async function planEntry(
  loaded: LoadedScript,
  { connection }: Repl,
): Promise<{ readonly target: Target; readonly plan: Plan }> {
  if (!connection.isOpen) throw new NotConnectedError();
  const now = new Date();
  const target = await connection.forEntry(now);
  const { carried } = connection;
  const plan = await check(loaded, { ...checkOn(target), carried, now, complete: true });
  // A job that goes on is what a prompt is for.
  const findings = plan.findings.filter(finding => !plan.jobsLeft.includes(finding));
  return { target, plan: { ...plan, findings } };
}

function wrong(outcome: EntryOutcome, findings: readonly Finding[], source: Source, repl: Repl): Ran {
  repl.tell(findings, source);
  const errors = findings.filter(({ severity }) => severity === 'error');
  return { outcome, failure: framesOf(errors, source) };
}

function isLook(statement: Statement): boolean {
  return statement.kind === 'verb' && /^(?:show|print|query-.*)$/.test(statement.verb.text);
}

async function isAgreedTo(plan: Plan, { prompt, settings, connection }: Repl): Promise<boolean> {
  if (!prompt.isInteractive) return true;
  const { confirm } = settings;
  const isScratch = confirm === 'auto' && connection.isSandbox;
  // `quit` is what people type to leave a prompt, even one on a scratch disk.
  const losses = confirm === 'off' ? [] : [...(isScratch ? [] : lossesOf(plan)), ...endingsOf(plan)];
  if (!connection.isSandbox) losses.push(...reachesOf(plan, connection.allowedRaw));
  if (losses.length === 0) return true;
  const isAgreed = await agrees(prompt, `this ${losses.join('; ')}. Go on?`);
  if (!isAgreed) prompt.print('nothing was sent');
  return isAgreed;
}

async function run(
  { script, source }: LoadedScript,
  target: Target,
  repl: Repl,
  signal: AbortSignal | undefined,
): Promise<Ran> {
  const { prompt, connection, settings, color } = repl;
  // Those that were there before; one that the entry waits for is its own from then on.
  const others = new Set([...connection.graphs.values()].flatMap(graph => [...graph.jobs.keys()]));
  const report = entryReport({
    others,
    prompt,
    source,
    start: connection.graphs,
    timing: settings.timing === 'on',
    names: script.statements.length > 1,
    color,
  });
  const interrupting = offerToInterrupt(repl, others, signal);
  const stopProgress = showProgress(prompt, connection, others, repl.width);
  try {
    await runScript(script, {
      ...runOn(target),
      schema: target.schema,
      reporter: report,
      sandboxDevices: target.devices,
      now: new Date(),
      carried: connection.carried,
      signal: interrupting.signal,
    });
    return { outcome: 'done', looks: script.statements.every(isLook), output: report.results };
  } catch (error) {
    if (error instanceof Interruption) {
      interrupting.stop();
      await interrupting.settle();
      return { outcome: 'interrupted', output: report.results };
    }
    if (!(error instanceof StatementFailure)) throw error;
    repl.tell([error.finding], source);
    return { outcome: error.kind, output: report.results, failure: framesOf([error.finding], source) };
  } finally {
    stopProgress();
    interrupting.stop();
  }
}

import { type Carried, nothingCarried } from '../compile/evaluate/context.ts';
import { StatementFailure } from '../compile/evaluate/failure.ts';
import type { Plan } from '../compile/plan/plan.ts';
import { neverEnded } from '../diagnostics/catalogue/documents.ts';
import { type Finding, hasErrors } from '../diagnostics/diagnostic.ts';
import { framesOf } from '../diagnostics/render.ts';
import { preflight } from '../runner/preflight.ts';
import { runScript } from '../runner/run.ts';
import { graphsOf, lookAgain } from '../target/look-again.ts';
import { runOn } from '../target/run-on.ts';
import { qemusOf, type Target } from '../target/target.ts';
import type { Span } from '../text/source.ts';
import type { CaseOutcome } from './case-outcome.ts';
import { chainLines, checkCase, NOW } from './check-case.ts';
import { passedAnyway } from './check-offline.ts';
import { type Gathered, gather } from './gather.ts';
import { sampleJobs } from './job-samples.ts';
import type { LoadedCase } from './load-document.ts';
import { isToFail } from './read-document.ts';

/** Where the scripts of one row run, one behind the other. */
export interface Sandboxed {
  readonly target: Target;
  readonly carried: Carried;
}

export interface RunCaseOptions {
  /** Whether another script goes on where this one ends. */
  readonly goesOn: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  /** Stops everything. */
  readonly signal: AbortSignal;
  /** Whether the progress of jobs is to be noted. */
  readonly wantsJobs: boolean;
}

/** What a row of scripts begins with in a fresh sandbox. */
export function freshStart(target: Target): Sandboxed {
  const jobs = [...graphsOf(target).values()].flatMap(graph => [...graph.jobs.keys()]);
  return { target, carried: nothingCarried(NOW, jobs) };
}

/** How long a script that was given up may take over its deferred statements. */
const GRACE = 2000;

/** Checks and runs a case's script, and holds what comes of it against what the document states. */
export async function runCase(
  one: LoadedCase,
  sandboxed: Sandboxed,
  options: RunCaseOptions,
  outcome: CaseOutcome,
): Promise<void> {
  const since = performance.now();
  const { carried } = sandboxed;
  const target = one.flags.has('continue') ? await lookAgain(sandboxed.target) : sandboxed.target;
  const gathered = gather(one.document, since, graphsOf(target));
  const sessions = [...qemusOf(target).values()].map(({ live }) => live.session);
  const samplers = options.wantsJobs ? sessions.map(session => sampleJobs(session, since)) : [];
  const watch = new Watch(options.timeout, options.signal, () => {
    for (const { live } of qemusOf(target).values()) live.session.destroy();
  });
  try {
    const plan = await checkCase(one, target, { complete: true, carried, goesOn: options.goesOn });
    const failure =
      (await inTheWay(plan, target)) ?? (await run(one, { target, carried }, gathered, watch, plan, outcome));
    for (const finding of gathered.findings) {
      // In a sandbox nobody else works, so the model is wrong there.
      if (finding.code === 'graph-differs') outcome.failure([finding]);
      else outcome.notes.push(framesOf([finding], one.document));
    }
    if (failure && !isToFail(one)) {
      outcome.failure(failure);
      return;
    }
    if (failure) outcome.state('failure', framesOf(failure, one.scripts));
    else if (isToFail(one)) passedAnyway(one, outcome);
    outcome.state('output', gathered.output.join('\n'));
    if (one.expected.has('graph'))
      outcome.state('graph', chainLines(graphsOf(await lookAgain(target))).join('\n'));
  } catch (error) {
    if (watch.isOver) throw new CaseStopped(timedOut(one, gathered, options.timeout), error);
    throw new CaseStopped(gathered.pending()?.span ?? one.opening, error);
  } finally {
    watch.stop();
    for (const sampler of samplers) sampler.stop();
    outcome.statements = gathered.statements;
    outcome.jobs = samplers.flatMap(sampler => sampler.jobs());
  }
}

/** What keeps a script from being run at all. */
async function inTheWay(plan: Plan, target: Target): Promise<readonly Finding[] | undefined> {
  if (hasErrors(plan.findings)) return plan.findings;
  const found: Finding[] = [];
  for (const [name, { live }] of qemusOf(target)) found.push(...(await preflight(plan, live.session, name)));
  return found.length > 0 ? found : undefined;
}

/** Answers with what a script failed with, if it did. */
async function run(
  one: LoadedCase,
  { target, carried }: Sandboxed,
  gathered: Gathered,
  watch: Watch,
  plan: Plan,
  outcome: CaseOutcome,
): Promise<readonly Finding[] | undefined> {
  if (plan.findings.length > 0 && !one.expected.has('diagnostics'))
    outcome.notes.push(framesOf(plan.findings, one.document));
  try {
    await runScript(one.parsed.script, {
      ...runOn(target),
      schema: target.schema,
      reporter: gathered.reporter,
      parameters: one.parameters,
      sandboxDevices: target.devices,
      now: NOW,
      carried,
      signal: watch.signal,
      interrupted: { patience: GRACE },
    });
    return undefined;
  } catch (error) {
    if (watch.signal.aborted || !(error instanceof StatementFailure)) throw error;
    return [error.finding];
  }
}

function timedOut(one: LoadedCase, gathered: Gathered, timeout: number): Finding {
  return neverEnded(gathered.pending()?.span ?? one.opening, timeout / 1000);
}

/** Ends a case, and all that would go on from it: its time was over, it was interrupted, or its QEMU is gone. */
export class CaseStopped extends Error {
  /** What to tell, or the place where the script was. */
  readonly what: Finding | Span;
  override readonly cause: unknown;

  constructor(what: Finding | Span, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.what = what;
    this.cause = cause;
  }
}

/** Gives a script up when its time is over, and lets go of its QEMU where that does not end it either. */
class Watch {
  readonly signal: AbortSignal;
  isOver = false;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal;
  readonly #giveUp: () => void;
  #last: NodeJS.Timeout | undefined;

  constructor(timeout: number, outer: AbortSignal, letGo: () => void) {
    this.signal = this.#controller.signal;
    this.#outer = outer;
    this.#giveUp = () => {
      this.#controller.abort();
      this.#last ??= setTimeout(letGo, GRACE);
    };
    this.#timer = setTimeout(() => {
      this.isOver = true;
      this.#giveUp();
    }, timeout);
    if (outer.aborted) this.#giveUp();
    else outer.addEventListener('abort', this.#giveUp, { once: true });
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#last);
    this.#outer.removeEventListener('abort', this.#giveUp);
  }
}

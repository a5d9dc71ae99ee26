import { framesOf } from '../diagnostics/render.ts';
import { openTarget, qemusOf, type Target } from '../target/target.ts';
import { harmless } from '../text/harmless.ts';
import { CaseOutcome } from './case-outcome.ts';
import { parameterFindings } from './check-case.ts';
import { checkOnly, missPlan, planOffline, statePlan } from './check-offline.ts';
import type { TestEngine } from './engine.ts';
import type { LoadedCase } from './load-document.ts';
import { CaseStopped, freshStart, runCase, type Sandboxed } from './run-case.ts';

export interface GroupOptions {
  readonly engine: TestEngine;
  readonly lacking: (needs: readonly string[]) => Promise<string | undefined>;
  /** Milliseconds for a script whose fence says nothing else. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly wantsJobs: boolean;
  /** Takes over to wait until a sandbox is gone, while the next one starts; without it the row itself waits. */
  readonly closes?: (gone: Promise<void>) => void;
  /** Is told the version of the QEMU that a sandbox has. */
  readonly sees: (version: string) => void;
}

/** Runs scripts that go on where the one before ended, the first in a sandbox of its own. Answers with an outcome for each. */
export async function runGroup(group: readonly LoadedCase[], options: GroupOptions): Promise<CaseOutcome[]> {
  const row = new Row(group, options);
  const outcomes: CaseOutcome[] = [];
  try {
    for (const index of group.keys()) {
      const outcome = await row.next(index);
      outcome.end();
      outcomes.push(outcome);
    }
  } finally {
    const gone = row.close();
    if (options.closes) options.closes(gone);
    else await gone;
  }
  return outcomes;
}

class Row {
  readonly #group: readonly LoadedCase[];
  readonly #options: GroupOptions;
  #target: Target | undefined;
  #sandboxed: Sandboxed | undefined;
  /** Why what follows is not run. */
  #ended: string | undefined;

  constructor(group: readonly LoadedCase[], options: GroupOptions) {
    this.#group = group;
    this.#options = options;
  }

  async next(index: number): Promise<CaseOutcome> {
    const one = this.#group[index] as LoadedCase;
    const outcome = new CaseOutcome(one);
    const { signal, lacking, engine } = this.#options;
    const sofar = this.#group.slice(0, index + 1);
    const goesOn = index + 1 < this.#group.length;
    if (signal.aborted) this.#ended = 'interrupted';
    if (engine.name !== 'none') this.#ended ??= await lacking(one.needs);
    if (this.#ended !== undefined) {
      outcome.skipped = this.#ended;
      return outcome;
    }
    const wrong = parameterFindings(one);
    if (wrong.length > 0) {
      outcome.failure(wrong);
      this.#ended = `goes on from line ${one.line}, which is not run`;
      return outcome;
    }
    if (engine.name === 'none' || one.flags.has('check')) return checkOnly(sofar, goesOn, outcome);
    const isPlanned = one.expected.has('plan') || one.expected.has('diagnostics');
    const plan = isPlanned ? await planOffline(sofar, goesOn) : undefined;
    if (plan) statePlan(one, plan, outcome);
    await this.#run(one, goesOn, outcome);
    if (plan) missPlan(one, plan, outcome);
    if (outcome.hasFailed) this.#ended ??= `goes on from line ${one.line}, which failed`;
    return outcome;
  }

  async #run(one: LoadedCase, goesOn: boolean, outcome: CaseOutcome): Promise<void> {
    const { signal, wantsJobs, timeout } = this.#options;
    try {
      this.#sandboxed ??= await this.#open(one);
      await runCase(
        one,
        this.#sandboxed,
        { goesOn, signal, wantsJobs, timeout: one.timeout ?? timeout },
        outcome,
      );
    } catch (error) {
      outcome.hasFailed = true;
      this.#tell(error, one, outcome);
    }
  }

  #tell(error: unknown, one: LoadedCase, outcome: CaseOutcome): void {
    const stopped = error instanceof CaseStopped ? error : undefined;
    if (stopped && 'code' in stopped.what)
      outcome.problem(framesOf([stopped.what], one.document), stopped.what.primary?.span);
    else if (this.#options.signal.aborted) this.#ended = outcome.skipped = 'interrupted';
    else
      outcome.problem(
        words(stopped?.cause ?? error),
        stopped && !('code' in stopped.what) ? stopped.what : undefined,
      );
  }

  async #open(one: LoadedCase): Promise<Sandboxed> {
    const { engine } = this.#options;
    const wish = {
      sandbox: engine.name,
      program: engine.program,
      ...(engine.simulated === undefined ? {} : { qemu: engine.simulated }),
      parameters: one.parameters,
      flags: new Set<string>(),
      ...(one.guest ? { guest: one.guest } : {}),
    };
    const target = await openTarget(wish, one.parsed.script, { say() {}, warn() {} });
    this.#target = target;
    for (const { live } of qemusOf(target).values()) {
      const { major, minor, micro } = live.session.greeting.version;
      this.#options.sees(`${major}.${minor}.${micro}`);
    }
    return freshStart(target);
  }

  async close(): Promise<void> {
    await this.#target?.close();
  }
}

const EXPECTED_ERRORS =
  /^(?:SandboxError|SimulatorError|UsageError|ConnectionLostError|QmpError|ProtocolError|GreetingError|ExecuteError)$/;

/** An error that has no place in a script; one of qblk's own with the way it went. */
function words(error: unknown): string {
  const { name = '', message, help = [], stack } = error as Error & { help?: readonly string[] };
  if (!EXPECTED_ERRORS.test(name)) return `this is a fault of qblk itself: ${stack ?? String(error)}`;
  return [message, ...help.map(line => `help: ${line}`)].map(harmlessLines).join('\n');
}

function harmlessLines(text: string): string {
  return text.split('\n').map(harmless).join('\n');
}

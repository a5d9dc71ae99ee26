import { check } from '../../src/compile/check.ts';
import { StatementFailure } from '../../src/compile/evaluate/failure.ts';
import { readRecipe } from '../../src/compile/recipe.ts';
import { openSession } from '../../src/qmp/session.ts';
import { runScript } from '../../src/runner/run.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { parse } from '../../src/syntax/parse.ts';
import { liveTarget, type OpenedTarget } from '../../src/target/live-target.ts';
import { aroundSandbox } from '../../src/target/sandbox-surroundings.ts';
import type { TestEngine } from '../support/engines.ts';

/** How a script ended in a sandbox that still stands. */
export interface HostRun {
  /** What stopped it: a code, and the words that `$error` would hold; empty where nothing did. */
  readonly code: string;
  readonly reason: string;
  /** What stands at the place that a failure points to. */
  readonly label?: string;
  readonly output: readonly string[];
  /** The events that a reporter heard of. */
  readonly events: readonly string[];
  readonly target: OpenedTarget;
  readonly directory: string;
}

/** Checks and runs a script in a sandbox, as `qblk run --sandbox` does; the test closes its target. */
export async function runInSandbox(engine: TestEngine, text: string, signal?: AbortSignal): Promise<HostRun> {
  const parsed = parse(text);
  const recipe = readRecipe(parsed.script, new Map());
  const sandbox = await startSandbox({ engine, chains: recipe.chains });
  let stop = () => sandbox.stop();
  const wish = { parameters: new Map<string, string>(), flags: new Set<string>() };
  const surroundings = aroundSandbox(sandbox, wish, sandbox.directory, again => {
    stop = () => again.stop();
  });
  const target = await liveTarget(openSession(sandbox.stream, { address: 'the sandbox' }), {
    surroundings,
    stop: () => stop(),
  });
  const { schema, live } = target;
  const options = {
    schema,
    graph: live.graph,
    sandboxDevices: recipe.devices,
    host: live.surroundings.rules,
    now: new Date(0),
  };
  const output: string[] = [];
  const events: string[] = [];
  const ended = { output, events, target, directory: sandbox.directory };
  const { findings } = await check(parsed, { ...options, complete: true });
  const wrong = findings.find(({ severity }) => severity === 'error');
  if (wrong) return { ...ended, code: wrong.code, reason: wrong.message };
  try {
    await runScript(parsed.script, {
      ...options,
      session: live.session,
      surroundings: live.surroundings,
      ...(signal ? { signal } : {}),
      reporter: {
        wantsGraph: true,
        enter() {},
        leave() {},
        step() {},
        event: ({ event }) => events.push(event),
        finding: ({ code, notes }) => {
          throw new Error(`${code}: ${notes?.join('; ')}`);
        },
        output: line => output.push(line),
      },
    });
    return { ...ended, code: '', reason: '' };
  } catch (error) {
    if (!(error instanceof StatementFailure)) {
      await target.close();
      throw error;
    }
    const { code, primary } = error.finding;
    return { ...ended, code, reason: error.reason, ...(primary?.text ? { label: primary.text } : {}) };
  }
}

import { setTimeout } from 'node:timers/promises';
import { StatementFailure } from '../compile/evaluate/failure.ts';
import { planFacts } from '../compile/plan/facts.ts';
import { summarize } from '../compile/plan/summary.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { resultText } from '../printing/result-text.ts';
import { runScript } from '../runner/run.ts';
import type { LoadedScript } from '../target/load-script.ts';
import { runOn } from '../target/run-on.ts';
import { CommandError } from './commands/define.ts';
import type { Repl } from './repl.ts';
import { planEntry } from './run-statements.ts';

/**
 * Runs a statement that changes nothing every `period` milliseconds and shows what it prints in one place, until Ctrl-C; the last of
 * it stays. Without somebody there it is run once. Throws a CommandError for a statement that changes something.
 */
export async function watchStatement(loaded: LoadedScript, period: number, repl: Repl): Promise<void> {
  const { prompt, connection } = repl;
  let lines: string[] = [];
  const stop = new AbortController();
  const off = prompt.onInterrupt(() => stop.abort());
  try {
    do {
      lines = await connection.during(() => ask(loaded, repl));
      if (!prompt.isInteractive) break;
      prompt.progress([...lines, `every ${period / 1000} s; Ctrl-C ends it`]);
      await setTimeout(period, undefined, { signal: stop.signal }).catch(() => {});
    } while (!stop.signal.aborted);
  } finally {
    off();
    prompt.progress([]);
  }
  if (lines.length > 0) prompt.print(lines.join('\n'), 'result');
}

async function ask(loaded: LoadedScript, repl: Repl): Promise<string[]> {
  const { connection } = repl;
  const { target, plan } = await planEntry(loaded, repl);
  if (hasErrors(plan.findings)) {
    repl.tell(plan.findings, loaded.source);
    throw new CommandError('there is nothing to watch');
  }
  if (summarize(plan, planFacts(plan)).changes)
    throw new CommandError('only what changes nothing can be watched', ['as `watch show jobs`']);
  const lines: string[] = [];
  try {
    await runScript(loaded.script, {
      ...runOn(target),
      schema: target.schema,
      now: new Date(),
      carried: connection.carried,
      reporter: {
        wantsGraph: false,
        enter() {},
        leave() {},
        step() {},
        event() {},
        finding() {},
        output: (text, value) => void lines.push(...(resultText(text, value) ?? '').split('\n')),
      },
    });
  } catch (error) {
    if (!(error instanceof StatementFailure)) throw error;
    repl.tell([error.finding], loaded.source);
    throw new CommandError('there is nothing to watch');
  }
  return lines;
}

import { StatementFailure } from '../compile/evaluate/failure.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { changedChains } from '../printing/chains-text.ts';
import { statementText } from '../printing/plan-text.ts';
import { type Json, prettyJson } from '../qmp/json.ts';
import type { Reporter } from '../runner/reporter.ts';
import { toPlannedJson } from '../statements/datum.ts';
import type { Statement } from '../syntax/ast.ts';
import { harmless } from '../text/harmless.ts';
import { positionAt, type Source } from '../text/source.ts';
import type { Output } from './output.ts';

/** Tells people on stderr what each statement did and how the chain changed; results go to stdout. */
export function textReporter(source: Source, output: Output, start: BlockGraph): Reporter {
  let graph = start;
  /** What ended the run, once the statement that met it has been named. */
  let told: unknown;
  const begun: { readonly statement: Statement; readonly at: number; reported: boolean }[] = [];
  return {
    wantsGraph: !output.quiet,
    enter(statement) {
      for (const outer of begun) {
        if (!outer.reported) output.say(lineOf(outer.statement, source, begun.indexOf(outer)));
        outer.reported = true;
      }
      begun.push({ statement, at: performance.now(), reported: false });
    },
    leave(statement, outcome, now) {
      const entry = begun.pop();
      const seconds = ((performance.now() - (entry?.at ?? 0)) / 1000).toFixed(2);
      if (!entry?.reported && outcome.ok && !isSilent(statement))
        output.say(`${lineOf(statement, source, begun.length)}  (${seconds} s)`);
      if (!outcome.ok && !(outcome.failure instanceof StatementFailure)) {
        if (outcome.failure !== told) output.say(`${lineOf(statement, source, begun.length)}  not done`);
        told = outcome.failure;
        return;
      }
      if (now) {
        for (const chain of changedChains(graph, now)) output.say(`     → ${chain}`);
        graph = now;
      }
    },
    step() {},
    finding: finding => output.findings([finding], source, 'be-seen'),
    event() {},
    output(text, value) {
      if (text !== '') output.result(text.split('\n').map(harmless).join('\n'));
      else if (value !== undefined) output.result(harmlessJson(toPlannedJson(value) as Json));
    },
  };
}

/** JSON over several lines. Its escapes leave no control character, but bidirectional marks are escaped here. */
function harmlessJson(value: Json): string {
  return prettyJson(value).split('\n').map(harmless).join('\n');
}

/** Statements whose result speaks for them, and those that do nothing by themselves. */
function isSilent(statement: Statement): boolean {
  if (statement.kind === 'param' || statement.kind === 'defer') return true;
  return statement.kind === 'verb' && SPEAKING.has(statement.verb.text);
}

const SPEAKING: ReadonlySet<string> = new Set(['print', 'show']);

function lineOf(statement: Statement, source: Source, depth: number): string {
  const { line } = positionAt(source, statement.span.start);
  return `${String(line).padStart(3)}  ${'  '.repeat(depth)}${statementText(source, statement)}`;
}

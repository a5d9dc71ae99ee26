import { declares } from '../compile/declared-endpoints.ts';
import { StatementFailure } from '../compile/evaluate/failure.ts';
import { stillWaiting } from '../diagnostics/catalogue/conditions.ts';
import { pausedInWords } from '../diagnostics/catalogue/failures.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { changedChains } from '../printing/chains-text.ts';
import { addressed, statementText } from '../printing/plan-text.ts';
import { resultText } from '../printing/result-text.ts';
import type { Reporter } from '../runner/reporter.ts';
import type { Statement } from '../syntax/ast.ts';
import { harmless } from '../text/harmless.ts';
import { placeOf, type Source } from '../text/source.ts';
import type { Output } from './output.ts';

/** A statement that has begun; `target` is its endpoint, where the script has several. */
interface Begun {
  readonly statement: Statement;
  readonly target: string | undefined;
  readonly at: number;
  reported: boolean;
}

/** What the endpoints of a script share while it is told of. */
interface Telling {
  readonly source: Source;
  readonly output: Output;
  readonly begun: Begun[];
  /** What ended the run, once the statement that met it has been named. */
  told?: unknown;
}

/** A reporter that can say which statement runs. */
export interface TextReporter extends Reporter {
  /** The line of the innermost statement that has begun; undefined between statements. */
  running(): string | undefined;
}

/**
 * Tells people on stderr what each statement did and how the chain changed; results go to stdout. `start` has the graph of
 * each endpoint, or by undefined that of the one QEMU.
 */
export function textReporter(
  source: Source,
  output: Output,
  start: ReadonlyMap<string | undefined, BlockGraph>,
): TextReporter {
  const telling: Telling = { source, output, begun: [] };
  return {
    ...reporterAt(undefined, start.get(undefined), telling),
    at: target => reporterAt(target, start.get(target), telling),
    running() {
      const entry = telling.begun.at(-1);
      return entry && lineOf(entry, telling, telling.begun.length - 1);
    },
  };
}

function reporterAt(target: string | undefined, start: BlockGraph | undefined, telling: Telling): Reporter {
  const { source, output, begun } = telling;
  let graph = start;
  return {
    wantsGraph: !output.quiet,
    enter(statement) {
      for (const [depth, outer] of begun.entries()) {
        if (!outer.reported) output.say(lineOf(outer, telling, depth));
        outer.reported = true;
      }
      begun.push({ statement, target, at: performance.now(), reported: false });
    },
    leave(statement, outcome, now) {
      const entry = begun.pop() ?? { statement, target, at: performance.now(), reported: false };
      const line = lineOf(entry, telling, begun.length);
      const seconds = ((performance.now() - entry.at) / 1000).toFixed(2);
      if (!entry.reported && outcome.ok && !isSilent(statement)) {
        const skipped = outcome.skipped === undefined ? '' : `, skipped: ${harmless(outcome.skipped)}`;
        output.say(`${line}  (${seconds} s${skipped})`);
      }
      if (!outcome.ok && !(outcome.failure instanceof StatementFailure)) {
        if (outcome.failure !== telling.told) output.say(`${line}  not done`);
        telling.told = outcome.failure;
        return;
      }
      if (now) {
        const where = target === undefined ? '' : `@${target} `;
        for (const chain of graph ? changedChains(graph, now) : []) output.say(`     → ${where}${chain}`);
        graph = now;
      }
    },
    step() {},
    finding: finding => output.findings([finding], source, 'be-seen'),
    event() {},
    paused(job) {
      const { message, help } = pausedInWords(job);
      output.say(harmless(`     ${message}; ${help[0]}`));
    },
    waits: finding => output.say(harmless(`     … ${stillWaiting(finding)}`)),
    output(text, value) {
      const shown = resultText(text, value);
      if (shown !== undefined) output.result(shown);
    },
  };
}

/** Statements whose result speaks for them, and those that do nothing by themselves. */
function isSilent(statement: Statement): boolean {
  if (['param', 'defer', 'proc', 'use'].includes(statement.kind) || declares(statement)) return true;
  return statement.kind === 'verb' && SPEAKING.has(statement.verb.text);
}

const SPEAKING: ReadonlySet<string> = new Set(['print', 'show']);

function lineOf({ statement, target }: Begun, { source, begun }: Telling, depth: number): string {
  const place = harmless(placeOf(source, statement.span.start));
  const around = begun[depth - 1]?.target;
  const text = addressed(statementText(source, statement), { statement, target }, around);
  return `${place.padStart(3)}  ${'  '.repeat(depth)}${text}`;
}

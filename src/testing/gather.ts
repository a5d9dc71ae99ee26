import { Interruption, StatementFailure } from '../compile/evaluate/failure.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { statementText } from '../printing/plan-text.ts';
import type { Json } from '../qmp/json.ts';
import type { Reporter } from '../runner/reporter.ts';
import { toPlannedJson } from '../statements/datum.ts';
import type { Statement } from '../syntax/ast.ts';
import { harmless } from '../text/harmless.ts';
import { fileAt, positionAt, type Source } from '../text/source.ts';
import { chainLines } from './check-case.ts';
import type { StatementReport } from './report.ts';
import { stableJson } from './stable-json.ts';

/** What a run told while it ran. */
export interface Gathered {
  readonly reporter: Reporter;
  readonly statements: StatementReport[];
  /** What the script printed, a text for each result. */
  readonly output: string[];
  /** What was found beside what ended the run. */
  readonly findings: Finding[];
  /** The innermost statement that has not ended, or that the last failure came from. */
  pending(): Statement | undefined;
}

/** Listens to the run of a case whose places are those of `source`; `since` is when it began, as `performance.now()` counts. */
export function gather(
  source: Source,
  since: number,
  start: ReadonlyMap<string | undefined, BlockGraph>,
): Gathered {
  const open: { readonly statement: Statement; readonly at: number; hasFailed: boolean }[] = [];
  const statements: StatementReport[] = [];
  const output: string[] = [];
  const findings: Finding[] = [];
  const graphs = new Map(start);
  /** The statement that a failure came from, the innermost. */
  let last: Statement | undefined;
  let failure: unknown;
  const lineFor = (statement: Statement) => {
    const inDocument = [statement, ...open.map(entry => entry.statement).reverse()].find(
      ({ span }) => fileAt(source, span.start).file === source,
    );
    return positionAt(source, (inDocument ?? statement).span.start).line;
  };
  const reporterAt = (name: string | undefined): Reporter => ({
    wantsGraph: true,
    enter(statement) {
      open.push({ statement, at: performance.now(), hasFailed: false });
    },
    leave(statement, outcome, graph) {
      const entry = open.pop();
      const now = performance.now();
      const outer = open.at(-1);
      if (!outcome.ok) {
        if (outcome.failure !== failure && !(failure instanceof Interruption)) {
          failure = outcome.failure;
          last = statement;
        }
        if (outer) outer.hasFailed = true;
      }
      const before = chainLines(graphs);
      if (graph) graphs.set(name, graph);
      const after = graph ? chainLines(graphs) : before;
      statements.push({
        line: lineFor(statement),
        text: statementText(source, statement),
        depth: open.length,
        at: (entry?.at ?? since) - since,
        duration: now - (entry?.at ?? now),
        outcome: outcome.ok ? (entry?.hasFailed ? 'caught' : 'done') : 'failed',
        ...(graph ? { graph } : {}),
        ...(after.join('\n') === before.join('\n') ? {} : { chains: after }),
        ...(outcome.ok ? {} : { failure: reasonOf(outcome.failure) }),
      });
    },
    step() {},
    event() {},
    finding: finding => void findings.push(finding),
    output(text, value) {
      if (text !== '') output.push(text.split('\n').map(harmless).join('\n'));
      else if (value !== undefined) output.push(harmlessJson(toPlannedJson(value) as Json));
    },
  });
  const reporter: Reporter = { ...reporterAt(undefined), at: reporterAt };
  return { reporter, statements, output, findings, pending: () => open.at(-1)?.statement ?? last };
}

function harmlessJson(value: Json): string {
  return stableJson(value).split('\n').map(harmless).join('\n');
}

function reasonOf(failure: unknown): string {
  const message =
    failure instanceof StatementFailure ? failure.finding.message : String((failure as Error).message);
  return harmless(message.split('\n')[0] ?? '');
}

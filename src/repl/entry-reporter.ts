import { StatementFailure } from '../compile/evaluate/failure.ts';
import { stillWaiting } from '../diagnostics/catalogue/conditions.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import { renderDiagnostic } from '../diagnostics/render.ts';
import { jobText } from '../graph/draw.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { changedChains } from '../printing/chains-text.ts';
import { addressed, statementText } from '../printing/plan-text.ts';
import { resultText } from '../printing/result-text.ts';
import type { Reporter } from '../runner/reporter.ts';
import type { Datum } from '../statements/datum.ts';
import type { Statement } from '../syntax/ast.ts';
import { harmless } from '../text/harmless.ts';
import type { Source } from '../text/source.ts';
import type { Prompt } from './prompt.ts';

/** What an entry shows of itself as it runs. */
export interface EntryReport extends Reporter {
  /** The results that it has printed so far. */
  readonly results: readonly string[];
}

export interface EntryReportOptions {
  readonly prompt: Prompt;
  readonly source: Source;
  /** The graph of each QEMU before it. */
  readonly start: ReadonlyMap<string | undefined, BlockGraph>;
  readonly timing: boolean;
  /** The jobs that are none of the entry's; one that it waits for is taken out. */
  readonly others: Set<string>;
  /** Whether each statement is named: there are several. */
  readonly names: boolean;
  readonly color: boolean;
}

/** Tells of an entry's statements: their results, and how the chains changed. */
export function entryReport(options: EntryReportOptions): EntryReport {
  const results: string[] = [];
  return { ...reportAt(undefined, options, results), at: name => reportAt(name, options, results), results };
}

function reportAt(name: string | undefined, options: EntryReportOptions, results: string[]): Reporter {
  const { prompt, source, color } = options;
  let graph = options.start.get(name);
  const began: number[] = [];
  const dim = (text: string) => prompt.print(color ? `\x1b[2m${text}\x1b[0m` : text);
  const titleOf = (statement: Statement) =>
    addressed(
      statementText(source, statement),
      name === undefined ? { statement } : { statement, target: name },
      undefined,
    );
  return {
    wantsGraph: true,
    enter(statement) {
      if (options.names && began.length === 0) dim(titleOf(statement));
      began.push(performance.now());
    },
    leave(_, outcome, now) {
      const milliseconds = performance.now() - (began.pop() ?? performance.now());
      if (!outcome.ok && !(outcome.failure instanceof StatementFailure)) return;
      const changes = now && graph ? changedChains(graph, now) : [];
      const at = name === undefined ? '' : `@${name} `;
      for (const chain of changes) prompt.print(`→ ${at}${chain}`);
      const begun = [...(now?.jobs.values() ?? [])].filter(({ id }) => !graph?.jobs.has(id));
      for (const job of begun) prompt.print(`started ${at}${jobText(job)}`);
      if (outcome.ok && now && changes.length + begun.length === 0 && began.length === 0) dim('done');
      graph = now ?? graph;
      if (options.timing && began.length === 0) dim(`${(milliseconds / 1000).toFixed(3)} s`);
    },
    step(step) {
      if (step.kind === 'await-job') options.others.delete(String(step.job));
    },
    event() {},
    waits: finding => prompt.print(harmless(stillWaiting(finding))),
    finding: (finding: Finding) => prompt.print(renderDiagnostic({ ...finding, source }, { color })),
    output(text: string, value?: Datum) {
      const shown = resultText(text, value);
      if (shown === undefined) return;
      results.push(shown);
      prompt.print(shown, 'result');
    },
  };
}

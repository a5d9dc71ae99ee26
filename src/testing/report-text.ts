import { harmless } from '../text/harmless.ts';
import type { CaseReport, DocumentReport, Problem, StatementReport, TestReport } from './report.ts';
import { countCases, countsText, engineText } from './report-counts.ts';
import { asBegun } from './statement-order.ts';

const WORDS: Readonly<Record<CaseReport['outcome'], string>> = {
  passed: 'passed',
  failed: 'FAILED',
  skipped: 'skipped',
  updated: 'updated',
};

/** A document for people: a line where all is well, else what is not; `verbose` tells every case, and the time of each statement. */
export function documentText(report: DocumentReport, verbose: boolean): string {
  const { file, cases, problems } = report;
  const time = cases.reduce((sum, { duration }) => sum + duration, 0);
  const head = `${harmless(file)}: ${countsText(countCases([report]))}  (${seconds(time)})`;
  const shown = verbose ? cases : cases.filter(({ outcome }) => outcome !== 'passed');
  return [
    head,
    ...problems.flatMap(problem => problemLines(file, problem)),
    ...shown.flatMap(one => caseLines(file, one, verbose)),
  ].join('\n');
}

function caseLines(file: string, one: CaseReport, verbose: boolean): string[] {
  const { name, outcome, reason, duration, problems, notes, statements, line } = one;
  const why = reason === undefined ? '' : `: ${harmless(reason)}`;
  const time = outcome === 'skipped' ? '' : `  (${seconds(duration)})`;
  return [
    `  ${WORDS[outcome].padEnd(8)}${harmless(name)}, line ${line}${why}${time}`,
    ...(verbose ? asBegun(statements).map(statement => statementLine(statement)) : []),
    ...problems.flatMap(problem => problemLines(file, problem)),
    ...(verbose || outcome === 'updated' ? notes.flatMap(note => indented(note)) : []),
  ];
}

function statementLine({ line, text, depth, duration, outcome }: StatementReport): string {
  const failed = outcome === 'done' ? '' : `  ${outcome}`;
  return `    ${String(line).padStart(4)}  ${'  '.repeat(depth)}${text}  (${seconds(duration)})${failed}`;
}

function problemLines(file: string, { line, message }: Problem): string[] {
  return ['', `    ${harmless(file)}:${line}`, ...indented(message), ''];
}

function indented(text: string): string[] {
  return text.split('\n').map(line => `    ${harmless(line)}`.trimEnd());
}

/** The last line: how many of which, how long, on what. */
export function summaryText(report: TestReport): string {
  const stopped = report.interrupted ? 'interrupted: ' : '';
  return `${stopped}${countsText(countCases(report.documents))}, in ${seconds(report.duration)}, on ${engineText(report)}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

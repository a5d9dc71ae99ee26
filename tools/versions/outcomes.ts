import type { CaseReport, TestReport } from '../../src/testing/report.ts';

/** What is in a cell: a sign, and for what is not run there the reason. */
export interface Outcome {
  readonly sign: '✓' | '–' | '✗';
  readonly reason?: string;
}

/** A row of the table: a heading of a page, or a script. */
export type RowKey = string;

/** The outcome of each row of one run. Scripts below one heading count as one; what some of them lack is told. */
export function outcomesOf(report: TestReport): Map<RowKey, Outcome> {
  const rows = new Map<RowKey, CaseReport[]>();
  for (const { file, cases } of report.documents) {
    for (const one of cases) {
      const key = rowKey(file, one.name);
      rows.set(key, [...(rows.get(key) ?? []), one]);
    }
  }
  return new Map([...rows].map(([key, cases]) => [key, outcomeOf(cases)]));
}

function outcomeOf(cases: readonly CaseReport[]): Outcome {
  if (cases.some(({ outcome }) => outcome === 'failed')) return { sign: '✗' };
  const skipped = cases.filter(({ outcome }) => outcome === 'skipped');
  const [first] = skipped;
  if (!first) return { sign: '✓' };
  const reason = plainReason(first.reason ?? 'not run');
  return skipped.length === cases.length
    ? { sign: '–', reason }
    : { sign: '✓', reason: `a part of it ${reason}` };
}

/** Without what the machine at hand has. */
function plainReason(reason: string): string {
  return reason.replace(/, and this is .*$/, '');
}

/** A page and a heading in it, or a script alone. */
function rowKey(file: string, name: string): RowKey {
  return file.endsWith('.md') ? `${file}#${name.replace(/ \(\d+\)$/, '')}` : file;
}

/** What failed in a run, for those who have to find out why. */
export function failuresOf(report: TestReport): string[] {
  return report.documents.flatMap(({ file, problems, cases }) => [
    ...problems.map(({ line, message }) => `${file}:${line}: ${message}`),
    ...cases.flatMap(one =>
      one.problems.map(({ line, message }) => `${file}:${line}: ${one.name}: ${message}`),
    ),
  ]);
}

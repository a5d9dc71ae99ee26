import type { CaseReport, DocumentReport, TestReport } from './report.ts';

/** How many cases came out how; a document that is wrong itself counts as one that failed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly updated: number;
}

/** Counts the cases of some documents. */
export function countCases(documents: readonly DocumentReport[]): Counts {
  const cases = documents.flatMap(document => document.cases);
  const count = (outcome: CaseReport['outcome']) => cases.filter(one => one.outcome === outcome).length;
  const wrong = documents.filter(({ problems }) => problems.length > 0).length;
  return {
    passed: count('passed'),
    failed: count('failed') + wrong,
    skipped: count('skipped'),
    updated: count('updated'),
  };
}

/** Counts in words, `3 passed, 1 failed`; what there is none of is left out. */
export function countsText(counts: Counts): string {
  const words = Object.entries(counts).filter(([, count]) => count > 0);
  return words.length > 0 ? words.map(([name, count]) => `${count} ${name}`).join(', ') : 'no scripts';
}

/** What ran the scripts, with its version: `qemu-storage-daemon 7.2.22`. */
export function engineText({ engine, qemu }: Pick<TestReport, 'engine' | 'qemu'>): string {
  if (qemu === undefined) return engine;
  return engine === 'simulator' ? `${engine} (QEMU ${qemu})` : `${engine} ${qemu}`;
}

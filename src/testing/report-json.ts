import { harmlessJson } from '../text/harmless.ts';
import type { TestReport } from './report.ts';

/** The report as one JSON document, as its types have it, without the graphs. */
export function jsonReport(report: TestReport): string {
  return `${harmlessJson(JSON.stringify(report, (key, value) => (key === 'graph' ? undefined : value), 2))}\n`;
}

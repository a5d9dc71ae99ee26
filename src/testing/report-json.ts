import type { Json, JsonObject } from '../qmp/json.ts';
import { harmlessJson } from '../text/harmless.ts';
import type { DocumentReport, TestReport } from './report.ts';
import { countCases } from './report-counts.ts';

/** The report as one JSON document, as its types have it, without the graphs; times are whole milliseconds. */
export function jsonReport(report: TestReport): string {
  return `${harmlessJson(JSON.stringify(report, plain, 2))}\n`;
}

/** A document as records for `--json`: one for each of its own problems, one for each case. */
export function documentRecords({ file, problems, cases }: DocumentReport): JsonObject[] {
  return [
    ...problems.map(problem => ({ record: 'problem', file, ...problem })),
    ...cases.map(one => ({ record: 'case', file, ...(withoutGraphs(one) as JsonObject) })),
  ];
}

/** What the records of all documents come to. */
export function summaryRecord({ documents, duration, engine, qemu, interrupted }: TestReport): JsonObject {
  return {
    record: 'summary',
    engine,
    ...(qemu === undefined ? {} : { qemu }),
    ...countCases(documents),
    duration: Math.round(duration),
    ...(interrupted ? { interrupted } : {}),
  };
}

function withoutGraphs(value: object): Json {
  return JSON.parse(JSON.stringify(value, plain)) as Json;
}

function plain(key: string, value: unknown): unknown {
  if (key === 'graph' || key === 'start') return undefined;
  return (key === 'duration' || key === 'at') && typeof value === 'number' ? Math.round(value) : value;
}

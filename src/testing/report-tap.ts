import { harmless, harmlessJson } from '../text/harmless.ts';
import type { CaseReport, DocumentReport, Problem, TestReport } from './report.ts';
import { engineText } from './report-counts.ts';
import { asBegun } from './statement-order.ts';

/** The report as TAP 14: a test point for each script, its statements and problems in the block below it. */
export function tapReport(report: TestReport): string {
  const points = report.documents.flatMap(document => pointsOf(document));
  return [
    'TAP version 14',
    `1..${points.length}`,
    `# ${harmless(engineText(report))}`,
    ...points.flatMap(({ ok, name, directive, block }, at) => [
      `${ok ? 'ok' : 'not ok'} ${at + 1} - ${name}${directive}`,
      ...yaml(block),
    ]),
    ...(report.interrupted ? ['Bail out! interrupted'] : []),
    '',
  ].join('\n');
}

interface Point {
  readonly ok: boolean;
  readonly name: string;
  readonly directive: string;
  readonly block: readonly (readonly [string, unknown])[];
}

function pointsOf({ file, problems, cases }: DocumentReport): Point[] {
  const whole: Point[] =
    problems.length > 0
      ? [{ ok: false, name: escaped(file), directive: '', block: problemRows(file, problems) }]
      : [];
  return [...whole, ...cases.map(one => pointOf(file, one))];
}

function pointOf(file: string, one: CaseReport): Point {
  const { name, line, outcome, reason, duration, problems, statements } = one;
  const block: [string, unknown][] = [
    ['at', { file, line }],
    ['duration_ms', Math.round(duration)],
    ...problemRows(file, problems),
    [
      'statements',
      asBegun(statements).map(({ line, text, duration, outcome }) => ({
        ...{ line, text },
        duration_ms: Math.round(duration),
        outcome,
      })),
    ],
  ];
  return {
    ok: outcome !== 'failed',
    name: escaped(`${file}: ${name}`),
    directive: outcome === 'skipped' ? ` # SKIP ${escaped(reason ?? '')}` : '',
    block: outcome === 'skipped' ? [] : block,
  };
}

function problemRows(file: string, problems: readonly Problem[]): [string, unknown][] {
  const [first] = problems;
  if (!first) return [];
  return [
    ['message', first.message],
    ['severity', 'fail'],
    ['problems', problems.map(problem => ({ file, ...problem }))],
  ];
}

/** JSON is YAML too, and has no line that could end the block. */
function yaml(block: Point['block']): string[] {
  if (block.length === 0) return [];
  return [
    '  ---',
    ...block.map(([key, value]) => `  ${key}: ${harmlessJson(JSON.stringify(value))}`),
    '  ...',
  ];
}

function escaped(text: string): string {
  return harmless(text).replace(/[\\#]/g, '\\$&');
}

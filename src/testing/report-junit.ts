import type { CaseReport, DocumentReport, Problem, TestReport } from './report.ts';
import { countCases, engineText } from './report-counts.ts';
import { asBegun } from './statement-order.ts';

/** The report as JUnit's XML: a suite for each document, a test case for each script. */
export function junitReport(report: TestReport): string {
  const counts = countCases(report.documents);
  const tests = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="qblk test" tests="${tests}" failures="${counts.failed}" skipped="${counts.skipped}" time="${seconds(report.duration)}">`,
    ...report.documents.flatMap(document => suite(document, engineText(report))),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(document: DocumentReport, engine: string): string[] {
  const { file, problems, cases } = document;
  const counts = countCases([document]);
  const tests = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const time = cases.reduce((sum, { duration }) => sum + duration, 0);
  const whole =
    problems.length > 0
      ? [
          `    <testcase name="the document" classname="${xml(file)}" time="0">`,
          ...failures(file, problems),
          '    </testcase>',
        ]
      : [];
  return [
    `  <testsuite name="${xml(file)}" tests="${tests}" failures="${counts.failed}" errors="0" skipped="${counts.skipped}" time="${seconds(time)}">`,
    '    <properties>',
    `      <property name="engine" value="${xml(engine)}"/>`,
    '    </properties>',
    ...whole,
    ...cases.flatMap(one => testCase(file, one)),
    '  </testsuite>',
  ];
}

function testCase(file: string, one: CaseReport): string[] {
  const { name, line, outcome, reason = '', duration, problems, statements } = one;
  const rows = asBegun(statements).map(
    statement =>
      `${statement.line}  ${'  '.repeat(statement.depth)}${statement.text}  (${seconds(statement.duration)} s)${statement.outcome === 'done' ? '' : `  ${statement.outcome}`}`,
  );
  return [
    `    <testcase name="${xml(name)}" classname="${xml(file)}" file="${xml(file)}" line="${line}" time="${seconds(duration)}">`,
    ...failures(file, problems),
    ...(outcome === 'skipped' ? [`      <skipped message="${xml(reason)}"/>`] : []),
    ...(rows.length > 0 ? [`      <system-out>${xml(rows.join('\n'))}</system-out>`] : []),
    '    </testcase>',
  ];
}

function failures(file: string, problems: readonly Problem[]): string[] {
  return problems.map(({ line, message }) => {
    const [first = ''] = message.split('\n');
    return `      <failure message="${xml(first)}" type="failed">${xml(`${file}:${line}\n${message}`)}</failure>`;
  });
}

/** What XML cannot hold, control characters, halves of pairs and two that are no characters; and what it can, and steers a terminal or hides. */
const FORBIDDEN =
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}

function xml(text: string): string {
  return text
    .replace(FORBIDDEN, escaped)
    .replace(/[&<>"\r]/g, character => ENTITIES[character] ?? '')
    .replace(/\t/g, '    ');
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

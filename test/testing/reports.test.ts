import { beforeAll, describe, expect, test } from 'vitest';
import type { TestReport } from '../../src/testing/report.ts';
import { jsonReport } from '../../src/testing/report-json.ts';
import { junitReport } from '../../src/testing/report-junit.ts';
import { tapReport } from '../../src/testing/report-tap.ts';
import { documentText, summaryText } from '../../src/testing/report-text.ts';
import { fence, runText } from './test-documents.ts';

const harm = '\\u001b[31m ]]> & \\"quoted\\" <tag> \\u0007';
const text = [
  '# Fine # one \\ <&>\n',
  fence('qblk', 'chain disk0: A <- B\ncommit B base=A then pivot'),
  '# Harm\n',
  fence('qblk', `print "${harm}"`),
  fence('output', 'nothing'),
  '# Later\n',
  fence('qblk needs=real', 'print "x"'),
].join('');

let report: TestReport;
beforeAll(async () => {
  report = await runText(text, { name: 'a & b.md', wantsJobs: true });
});

describe('text', () => {
  test('tells what failed, and with -v every statement with its time', () => {
    const [document] = report.documents;
    if (!document) throw new Error('no document');
    const short = documentText(document, false);
    expect(short).toMatch(/^a & b\.md: 1 passed, 1 failed, 1 skipped {2}\(\d+\.\d\d s\)\n/);
    expect(short).toContain(
      'a & b.md:11\n    the output is not as expected:\n    - nothing\n    + \\x1b[31m',
    );
    expect(short).not.toContain('Fine');
    expect(documentText(document, true)).toMatch(
      /\n {7}4 {2}commit B base=A then pivot {2}\(\d+\.\d\d s\)\n/,
    );
    expect(summaryText(report)).toMatch(
      /^1 passed, 1 failed, 1 skipped, in .* s, on simulator \(QEMU \d+\.\d+\.\d+\)$/,
    );
  });

  test('has no control character but line ends', () => {
    const all = report.documents.map(document => documentText(document, true)).join('\n');
    expect(all.replaceAll('\n', '')).not.toMatch(/[\x00-\x1f\x7f]/);
  });
});

describe('TAP', () => {
  test('has a point for each script', () => {
    const lines = tapReport(report).split('\n');
    expect(lines.slice(0, 2)).toEqual(['TAP version 14', '1..3']);
    expect(lines.filter(line => /^(not )?ok/.test(line))).toEqual([
      'ok 1 - a & b.md: Fine \\# one \\\\ <&>',
      'not ok 2 - a & b.md: Harm',
      'ok 3 - a & b.md: Later # SKIP needs a real QEMU, and this is the simulator',
    ]);
  });

  test('the block under a point is YAML that says where and why', () => {
    const block = tapReport(report).split('not ok 2')[1]?.split('  ...')[0] ?? '';
    const rows = new Map(
      [...block.matchAll(/^ {2}(\w+): (.*)$/gm)].map(([, key, value]) => [key, JSON.parse(value ?? '')]),
    );
    expect(rows.get('at')).toEqual({ file: 'a & b.md', line: 7 });
    expect(rows.get('problems')).toMatchObject([{ line: 11, expected: 'nothing\n' }]);
    expect(rows.get('statements')).toMatchObject([{ line: 8, outcome: 'done' }]);
  });
});

describe('JUnit', () => {
  test('is well-formed, whatever the script printed', () => {
    const xml = junitReport(report);
    expect(xml).not.toMatch(/[\x00-\x08\x0b-\x1f]/);
    expect(elements(xml)).toEqual(
      expect.arrayContaining(['testsuites', 'testsuite', 'testcase', 'failure', 'skipped', 'system-out']),
    );
    expect(xml).toContain('tests="3" failures="1" errors="0" skipped="1"');
    expect(xml).toContain('name="Fine # one \\ &lt;&amp;&gt;"');
  });

  test('what XML cannot hold is written out', () => {
    const odd = {
      ...report,
      documents: [{ file: 'x', cases: [], problems: [{ line: 1, message: 'a\u0000b\ud800c\ufffe' }] }],
    };
    expect(junitReport(odd)).toContain('a\\u0000b\\ud800c\\ufffe');
  });
});

/** The elements of an XML text in the order in which they end; throws where one does not. */
function elements(xml: string): string[] {
  const open: string[] = [];
  const ended: string[] = [];
  const body = xml.replace(/^<\?xml [^>]*\?>\n/, '');
  expect(body.replace(/<\/?[a-z-]+(?: [a-z]+="[^"<]*")*\/?>/g, '')).not.toMatch(
    /[<>]|&(?!amp;|lt;|gt;|quot;|#13;)/,
  );
  for (const [, end, name = '', single] of body.matchAll(/<(\/?)([a-z-]+)(?: [a-z]+="[^"<]*")*(\/?)>/g)) {
    if (end) expect(open.pop()).toBe(name);
    else if (!single) open.push(name);
    if (end || single) ended.push(name);
  }
  expect(open).toEqual([]);
  return ended;
}

test('JSON is the report itself, with the jobs and without graphs', () => {
  const read: TestReport = JSON.parse(jsonReport(report));
  expect(read).toMatchObject({ version: 1, engine: 'simulator', documents: [{ file: 'a & b.md' }] });
  const [fine] = read.documents[0]?.cases ?? [];
  expect(fine?.statements.at(-1)).toMatchObject({ line: 4, chains: ['disk0: A'], depth: 0, outcome: 'done' });
  expect(fine?.jobs).toMatchObject([{ id: 'commit0', type: 'commit' }]);
  expect(jsonReport(report)).not.toContain('"graph"');
});

test('a block stands before what is in it, in the reports that list statements, and times are whole', async () => {
  const block = fence('qblk', 'chain disk0: A <- B\nif 1 == 1 {\n  print "x"\n}');
  const nested = await runText(block);
  const listed = tapReport(nested)
    .split('\n')
    .find(line => line.startsWith('  statements: '));
  const statements = JSON.parse(listed?.slice('  statements: '.length) ?? '');
  expect(statements.map(({ line }: { line: number }) => line)).toEqual([2, 3, 4]);
  for (const { duration_ms } of statements) expect(Number.isInteger(duration_ms)).toBe(true);
  expect(junitReport(nested)).toMatch(/2 {2}chain.*\n3 {2}if 1 == 1.*\n4 {4}print/);
  const [document] = nested.documents;
  expect(document && documentText(document, true)).toMatch(/ 2 {2}chain.*\n +3 {2}if.*\n +4 {4}print/);
});

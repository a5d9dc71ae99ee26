import { describe, expect, test } from 'vitest';
import { htmlReport } from '../../src/testing/html.ts';
import { diffTable } from '../../src/testing/html-diff.ts';
import { jobPlot } from '../../src/testing/html-job-plot.ts';
import { durationText } from '../../src/testing/html-words.ts';
import { someCase, someJob, someReport } from './some-report.ts';

const html = htmlReport(await someReport());

/** The sections between the tags of `details`, by the outcome in their class. */
const cases = [...html.matchAll(/<details class="case (\w+)"[^>]*>(.*?)<\/details>/gs)];

describe('the page', () => {
  test('stands alone: no program, no picture and no style from elsewhere, and no markup from outside', () => {
    expect(/<script|<img|<iframe|@import|url\(|https?:|<[^>]*\son\w+=|[\u001b\u202e]/.exec(html)).toBe(null);
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;\\x1b[31m\\u202e');
    expect(/NaN|undefined|\[object/.exec(html)).toBe(null);
  });

  test('counts what ran, and a document that is broken as one that failed', () => {
    expect(html).toContain('<h1>qblk test: 2 passed, 2 failed, 1 skipped</h1>');
    expect(html).toContain('qemu-system-x86_64 7.2.22, 1.23 s');
  });

  test('has each case once, with its outcome', () => {
    expect(cases.map(([, outcome]) => outcome)).toEqual(['passed', 'failed', 'skipped', 'passed']);
  });

  test('marks the line that failed, by the number that it has in the document', () => {
    const failed = cases.find(([, outcome]) => outcome === 'failed')?.[2] ?? '';
    expect(failed).toContain('<ol class="code" start="5">');
    expect(failed.match(/<li class="failing">.*?<\/li>/g)).toEqual([
      '<li class="failing"><span class="took">10 ms</span>expect chain disk0: A</li>',
    ]);
    expect(failed).toContain('pages/commit.md:12');
  });

  test('draws a chain before and after each statement that changed it, and none where nothing did', () => {
    const [, , commits = ''] = cases[0] ?? [];
    const rows = commits.split('<li class="done">').slice(1);
    expect(rows.map(row => (row.match(/<figcaption>/g) ?? []).length)).toEqual([0, 2, 2, 0]);
    expect(rows[1]).toContain('<title>disk0: A &lt;- B &lt;- C &lt;- D</title>');
    expect(rows[1]).toContain('<title>disk0: A &lt;- D</title>');
  });

  test('of a thousand cases is made, with each of them', async () => {
    const report = await someReport();
    const one = await someCase('Commits', 'chain disk0: A <- B\ncommit B base=A then pivot\n');
    const documents = [{ file: 'a.md', problems: [], cases: Array.from({ length: 1000 }, () => one) }];
    expect(htmlReport({ ...report, documents }).match(/<details/g)).toHaveLength(1000);
  });

  test('says that a run was stopped', async () => {
    expect(
      htmlReport({ ...(await someReport()), interrupted: true }).includes('stopped before its end'),
    ).toBe(true);
  });
});

describe('a difference', () => {
  const rows = (expected: string, actual: string) =>
    [
      ...(diffTable(expected, actual).split('what came</span>')[1] ?? '').matchAll(
        /<span( class="[\w-]+")?>(?:&nbsp;|[−+]) (.*?)<\/span>/g,
      ),
    ].map(
      ([, style = '', text]) =>
        `${style.includes('expected') ? '-' : style.includes('actual') ? '+' : ' '}${text}`,
    );

  test.each([
    ['the same', 'a\nb\n', 'a\nb', [' a', ' b']],
    ['a line more', 'a\nb', 'a\nx\nb', [' a', '+x', ' b']],
    ['a line less', 'a\nx\nb', 'a\nb', [' a', '-x', ' b']],
    ['another line', 'a\nx\nb', 'a\ny\nb', [' a', '-x', '+y', ' b']],
    ['anything in a line', 'took [..] ms\nb', 'took 12 ms\nc', [' took 12 ms', '-b', '+c']],
    ['a dot is a dot', 'a.c', 'abc', ['-a.c', '+abc']],
    ['any lines', 'a\n...\nz', 'a\n1\n2\nz', [' a', ' 1', ' 2', ' z']],
    ['no line for any lines', 'a\n...\nz', 'a\ny', [' a', ' y', '-z']],
    ['nothing expected', '', 'a', ['+a']],
  ])('%s', (_, expected, actual, shown) => {
    expect(rows(expected, actual)).toEqual(shown);
  });

  test('what is the same over many lines is told by its number', () => {
    const lines = Array.from({ length: 50 }, (_, at) => `${at}`);
    const [first, ...shown] = rows(`x\n${lines.join('\n')}`, lines.join('\n'));
    expect(first).toBe('-x');
    expect(shown).toEqual([' 0', ' 1', ' 2', ' (44 lines that are the same)', ' 47', ' 48', ' 49']);
  });

  test('texts too long to compare stand one behind the other', () => {
    const many = (word: string) => Array.from({ length: 3000 }, (_, at) => `${word}${at}`).join('\n');
    expect(rows(many('a'), many('b'))).toHaveLength(6000);
  });
});

describe('the plot of jobs', () => {
  test('has a curve and a lane for each job, with marks where its state changed', () => {
    const svg = jobPlot([someJob('a', 0), someJob('<b>', 50)]);
    expect(svg.match(/class="curve"/g)).toHaveLength(2);
    const marks = [...svg.matchAll(/class="mark-line".*?<title>a: (\w+)</g)].map(([, status]) => status);
    expect(marks).toEqual(['paused', 'ready', 'standby', 'ready', 'pending', 'concluded']);
    expect(svg).toContain('&lt;b&gt; (mirror)');
    expect(svg).not.toMatch(/NaN|<b>/);
  });

  test('time goes from left to right and progress from the bottom up', () => {
    const path = /class="curve"[^>]* d="([^"]*)"/.exec(jobPlot([someJob('a', 0)]))?.[1] ?? '';
    const points = [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(
      ([, x, y]) => [Number(x), Number(y)] as const,
    );
    expect(points.length).toBe(12);
    for (const [at, [x, y]] of points.entries()) {
      const [nextX, nextY] = points[at + 1] ?? [x, y];
      expect(nextX).toBeGreaterThanOrEqual(x);
      expect(nextY).toBeLessThanOrEqual(y);
    }
    expect(points[0]?.[1]).toBe(140);
    expect(points.at(-1)?.[1]).toBe(10);
  });

  test('nothing seen is nothing drawn; what makes files is left out beside what copies', () => {
    expect(jobPlot([])).toBe('');
    expect(jobPlot([{ id: 'a', type: 'mirror', samples: [] }])).toBe('');
    const create = { ...someJob('create0', 0), type: 'create' };
    expect(jobPlot([create, someJob('a', 0)])).not.toContain('create0');
    expect(jobPlot([create])).toContain('create0');
  });

  test('one moment, or hours, make a plot as well', () => {
    const [first] = someJob('a', 0).samples;
    for (const samples of [
      [first],
      [first, { at: 7_200_000, status: 'ready', current: 1, total: 1 }],
      [{ at: 0.3, status: 'running', current: 5, total: 0 }],
    ]) {
      const svg = jobPlot([{ id: 'a', type: 'mirror', samples: samples.flatMap(sample => sample ?? []) }]);
      expect(svg).not.toMatch(/NaN|Infinity/);
      expect((svg.match(/ (?:ms|s|min \d+ s)<\/text>/g) ?? []).length).toBeGreaterThan(1);
    }
  });
});

test.each([
  [0, '0 ms'],
  [0.42, '0.4 ms'],
  [12.4, '12 ms'],
  [999.6, '1.00 s'],
  [59_999, '1 min 0 s'],
  [123_000, '2 min 3 s'],
])('%d milliseconds are %s', (time, text) => {
  expect(durationText(time)).toBe(text);
});

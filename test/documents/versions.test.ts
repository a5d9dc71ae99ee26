import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CaseReport, TestReport } from '../../src/testing/report.ts';
import { allPlaces, ENGINES, isAtHand, runExamples, SERIES } from '../../tools/versions/matrix.ts';
import { failuresOf, type Outcome, outcomesOf } from '../../tools/versions/outcomes.ts';
import { columnOf, MARKERS, readTable, tableText, withTable } from '../../tools/versions/table.ts';
import { testEngines } from '../support/engines.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const places = await allPlaces();
const absent = places.filter(place => !isAtHand(place)).map(({ series, engine }) => columnOf(series, engine));
if (absent.length > 0) {
  console.warn(
    `\nSKIPPED: THE EXAMPLES DID NOT RUN ON ${absent.join(', ')}: not on this machine. tools/qemu.sh private SUITE gets one, QBLK_QEMUS names more.\n`,
  );
}

test.skipIf(!process.env['CI'])('7.2 is never missing', () => {
  expect(absent.filter(name => name.startsWith('7.2 '))).toEqual([]);
});

describe('the table in the README is what runs where: else run npx tsx tools/versions.ts', () => {
  const columns = readTable(read('README.md'));

  test('it has every place', () => {
    expect([...columns.keys()].sort()).toEqual(
      SERIES.flatMap(series => ENGINES.map(engine => columnOf(series, engine))).sort(),
    );
  });

  test('it has every page and every script, and nothing in it fails', () => {
    const rows = [...(columns.get('7.2 qemu') ?? [])];
    const files = readdirSync(new URL('../../examples', import.meta.url)).filter(
      name => name.endsWith('.qblk') || (name.endsWith('.md') && /^```qblk/m.test(read(`examples/${name}`))),
    );
    const pages = new Set(rows.map(([row]) => row.replace(/^examples\/|#.*/g, '')));
    expect([...pages].sort()).toEqual(files.sort());
    for (const [name, column] of columns)
      expect([name, [...column].filter(([, { sign }]) => !'✓–'.includes(sign))]).toEqual([name, []]);
  });

  test.skip.each(absent)('on %s, which is not here', () => {});

  test.each(places.filter(isAtHand))('on $series $engine', { timeout: 180_000 }, async place => {
    const report = await runExamples(place);
    expect(failuresOf(report)).toEqual([]);
    const stated = columns.get(columnOf(place.series, place.engine)) ?? new Map();
    expect(inOrder(outcomesOf(report))).toEqual(inOrder(stated));
  });
});

describe('where the table has no column', () => {
  const others = testEngines().filter(
    ({ kind, program }) =>
      !places.some(({ engine, directory }) => engine === kind && directory === dirname(program)),
  );

  test.skipIf(others.length === 0)('nothing fails', { timeout: 180_000 * others.length }, async () => {
    for (const { kind, program, name } of others) {
      const report = await runExamples({ engine: kind, directory: dirname(program) });
      expect([name, failuresOf(report)]).toEqual([name, []]);
    }
  });
});

function inOrder(outcomes: ReadonlyMap<string, Outcome>) {
  return [...outcomes].sort(([one], [other]) => (one < other ? -1 : 1));
}

describe('the table', () => {
  const one = (name: string, outcome: CaseReport['outcome'], reason?: string): CaseReport => ({
    name,
    line: 1,
    script: '',
    scriptLine: 2,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    duration: 0,
    problems: outcome === 'failed' ? [{ line: 3, message: 'why' }] : [],
    notes: [],
    statements: [],
    jobs: [],
  });
  const report: TestReport = {
    version: 1,
    engine: 'simulator',
    duration: 0,
    documents: [
      {
        file: 'examples/a.md',
        problems: [],
        cases: [
          one('Two scripts', 'passed'),
          one('Two scripts (2)', 'skipped', 'needs QEMU 6.0, and this is 5.2.0'),
          one('A [name] | with `signs`, isn’t it', 'skipped', 'needs a real QEMU, and this is the simulator'),
          one('Fails', 'passed'),
          one('Fails (2)', 'failed'),
        ],
      },
      { file: 'examples/b.qblk', problems: [], cases: [one('b.qblk', 'passed')] },
    ],
  };
  const outcomes = outcomesOf(report);
  const columns = new Map(
    SERIES.flatMap(series => ENGINES.map(engine => [columnOf(series, engine), outcomes] as const)),
  );
  const text = tableText(columns, () => 'A page');

  test('has one row for each heading and script', () => {
    expect([...outcomes]).toEqual([
      ['examples/a.md#Two scripts', { sign: '✓', reason: 'a part of it needs QEMU 6.0' }],
      ['examples/a.md#A [name] | with `signs`, isn’t it', { sign: '–', reason: 'needs a real QEMU' }],
      ['examples/a.md#Fails', { sign: '✗' }],
      ['examples/b.qblk', { sign: '✓' }],
    ]);
    expect(failuresOf(report)).toEqual(['examples/a.md:3: Fails (2): why']);
  });

  test('links to each, and tells reasons below', () => {
    const lines = text.split('\n');
    expect(lines[2]).toBe('| **[A page](examples/a.md)** | | | | |');
    expect(lines[3]).toMatch(/^\| \[Two scripts\]\(examples\/a\.md#two-scripts\) \| ✓¹ ✓¹ ✓¹ \|/);
    expect(lines[4]).toMatch(/\]\(examples\/a\.md#a-name--with-signs-isnt-it\) \| –² –² –² \|/);
    expect(lines[6]).toMatch(/^\| \[b\.qblk\]\(examples\/b\.qblk\) \| ✓ ✓ ✓ \|/);
    expect(lines.at(-1)).toBe('¹ a part of it needs QEMU 6.0, ² needs a real QEMU');
  });

  test('is read as it was written, and takes the place of the one before', () => {
    const readme = `# a\n\n${MARKERS.begin}\n\nold\n\n${MARKERS.end}\nb\n`;
    const changed = withTable(readme, text);
    expect(changed.replace(text, 'old')).toBe(readme);
    expect(readTable(changed)).toEqual(columns);
  });

  test('a README without a place for it is told', () => {
    expect(() => readTable('# a\n')).toThrow('no table of what runs where');
  });
});

import { describe, expect, test } from 'vitest';
import { findingsOf } from '../../src/cli/explained-example.ts';
import { explanationText } from '../../src/cli/explanation-text.ts';
import { applyFixes } from '../../src/diagnostics/edits.ts';
import type { Explanation } from '../../src/diagnostics/explanations/explanation.ts';
import { explanations, themes } from '../../src/diagnostics/explanations/index.ts';
import { findEngines } from '../../src/sandbox/engines.ts';
import { findEngine } from '../../src/testing/engine.ts';
import { loadText } from '../../src/testing/load-document.ts';
import { runDocuments } from '../../src/testing/run-documents.ts';
import { codesInSource } from './codes-in-source.ts';

const all = [...explanations].map(([code, explanation]) => ({ code, ...explanation }));
const isRun = ({ setting }: Explanation) => setting?.command === 'run';
const isScript = ({ setting }: Explanation) => !['shell', 'elsewhere'].includes(setting?.command ?? 'check');

describe('the codes', () => {
  const codes = codesInSource();

  test('the source is read at all', () => {
    expect([...codes]).toEqual(
      expect.arrayContaining([
        'base-above-top',
        'unknown-verb',
        'missing-ending',
        'out-of-range',
        'name-elsewhere',
      ]),
    );
  });

  test('each has an explanation', () => {
    expect([...codes].filter(code => !explanations.has(code)).sort()).toEqual([]);
  });

  test('no explanation is of a code that nothing has', () => {
    expect([...explanations.keys()].filter(code => !codes.has(code))).toEqual([]);
  });

  test('none is explained twice', () => {
    const listed = themes.flatMap(theme => Object.keys(theme.explanations));
    expect(listed.length).toBe(explanations.size);
  });
});

test.each(all)('$code is told in whole sentences', ({ summary, story }) => {
  expect(summary).toMatch(/^[A-Z`'].*\.$/);
  expect(summary.length).toBeLessThan(110);
  for (const paragraph of story) expect(paragraph).toMatch(/^[A-Za-z0-9`'"].*[.)]$/s);
});

describe('examples that are checked, or run on the simulator', () => {
  test.each(all.filter(isScript))('$code', async one => {
    const found = await findingsOf(one, one.fails);
    expect(found[0]?.code).toBe(one.code);
    expect(await findingsOf(one, one.passes)).toEqual([]);
  });
});

describe('fixes that are certain', () => {
  const fixable = all.filter(one => isScript(one) && !isRun(one));

  test.each(fixable)('of $code', async one => {
    const found = await findingsOf(one, one.fails);
    const { text, applied } = applyFixes(one.fails, found);
    if (applied.length === 0) expect(text).toBe(one.fails);
    else expect((await findingsOf(one, text)).map(({ code }) => code)).not.toContain(one.code);
  });

  test('there are some', async () => {
    const found = await Promise.all(fixable.map(one => findingsOf(one, one.fails)));
    const codes = new Set(found.flat().flatMap(({ fix, code }) => (fix ? [code] : [])));
    expect([...codes].sort()).toMatchInlineSnapshot(`
      [
        "default-form",
        "deprecated",
        "dismissal-is-ours",
        "ending-without-effect",
        "interpolation-outside-string",
        "json-key",
        "let-form",
        "misplaced-colon",
        "misplaced-else",
        "missing-dollar",
        "nothing-to-start",
        "nothing-to-wait-for",
        "operator-without-spaces",
        "raw-key",
        "repeated-argument",
        "single-quotes",
        "spaces-around-equals",
        "trailing-comma",
        "unknown-argument",
        "unknown-character",
        "unknown-ending",
        "unknown-event",
        "unknown-job-state",
        "unknown-query",
        "unknown-run-state",
        "unknown-show",
        "unknown-target",
        "unknown-type",
        "unknown-value",
        "unknown-verb",
        "wrong-value",
      ]
    `);
  });
});

const engineOf = ({ setting }: Explanation) => {
  const kind = setting?.program === 'system' ? 'qemu' : 'storage-daemon';
  return findEngines().find(engine => engine.kind === kind);
};

describe.concurrent('examples that are run on a real QEMU', () => {
  const run = async (explanation: Explanation, script: string) => {
    const engine = await findEngine(explanation.setting?.program === 'system' ? 'qemu' : 'storage-daemon');
    const report = await runDocuments([loadText({ name: 'example.qblk', text: script })], { engine });
    return report.documents[0]?.cases[0]?.problems[0]?.message ?? '';
  };

  for (const one of all.filter(explanation => isRun(explanation))) {
    test.skipIf(!engineOf(one))(one.code, async () => {
      expect(/^(?:error|warning)\[([a-z-]+)\]/.exec(await run(one, one.fails))?.[1]).toBe(one.code);
      expect(await run(one, one.passes)).toBe('');
    });
  }
});

test.each(['literal-too-long', 'base-above-top', 'file-exists'])(
  'the text of %s is for a terminal',
  async code => {
    const explanation = explanations.get(code);
    if (!explanation) throw new Error(code);
    const lines = (await explanationText(code, explanation)).split('\n');
    expect(lines[0]).toBe(code);
    expect(lines.filter(line => line.length > 200)).toEqual([]);
  },
);

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findEngines } from '../../src/sandbox/engines.ts';
import { type Case, type Expectation, fenceText, readCases, rewrite } from './case-document.ts';
import { checkCase, framesOf, offlineTarget, plannedChains, planOf } from './check-case.ts';
import { runCase } from './run-case.ts';

// `UPDATE_CASES=1 npx vitest run test/cases` writes what comes out into the documents: read the difference.
const updating = Boolean(process.env['UPDATE_CASES']);
const engine = findEngines().find(({ kind }) => kind === 'storage-daemon');
if (!engine) {
  if (process.env['CI']) throw new Error('no qemu-storage-daemon on this machine: run tools/qemu.sh');
  console.warn('\nNO qemu-storage-daemon: the cases are planned and not run. tools/qemu.sh gets one.\n');
}

// A script's time limits go by the wall's clock, and nothing takes any of it in the simulator.
const TIMED = new Set(['A job that takes too long']);

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 4, 1, 3, 0) });
});
afterAll(() => {
  vi.useRealTimers();
});

for (const name of readdirSync(import.meta.dirname).filter(file => file.endsWith('.md'))) {
  const file = new URL(name, import.meta.url);
  const document = readFileSync(file, 'utf8');
  const cases = readCases(document);
  const changes: Parameters<typeof rewrite>[1][number][] = [];

  const state = (one: Case, expectation: Expectation, text: string) => {
    const fence = one.expected.get(expectation);
    if (fence && updating) changes.push([fence, fenceText(text)]);
    else if (fence) expect(fenceText(text), expectation).toBe(fence.text);
  };

  describe.concurrent(name, () => {
    for (const one of cases) {
      test(`plan: ${one.name}`, async () => {
        const checked = await checkCase(one, offlineTarget(one), one.flags.has('complete'));
        const frames = framesOf(checked.findings, checked.loaded);
        if (one.expected.has('diagnostics')) state(one, 'diagnostics', frames);
        else if (!one.expected.has('failure')) expect(frames).toBe('');
        state(one, 'plan', planOf(checked));
        const graph = one.expected.get('graph');
        if (!graph || one.expected.has('failure') || one.flags.has('unpredicted')) return;
        if (one.flags.has('run') && updating) return;
        state(one, 'graph', plannedChains(checked));
      });

      if (!one.flags.has('run')) continue;
      test.skipIf(updating || TIMED.has(one.name))(`simulated: ${one.name}`, async () => {
        const ran = await runCase(one, 'sim');
        if (one.expected.has('failure')) state(one, 'failure', ran.failure);
        else expect(ran.failure).toBe('');
        if (one.expected.has('output')) state(one, 'output', ran.output);
        state(one, 'graph', ran.graph);
      });
      test.skipIf(!engine)(`run: ${one.name}`, async () => {
        if (!engine) return;
        const ran = await runCase(one, engine);
        if (one.expected.has('failure')) state(one, 'failure', ran.failure);
        else expect(ran.failure).toBe('');
        if (one.expected.has('output')) state(one, 'output', ran.output);
        state(one, 'graph', ran.graph);
      });
    }
  });

  afterAll(() => {
    if (changes.length > 0) writeFileSync(file, rewrite(document, changes));
  });
}

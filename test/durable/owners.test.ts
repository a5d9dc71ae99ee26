import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Journal } from '../../src/durable/journal.ts';
import { type Head, JOURNAL_VERSION } from '../../src/durable/journal-lines.ts';
import { listRuns } from '../../src/durable/list-runs.ts';
import { readJournal } from '../../src/durable/read-journal.ts';
import { runFolder } from '../../src/durable/run-folder.ts';

const NOBODY = 65534;

let state: string;
let runs: string;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'qblk-owners-'));
  runs = join(state, 'qblk', 'runs');
  vi.stubEnv('XDG_STATE_HOME', state);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true, force: true });
});

test('a folder of runs that others could write to is closed to them', () => {
  mkdirSync(runs, { recursive: true });
  chmodSync(runs, 0o777);
  expect(runFolder()).toBe(runs);
  expect(statSync(runs).mode & 0o777).toBe(0o700);
});

/** Only root can give a file away. */
describe.skipIf(process.getuid?.() !== 0)('a journal that another user has put there', () => {
  test('is not read, so no program is run that it names', async () => {
    const ran = join(state, 'ran');
    const head = {
      ...{
        qblk: 'run',
        version: JOURNAL_VERSION,
        run: 'abc234',
        now: '2026-01-01T00:00:00.000Z',
        folder: '/',
        parameters: {},
      },
      source: { name: 'x.qblk', text: 'stop\n' },
      allowed: { exec: [], raw: [], paths: [], libvirt: false },
      qemus: [{ address: `exec:touch ${ran}`, marked: true }],
    };
    mkdirSync(runs, { recursive: true });
    const journal = join(runs, 'abc234.jsonl');
    Journal.create(journal, head as Head).close();
    chownSync(journal, NOBODY, NOBODY);
    expect(await listRuns()).toMatchObject([{ run: 'abc234', state: 'damaged' }]);
    expect(existsSync(ran)).toBe(false);
    expect(() => readJournal('abc234')).toThrow(
      `${journal} can't be read: it belongs to another user, who may have written it`,
    );
    chownSync(journal, 0, 0);
    await listRuns();
    expect(existsSync(ran)).toBe(true);
  });
});

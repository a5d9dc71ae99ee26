import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { check } from '../../../src/compile/check.ts';
import { loadSnapshot } from '../../../src/qapi/snapshots.ts';
import { findEngines } from '../../../src/sandbox/engines.ts';
import { loadSource } from '../../../src/target/load-script.ts';
import { findEngine } from '../../../src/testing/engine.ts';
import { loadDocument } from '../../../src/testing/load-document.ts';
import { runDocuments } from '../../../src/testing/run-documents.ts';
import type { Turn } from './scripted-prompt.ts';
import { session } from './session.ts';

const engines = [...new Set(['sim', ...findEngines().map(({ kind }) => kind)])];
let folder: string;
let before: string;

beforeEach(() => {
  before = process.cwd();
  folder = mkdtempSync(join(tmpdir(), 'qblk-tour-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

const takesWhatStands: Turn = prompt => {
  const { line } = prompt;
  prompt.line = '';
  return line === '' ? undefined : line;
};

test.each(engines)('the tour goes through on %s, and what it saves is a script', async engine => {
  const stops = Array.from({ length: 9 }, () => takesWhatStands);
  const { text } = await session(['help tour', ...stops, ':transcript tour.md'], {
    wish: { sandbox: engine },
  });
  expect(text).not.toContain('error[');
  expect(text).toContain('→ disk0: A <- B <- C <- D <- E');
  expect(text).toContain('→ disk0: F');
  expect(text).toContain('That was the tour.');

  const saved = readFileSync('tour.qblk', 'utf8');
  expect(saved.split('\n')).toEqual([
    'chain disk0: A <- B <- C <- D',
    '',
    'snapshot D overlay=E filename=e.qcow2',
    'stream C base=A',
    'commit D base=C',
    'del D',
    'commit E base=C then pivot',
    'mirror C target=F filename=f.qcow2 sync=full then pivot',
    '',
  ]);
  const schema = loadSnapshot('newest', 'system');
  if (!schema) throw new Error('no schema');
  const plan = await check(loadSource({ name: 'tour.qblk', text: saved }), { schema, now: new Date(0) });
  expect(plan.findings.filter(({ severity }) => severity === 'error')).toEqual([]);

  const report = await runDocuments([loadDocument(join(folder, 'tour.md'))], {
    engine: await findEngine(engine as 'sim'),
    jobs: 1,
  });
  expect(report.documents.flatMap(({ cases }) => cases.flatMap(({ problems }) => problems))).toEqual([]);
});

test('a transcript tells of what failed, too, and runs', async () => {
  await session([
    'commit top=B base=C',
    'show chain disk0',
    'expect chain disk0: A',
    'job-dismiss id=nobody',
    ':transcript t.md',
  ]);
  const report = await runDocuments([loadDocument(join(folder, 't.md'))], {
    engine: await findEngine('sim'),
    jobs: 1,
  });
  const [document] = report.documents;
  expect(document?.cases.map(({ outcome, problems }) => [outcome, problems])).toEqual(
    Array.from({ length: 4 }, () => ['passed', []]),
  );
});

import { readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findEngines } from '../../src/sandbox/engines.ts';
import { findEngine } from '../../src/testing/engine.ts';
import { type LoadedDocument, loadDocument } from '../../src/testing/load-document.ts';
import { groupsOf, runDocuments } from '../../src/testing/run-documents.ts';
import { rowsThatRun, testRows } from '../support/documents.ts';

// `UPDATE_CASES=1 npx vitest run test/cases` writes what comes out into the documents: read the difference.
const updating = Boolean(process.env['UPDATE_CASES']);
const isThere = findEngines().some(({ kind }) => kind === 'storage-daemon');
if (!isThere) {
  if (process.env['CI']) throw new Error('no qemu-storage-daemon on this machine: run tools/qemu.sh');
  console.warn('\nNO qemu-storage-daemon: the cases are planned and not run. tools/qemu.sh gets one.\n');
}

const documents = readdirSync(import.meta.dirname)
  .filter(file => file.endsWith('.md'))
  .map(file => [file, loadDocument(fileURLToPath(new URL(file, import.meta.url)))] as const);

describe.each(documents)('%s', (_, document) => {
  test('is written as it should be', () => {
    expect(document.findings.map(({ message }) => message)).toEqual([]);
  });
  if (updating) {
    test('is updated', () => update(document));
    return;
  }
  describe.concurrent('planned', () => testRows(groupsOf(document.cases), () => findEngine('none'), false));
  const rows = rowsThatRun(document);
  if (rows.length === 0) return;
  describe.concurrent('simulated', () =>
    testRows(rows, () => findEngine('sim', { program: 'storage-daemon' })));
  describe.skipIf(!isThere).concurrent('run', () => testRows(rows, () => findEngine('storage-daemon')));
});

async function update(document: LoadedDocument): Promise<void> {
  const engine = await findEngine(isThere ? 'storage-daemon' : 'none');
  const report = await runDocuments([document], { engine, jobs: 2, update: writeFileSync });
  const problems = report.documents.flatMap(one => [
    ...one.problems,
    ...one.cases.flatMap(each => each.problems),
  ]);
  expect(problems).toEqual([]);
}

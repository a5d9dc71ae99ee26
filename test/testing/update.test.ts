import { mkdirSync, readdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rewriteFile } from '../../src/cli/fix.ts';
import { findEngine } from '../../src/testing/engine.ts';
import { runDocuments } from '../../src/testing/run-documents.ts';
import { type Folder, fence, makeFolder } from './test-documents.ts';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

async function update(name = 'doc.md') {
  const engine = await findEngine('sim');
  return runDocuments([folder.load(name)], { engine, update: rewriteFile });
}

test('what came out is written into the fences, and the rest stays as it is', async () => {
  const text = (output: string, graph: string) =>
    `# T\n\n${fence('qblk', 'chain disk0: A <- B\nprint "a"\nprint "b"')}\nbetween\n\n${fence('output', output)}${fence('graph', graph)}\n~~~sh\nls\n~~~\n`;
  folder.write('doc.md', text('[..]\nold', ''));
  const report = await update();
  expect(folder.read('doc.md')).toBe(text('[..]\nb', 'disk0: A <- B').replace('```graph\n\n', '```graph\n'));
  expect(report.documents[0]?.cases).toMatchObject([
    { outcome: 'updated', problems: [], notes: ['updated: output, graph'] },
  ]);
  expect((await update()).documents[0]?.cases).toMatchObject([{ outcome: 'passed', notes: [] }]);
});

test('in quotes, lists and with Windows line ends', async () => {
  const text = (output: string) =>
    `- x\n\n  ${fence('qblk', 'print "a\\n\\nb"').trimEnd().replaceAll('\n', '\n  ')}\n  ${fence(
      'output',
      output,
    )
      .trimEnd()
      .replace(/\n(?!\n)/g, '\n  ')}\n`.replaceAll('\n', '\r\n');
  folder.write('doc.md', text('old'));
  await update();
  expect(folder.read('doc.md')).toBe(text('a\n\nb').replace('\r\n  \r\n', '\r\n\r\n'));
});

test('a frame is rewritten, too', async () => {
  folder.write('doc.md', fence('qblk', 'fail "new"') + fence('failure', 'error[failed]: old'));
  await update();
  expect(folder.read('doc.md')).toContain('error[failed]: new\n  --> script.qblk:1:1\n');
});

test.each([
  ['a script that failed', fence('qblk', 'print "a"\nfail "no"') + fence('output', 'b')],
  ['one that was to fail', fence('qblk fails', 'print "a"') + fence('output', 'b')],
  ['one that was skipped', fence('qblk needs=real', 'print "a"') + fence('output', 'b')],
  ['one without fences', fence('qblk', 'print "a"')],
  [
    'all of a document that is wrong',
    fence('qblk', 'print "a"') + fence('output', 'b') + fence('outptu', 'c'),
  ],
])('%s is left alone', async (_, text) => {
  folder.write('doc.md', text);
  const { mtimeMs } = statSync(join(folder.path, 'doc.md'));
  await update();
  expect(folder.read('doc.md')).toBe(text);
  expect(statSync(join(folder.path, 'doc.md')).mtimeMs).toBe(mtimeMs);
});

test('a link stays one, and nothing is left beside it', async () => {
  folder.write('real/doc.md', fence('qblk', 'print "a"') + fence('output', 'b'));
  mkdirSync(join(folder.path, 'links'));
  symlinkSync('../real/doc.md', join(folder.path, 'links/doc.md'));
  await update('links/doc.md');
  expect(readlinkSync(join(folder.path, 'links/doc.md'))).toBe('../real/doc.md');
  expect(folder.read('real/doc.md')).toContain('```output\na\n```');
  expect(readdirSync(join(folder.path, 'real'))).toEqual(['doc.md']);
});

test('a document that somebody has changed meanwhile is not overwritten', async () => {
  const path = folder.write('doc.md', fence('qblk', 'print "a"') + fence('output', 'b'));
  const document = folder.load('doc.md');
  writeFileSync(path, 'changed\n');
  const report = await runDocuments([document], { engine: await findEngine('sim'), update: rewriteFile });
  expect(folder.read('doc.md')).toBe('changed\n');
  expect(report.documents[0]?.problems).toMatchObject([{ message: expect.stringContaining('changed') }]);
});

test('what would end the fence, or stand for other lines, still stands for itself', async () => {
  const script = (mark: string) =>
    `print "a"\nprint "${mark}"\nprint "..."\nprint "x [..] \\\\[..]"\nprint "\\\\..."`;
  folder.write(
    'doc.md',
    `> ${(fence('qblk', script('```')) + fence('output', 'old')).trimEnd().replaceAll('\n', '\n> ')}\n`,
  );
  await update();
  const text = folder.read('doc.md');
  expect(text).toContain('> ````output\n> a\n> ```\n> \\...\n> x \\[..] \\\\[..]\n> \\\\...\n> ````\n');
  expect((await update()).documents[0]?.cases).toMatchObject([{ outcome: 'passed' }]);
  folder.write('doc.md', text.replace('print "..."', 'print "others"'));
  const engine = await findEngine('sim');
  const again = await runDocuments([folder.load('doc.md')], { engine });
  expect(again.documents[0]?.cases).toMatchObject([{ outcome: 'failed' }]);
});

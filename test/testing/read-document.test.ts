import { describe, expect, test } from 'vitest';
import { readDocument } from '../../src/testing/read-document.ts';
import { positionAt } from '../../src/text/source.ts';
import { casesOf, fence, runText } from './test-documents.ts';

function read(text: string) {
  const source = { name: 'doc.md', text };
  const { cases, findings } = readDocument(source);
  return {
    cases,
    found: findings.map(finding => [positionAt(source, finding.primary?.span.start ?? 0).line, finding.code]),
    help: findings.flatMap(finding => finding.help ?? []),
  };
}

describe('what is wrong with a document is said at its line', () => {
  test.each([
    ['a misspelt script', fence('qbkl', 'a'), 1, 'misspelt-fence'],
    ['a misspelt expectation', fence('qblk', 'a') + fence('diagnotics', 'b'), 4, 'misspelt-fence'],
    ['another case', fence('Output', 'a'), 1, 'misspelt-fence'],
    ['words glued to it', fence('qblk,check', 'a'), 1, 'misspelt-fence'],
    ['an expectation without a script', fence('output', 'a'), 1, 'stray-fence'],
    [
      'one behind another language',
      fence('qblk', 'a') + fence('sh', 'b') + fence('output', 'c'),
      7,
      'stray-fence',
    ],
    ['one twice', fence('qblk', 'a') + fence('graph', 'b') + fence('graph', 'c'), 7, 'repeated-fence'],
    ['a word that means nothing', fence('qblk continues', 'a'), 1, 'unknown-fence-word'],
    ['`run`', fence('qblk run', 'a'), 1, 'unknown-fence-word'],
    ['a word twice', fence('qblk check check', 'a'), 1, 'repeated-fence-word'],
    ['a parameter twice', fence('qblk a=1 a=2', 'a'), 1, 'repeated-fence-word'],
    ['a time without a unit', fence('qblk timeout=30', 'a'), 1, 'wrong-fence-value'],
    ['no time at all', fence('qblk timeout=0s', 'a'), 1, 'wrong-fence-value'],
    ['a need that nothing has', fence('qblk needs=sim', 'a'), 1, 'wrong-fence-value'],
    ['a version whose schema is not there', fence('qblk check qemu=1.0', 'a'), 1, 'wrong-fence-value'],
    ['another program', fence('qblk check program=nbd', 'a'), 1, 'wrong-fence-value'],
    ['no end', 'text\n\n```qblk\na\n', 3, 'unclosed-fence'],
    ['nothing to go on from', fence('qblk continue', 'a'), 1, 'nothing-to-continue'],
    [
      'only a check to go on from',
      fence('qblk check', 'a') + fence('qblk continue', 'b'),
      4,
      'nothing-to-continue',
    ],
    ['a check that goes on', fence('qblk', 'a') + fence('qblk check continue', 'b'), 4, 'fences-exclude'],
    ['a check that prints', fence('qblk check', 'a') + fence('output', 'b'), 4, 'fences-exclude'],
  ])('%s', (_, text, line, code) => {
    expect(read(text).found).toEqual([[line, code]]);
  });

  test('with the word that was meant', () => {
    expect(read(fence('diagnotics', 'a')).help[0]).toContain('`diagnostics`');
    expect(read(fence('qblk continues', 'a')).help[0]).toContain('`continue`');
    expect(read(fence('qblk run', 'a')).help[0]).toContain('leave it out');
  });

  test('and nothing of it is run', async () => {
    const [document] = (await runText(fence('qblk', 'print "x"') + fence('outptu', 'x'))).documents;
    expect(document?.cases).toEqual([]);
    expect(document?.problems).toMatchObject([
      { line: 4, message: expect.stringContaining('--> doc.md:4:4') },
    ]);
  });

  test.each(['sh', 'json', 'text', 'plain', 'graphviz', 'diff', 'output-of-ls', ''])(
    'a fence in %j is prose',
    word => {
      expect(read(fence(word, 'a'))).toMatchObject({ cases: [], found: [] });
    },
  );
});

describe('what a document says', () => {
  test('a script has the heading above it as its name, with a number from the second on', () => {
    const { cases } = read(`# Top\n${fence('qblk', 'a')}## Next\n${fence('qblk', 'b')}${fence('qblk', 'c')}`);
    expect(cases.map(({ name, line }) => [name, line])).toEqual([
      ['Top', 2],
      ['Next', 6],
      ['Next (2)', 9],
    ]);
  });

  test('words and expectations', () => {
    const info = 'qblk fails needs=real,6.0 timeout=1.5m disk=disk0';
    const [one] = read(
      `${fence(info, 'a')}\ntext\n\n${fence('graph', 'b')}\nmore\n\n${fence('output', 'c')}`,
    ).cases;
    expect(one).toMatchObject({ needs: ['real', '6.0'], timeout: 90_000, text: 'a\n' });
    expect([...(one?.flags ?? [])]).toEqual(['fails']);
    expect([...(one?.parameters ?? [])]).toEqual([['disk', 'disk0']]);
    expect([...(one?.expected ?? [])].map(([word, { text }]) => [word, text])).toEqual([
      ['graph', 'b\n'],
      ['output', 'c\n'],
    ]);
  });

  test('a parameter that the script does not have fails the script, at its line', async () => {
    const report = await runText(`\n${fence('qblk disc=disk0', 'param disk: device\nchain $disk: A')}`);
    expect(casesOf(report)).toMatchObject([
      { outcome: 'failed', problems: [{ line: 2, message: expect.stringContaining('it has disk') }] },
    ]);
  });
});

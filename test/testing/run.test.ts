import { afterEach, describe, expect, test } from 'vitest';
import { findEngine } from '../../src/testing/engine.ts';
import { runDocuments } from '../../src/testing/run-documents.ts';
import { haveStorageDaemon } from '../jobs/storage-daemon.ts';
import { casesOf, type Folder, fence, makeFolder, runText } from './test-documents.ts';

let folder: Folder | undefined;
afterEach(() => {
  folder?.remove();
  folder = undefined;
});

const chain = 'chain disk0: A <- B <- C';

describe('a script that does what the document says passes', () => {
  test('with its graph, its output, its plan and what the check finds', async () => {
    const text = [
      fence('qblk', `${chain}\ncommit B base=A\nprint "done at \${now}"`),
      fence('graph', 'disk0: A <- C'),
      fence('output', 'done at 20260501T0300Z'),
      fence('plan', '  1  chain disk0: A <- B <- C\n...\n     after       A <------ C <- [disk0]\n...'),
      fence('diagnostics', ''),
    ].join('\n');
    expect(casesOf(await runText(text))).toMatchObject([{ outcome: 'passed', problems: [] }]);
  });

  test('one that must fail, when it is checked or when it runs', async () => {
    const text = [
      fence('qblk fails', `${chain}\ncommit top=B base=C`),
      fence('qblk', `${chain}\nfail "enough"`),
      fence('failure', 'error[failed]: enough\n  --> script.qblk:2:1\n...'),
      fence('qblk check fails', 'commmit B'),
    ].join('');
    expect(casesOf(await runText(text)).map(({ outcome }) => outcome)).toEqual([
      'passed',
      'passed',
      'passed',
    ]);
  });

  test('of one in error only the error is told, whatever plan the document states', async () => {
    const text = `${fence('qblk', `${chain}\nstream C base=C`)}${fence('plan', '...')}`;
    for (const engine of ['none', 'sim'] as const) {
      const [one] = casesOf(await runText(text, { engine }));
      expect(one?.problems).toMatchObject([{ line: 3, message: expect.stringContaining('base-not-below') }]);
    }
  });

  test('one that goes on where another ended: sandbox, names, job ids', async () => {
    const text = [
      fence('qblk', `${chain}\nlet x = "kept"\nstart mirror C target=E filename=e.qcow2 sync=full job-id=m`),
      fence('qblk continue', 'wait m ready\nprint "${x}"\npivot m'),
      fence('output', 'kept'),
      fence('graph', 'disk0: E'),
      fence('qblk', `${chain}\nexpect no jobs`),
    ].join('');
    const cases = casesOf(await runText(text));
    expect(cases.flatMap(({ problems }) => problems)).toEqual([]);
    expect(cases.map(({ outcome }) => outcome)).toEqual(['passed', 'passed', 'passed']);
  });

  test('procedures of an earlier script, and of a file beside the document', async () => {
    folder = makeFolder();
    folder.write('lib/say.qblk', 'proc say(what: string) {\n  print "${what}!"\n}\n');
    const text = [
      fence('qblk', 'use "lib/say.qblk"\nproc twice(what: string) {\n  say $what\n  say $what\n}\nsay one'),
      fence('output', 'one!'),
      fence('qblk continue', 'twice two'),
      fence('output', 'two!\ntwo!'),
    ].join('');
    folder.write('doc.md', text);
    const report = await runDocuments([folder.load('doc.md')], { engine: await findEngine('sim') });
    expect(casesOf(report).flatMap(({ problems }) => problems)).toEqual([]);
  });

  test('a file that is one script', async () => {
    const [one] = casesOf(await runText(`${chain}\ncommit B base=A\n`, { name: 'dir/merge.qblk' }));
    expect(one).toMatchObject({ name: 'merge.qblk', line: 1, outcome: 'passed' });
    expect(one?.statements.map(({ line, text, chains }) => [line, text, chains])).toEqual([
      [1, chain, undefined],
      [2, 'commit B base=A', ['disk0: A <- C']],
    ]);
  });
});

describe('what is not so is reported at its line', () => {
  test('the first line that differs', async () => {
    const text = `# T\n\n${fence('qblk', 'print "a"\nprint "b"')}\n${fence('output', 'a\nc')}`;
    const [one] = casesOf(await runText(text));
    expect(one).toMatchObject({
      outcome: 'failed',
      problems: [{ line: 10, expected: 'a\nc\n', actual: 'a\nb\n' }],
    });
    expect(one?.problems[0]?.message).toBe('the output is not as expected:\n  a\n- c\n+ b');
  });

  test('the statement that failed, with its frame in the document, also in a quote', async () => {
    const text = `text\n\n> ${fence('qblk', `${chain}\n  fail "no"`).trimEnd().replaceAll('\n', '\n> ')}\n`;
    const [one] = casesOf(await runText(text));
    expect(one?.problems).toMatchObject([{ line: 5 }]);
    expect(one?.problems[0]?.message).toBe(
      'error[failed]: no\n  --> doc.md:5:5\n   |\n 5 | >   fail "no"\n   |     ^^^^^^^^^ the script stops here',
    );
    expect(one?.statements).toMatchObject([
      { outcome: 'done' },
      { outcome: 'failed', line: 5, failure: 'no' },
    ]);
  });

  test('a failure in a procedure of another file stands at its call', async () => {
    folder = makeFolder();
    folder.write('lib.qblk', 'proc no() {\n  fail "no"\n}\n');
    folder.write('doc.md', `\n\n${fence('qblk', 'use "lib.qblk"\nno')}`);
    const report = await runDocuments([folder.load('doc.md')], { engine: await findEngine('sim') });
    expect(casesOf(report)[0]?.problems).toMatchObject([
      { line: 5, message: expect.stringContaining('lib.qblk:2:3') },
    ]);
  });

  test('what was to fail and did not', async () => {
    const text = `${fence('qblk fails', 'print "fine"')}\n${fence('qblk', 'print "fine"')}${fence('failure', 'error[…')}`;
    expect(casesOf(await runText(text)).map(({ problems }) => problems.map(({ line }) => line))).toEqual([
      [1],
      [5],
    ]);
  });

  test('a check that finds what nobody stated', async () => {
    const text = `\n${fence('qblk check', `${chain}\ncommit B base=A then pivot`)}`;
    expect(casesOf(await runText(text))[0]?.problems).toMatchObject([{ line: 4 }]);
  });

  test('a script that does not end, at the statement that hung', async () => {
    const text = fence('qblk timeout=100ms', `${chain}\nif 1 == 1 {\n  wait 1 == 2\n}`);
    const [one, ...more] = casesOf(await runText(`${text}${fence('qblk continue', 'expect no jobs')}`));
    expect(one?.problems).toMatchObject([{ line: 4, message: expect.stringContaining('never-ended') }]);
    expect(more).toMatchObject([{ outcome: 'skipped', reason: 'goes on from line 1, which failed' }]);
  });
});

describe('what an engine does not have is skipped, with what goes on from it', () => {
  test.each([
    ['real', 'sim', 'needs a real QEMU, and this is the simulator'],
    ['storage-daemon', 'sim', 'needs a storage daemon, and this is a simulator'],
    ['99.1', 'sim', /^needs QEMU 99\.1, and this is \d+\.\d+\.\d+$/],
  ] as const)('%s', async (need, engine, reason) => {
    const text =
      fence(`qblk needs=${need}`, 'print "a"') +
      fence('qblk continue', 'print "b"') +
      fence('qblk', 'print "c"');
    const cases = casesOf(await runText(text, { engine }));
    expect(cases.map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped', 'passed']);
    expect(cases[0]?.reason).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
  });

  test.each(['qemu', '5.2', '6', '11.1.2'])('%s is there', async need => {
    expect(casesOf(await runText(fence(`qblk needs=${need}`, 'print "a"')))).toMatchObject([
      { outcome: 'passed' },
    ]);
  });
});

test('without an engine scripts are checked, and what a plan tells is held against the document', async () => {
  const text = [
    fence('qblk', `${chain}\nstart commit C base=A job-id=m`),
    fence('qblk continue', 'wait m ready\npivot m'),
    fence('graph', 'disk0: A'),
    fence('qblk', `${chain}\ncommit B base=A`),
    fence('graph', 'disk0: A <- B <- C'),
    fence('qblk', 'nonsense'),
  ].join('');
  const report = await runText(text, { engine: 'none' });
  expect(casesOf(report).map(({ outcome }) => outcome)).toEqual(['passed', 'passed', 'failed', 'failed']);
  expect(report.qemu).toBeUndefined();
});

describe('several at once', () => {
  const slow = (name: string, ms: number) =>
    `# ${name}\n${fence('qblk', `wait 1 == 2 within ${ms}ms else { print "${name}" }`)}${fence('output', name)}`;

  test('reports come in the order of the documents', async () => {
    const names = ['first', 'second', 'third'];
    folder = makeFolder();
    for (const [at, name] of names.entries()) folder.write(`${name}.md`, slow(name, 300 - 100 * at));
    const seen: string[] = [];
    const documents = names.map(name => (folder as Folder).load(`${name}.md`));
    const report = await runDocuments(documents, {
      engine: await findEngine('sim'),
      jobs: 3,
      onDocument: ({ file }) => seen.push(file),
    });
    expect(seen).toEqual(documents.map(({ path }) => path));
    expect(report.documents.map(({ file }) => file)).toEqual(seen);
    expect(report.documents.flatMap(({ cases }) => cases.map(({ name }) => name))).toEqual(names);
  });

  test('only those that were asked for, and what they go on from', async () => {
    const text = `# One\n${fence('qblk', 'print "1"')}# Two\n${fence('qblk continue', 'print "2"')}# Three\n${fence('qblk', 'print "3"')}`;
    expect(casesOf(await runText(text, { filter: 'tWo' })).map(({ name }) => name)).toEqual(['One', 'Two']);
  });
});

test('a run that is stopped gives up what hangs, and reports what was done', async () => {
  const controller = new AbortController();
  const text = `${fence('qblk', 'print "a"')}${fence('qblk', 'wait 1 == 2')}${fence('qblk', 'print "b"')}`;
  setTimeout(() => controller.abort(), 200);
  const report = await runText(text, { jobs: 1, signal: controller.signal });
  expect(report.interrupted).toBe(true);
  expect(casesOf(report).map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['passed', undefined],
    ['skipped', 'interrupted'],
    ['skipped', 'interrupted'],
  ]);
});

test.skipIf(!haveStorageDaemon())(
  'a deferred statement does not hold up a script whose time is over',
  async () => {
    const began = performance.now();
    const report = await runText(fence('qblk timeout=1s', 'defer $ sleep 60\n$ sleep 60'), {
      engine: 'storage-daemon',
    });
    expect(casesOf(report)).toMatchObject([{ outcome: 'failed' }]);
    expect(performance.now() - began).toBeLessThan(30_000);
  },
  60_000,
);

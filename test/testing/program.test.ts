import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storageDaemon } from '../cli/live.ts';
import { buildProgram, type Program, until } from '../cli/program.ts';
import { fence } from './test-documents.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => program.remove());

function write(name: string, text: string): string {
  mkdirSync(join(program.folder, name, '..'), { recursive: true });
  writeFileSync(join(program.folder, name), text);
  return name;
}

const good = fence('qblk', 'chain disk0: A <- B\ncommit B base=A then pivot') + fence('graph', 'disk0: A');
const bad = fence('qblk', 'print "a"') + fence('output', 'b');
const sim = ['--engine', 'sim'];

describe('exit codes', () => {
  test.each([
    ['0: all is as stated', good, 0],
    ['5: a script came to something else', good + bad, 5],
    ['3: a document is wrong', good + fence('outptu', 'x'), 3],
    ['2: there is no script', '# Nothing\n', 2],
  ])('%s', async (_, text, code) => {
    const file = write('codes.md', text);
    expect((await program.run(['test', file, ...sim])).code).toBe(code);
  });

  test.each([
    ['no such file', ['none.md'], 'there is no such file'],
    ['no document', ['codes.txt'], 'a document is a .md or a .qblk file'],
    ['a folder without any', ['empty'], 'there is no document in empty'],
    ['no path', [], 'needs a document'],
    ['an engine that is none', ['codes.md', '--engine', 'xen'], 'there is no engine `xen`'],
    [
      'a version for a real QEMU',
      ['codes.md', '--engine', 'storage-daemon', '--qemu', '7.2'],
      'there is no folder 7.2',
    ],
    ['a folder for none', ['codes.md', '--engine', 'sim', '--qemu', 'empty'], 'starts no QEMU'],
    ['a report that is none', ['codes.md', '--report', 'junitt'], 'did you mean junit?'],
    [
      'two reports for one place',
      ['codes.md', '--report', 'tap', '--report', 'json'],
      'two reports would go to stdout',
    ],
    ['a report to nowhere', ['codes.md', ...sim, '--report', 'tap=none/x.tap'], 'cannot write none/x.tap'],
    ['no number of jobs', ['codes.md', '--jobs', '0'], '--jobs is a number'],
    ['no duration', ['codes.md', '--timeout', '5'], '--timeout is a duration'],
    ['a filter that nothing fits', ['codes.md', ...sim, '--filter', 'nobody'], 'no heading above a script'],
    ['a parameter', ['codes.md', 'disk=disk0'], 'takes no parameter'],
  ])('2: %s', async (_, args, words) => {
    write('codes.md', good);
    write('codes.txt', '');
    mkdirSync(join(program.folder, 'empty'), { recursive: true });
    const { code, stderr } = await program.run(['test', ...args]);
    expect(stderr).toContain(words);
    expect(code).toBe(2);
  });

  test('4: no engine of the kind that is wanted', async () => {
    const env = { PATH: join(program.folder, 'empty'), QBLK_QEMU: '' };
    mkdirSync(env.PATH, { recursive: true });
    const { code, stderr } = await program.run(['test', write('codes.md', good), '--engine', 'qemu'], {
      env,
    });
    expect(stderr).toContain('no qemu-system-x86_64');
    expect(code).toBe(4);
    const automatic = await program.run(['test', 'codes.md'], { env });
    expect(automatic.stderr).toContain('no QEMU here: the built-in simulator takes its place');
    expect(automatic.stdout).toContain('on simulator (QEMU');
    expect(automatic.code).toBe(0);
  });
});

test('of a folder every document in it and below, in order', async () => {
  for (const name of ['b.md', 'a/z.qblk', 'a/y.md', 'c.txt', '.hidden/x.md', 'node_modules/x.md'])
    write(`tree/${name}`, name.endsWith('.qblk') ? 'print "x"\n' : fence('qblk', 'print "x"'));
  const { stdout, code } = await program.run(['test', 'tree', ...sim]);
  expect(stdout.match(/^\S+(?=:)/gm)).toEqual(['tree/a/y.md', 'tree/a/z.qblk', 'tree/b.md']);
  expect(code).toBe(0);
});

test('several reports at once', async () => {
  write('codes.md', good);
  const reports = ['tap=out.tap', 'junit=out.xml', 'json=out.json', 'html=out.html', 'text=out.txt'];
  const args = reports.flatMap(report => ['--report', report]);
  const { stdout, code } = await program.run(['test', 'codes.md', ...sim, ...args]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^codes\.md: 1 passed/);
  const read = (name: string) => readFileSync(join(program.folder, name), 'utf8');
  expect(read('out.tap')).toMatch(/^TAP version 14\n1\.\.1\n/);
  expect(read('out.xml')).toContain('</testsuites>');
  expect(JSON.parse(read('out.json'))).toMatchObject({ version: 1 });
  expect(read('out.html')).toContain('</html>');
  expect(read('out.txt')).toContain('commit B base=A then pivot');
  const json = await program.run(['test', 'codes.md', ...sim, '--report', 'json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ documents: [{ cases: [{ outcome: 'passed' }] }] });
});

test('--json tells each script as a record, and always ends', async () => {
  write('codes.md', `${good}${bad}`);
  const { code, stdout } = await program.run(['test', 'codes.md', ...sim, '--json']);
  expect(code).toBe(5);
  const records = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(records).toMatchObject([
    { record: 'start', version: 2, engine: 'simulator' },
    { record: 'case', file: 'codes.md', outcome: 'passed', statements: expect.any(Array) },
    { record: 'case', file: 'codes.md', outcome: 'failed' },
    { record: 'summary', passed: 1, failed: 1 },
    { record: 'end', code: 5 },
  ]);
  for (const { duration } of records[1].statements) expect(Number.isInteger(duration)).toBe(true);
  const nothing = await program.run(['test', 'none.md', ...sim, '--json']);
  expect(
    nothing.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).record),
  ).toEqual(['error']);
});

test('a report that cannot be written is said before anything runs', async () => {
  write('codes.md', good);
  const { code, stderr } = await program.run([
    'test',
    'codes.md',
    ...sim,
    '--report',
    'junit=/nowhere/x.xml',
  ]);
  expect(code).toBe(2);
  expect(stderr).toBe('qblk: cannot write /nowhere/x.xml: there is no such folder\n');
});

const engine = storageDaemon();
const real = ['--engine', 'storage-daemon'];

/** The processes whose command line has the program's temporary folder in it. */
function processes(): string[] {
  const all = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
  return all.filter(line => line.includes(program.temporary) && !line.includes('ps -eo'));
}

function leftovers(): string[] {
  return [...readdirSync(program.temporary), ...processes()];
}

describe.skipIf(!engine)('on a real storage daemon nothing is left', () => {
  const hanging = (more = '') => fence(`qblk ${more}`.trim(), 'chain disk0: A <- B\nwait 1 == 2');

  test('of scripts that pass, fail, never end and cannot start', async () => {
    const odd = fence('qblk', 'chain disk0: A\nchain disk1: A');
    const file = write('codes.md', `${good}${bad}${hanging('timeout=300ms')}${odd}`);
    const { stdout, code } = await program.run(['test', file, ...real]);
    expect(code).toBe(5);
    expect(stdout).toContain('codes.md:16\n    error[never-ended]');
    expect(leftovers()).toEqual([]);
  });

  test('of a script for a whole QEMU, whose page is told how to say so', async () => {
    const file = write('whole.md', fence('qblk', 'chain disk0: A\nquery-status'));
    const { stdout, code } = await program.run(['test', file, ...real]);
    expect(code).toBe(5);
    expect(stdout).toMatch(/\[unknown-command\]: qemu-storage-daemon \S+ has no command `query-status`/);
    expect(stdout).toContain('have it, as a system emulator; `needs=qemu` beside `qblk` runs it there alone');
    expect(leftovers()).toEqual([]);
  });

  test('of a sandbox that cannot start; its script says so at its line', async () => {
    const file = write(
      'codes.md',
      `${good}\n${fence('qblk', 'chain disk0: A size=64M\nchain disk1: B="A.qcow2"')}`,
    );
    const { stdout, code } = await program.run(['test', file, ...real]);
    expect(stdout).toContain('codes.md:9\n    two images of the sandbox have the same file: A.qcow2');
    expect(code).toBe(5);
    expect(leftovers()).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('after %s, which still tells what was done', async signal => {
    const file = write('codes.md', good + hanging() + hanging());
    const { child, done } = program.start(['test', file, ...real, '--jobs', '2']);
    await until(
      () => processes().filter(line => line.includes('qemu-storage-daemon --blockdev')).length >= 2,
    );
    child.kill(signal);
    const { code, stdout } = await done;
    expect(code).toBe(130);
    expect(stdout).toMatch(/interrupted: (1 passed, )?[23] skipped/);
    await until(() => leftovers().length === 0);
  });

  test('after a kill', async () => {
    const { child, done } = program.start(['test', write('codes.md', hanging() + hanging()), ...real]);
    await until(() => processes().some(line => line.includes('qemu-storage-daemon --blockdev')));
    child.kill('SIGKILL');
    await done;
    await until(() => leftovers().length === 0);
  });
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildProgram, type Program } from './program.ts';

let program: Program;
let folder: string;

beforeAll(async () => {
  program = await buildProgram();
}, 60_000);
afterAll(() => program.remove());
beforeEach(() => {
  folder = mkdtempSync(join(program.folder, 'used-'));
});

const write = (name: string, text: string | Uint8Array) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
};
const run = (args: readonly string[], input?: string) =>
  program.run(args, { cwd: folder, ...(input === undefined ? {} : { input }) });
const records = (text: string) =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));

const MERGE =
  '## Merges an image into one below it.\nproc merge(image: node, into: node) {\n  commit $image base=$into\n}\n';
const SCRIPT =
  'use "lib/merge.qblk"\nchain disk0: A <- B <- C\nmerge B into=A\nexpect chain disk0: A <- C\nprint "done"\n';

describe('a used file', () => {
  test('is found beside the file that says it, whatever the working folder is', async () => {
    write('job/main.qblk', SCRIPT);
    write('job/lib/merge.qblk', `use "../more/say.qblk"\n${MERGE}`);
    write('job/more/say.qblk', 'proc say(text: string) { print $text }\n');
    const { code, stdout, stderr } = await run(['run', 'job/main.qblk', '--sandbox=sim']);
    expect(stderr).toContain('job/lib/merge.qblk:4    commit $image base=$into');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'done\n' });
  });

  test('is found from the working folder for -c and standard input', async () => {
    write('lib/merge.qblk', MERGE);
    const one = await run(['-c', SCRIPT, '--sandbox=sim']);
    const other = await run(['run', '-', '--sandbox=sim'], SCRIPT);
    expect([one.code, one.stdout, other.code, other.stdout]).toEqual([0, 'done\n', 0, 'done\n']);
  });

  test('may have procedures that could not be carried out here, as long as none of them is called', async () => {
    write('lib/more.qblk', 'proc clean() { $ curl x }\nproc all() { clean }\nproc look() { show chain }\n');
    expect(await run(['check', '-c', 'use "lib/more.qblk"\nlook'])).toMatchObject({ code: 0, stderr: '' });
    const { code, stderr } = await run(['check', '-c', 'use "lib/more.qblk"\nall']);
    expect(code).toBe(3);
    expect(stderr).toContain('error[host-not-allowed]: `curl` is not a program that a script may run');
  });

  test('is read once, by whatever names it goes', async () => {
    write('main.qblk', `use "a.qblk"\nuse "b.qblk"\n${SCRIPT}`);
    write('a.qblk', 'use "lib/merge.qblk"\n');
    symlinkSync('merge.qblk', join(folder, 'also.qblk'));
    write('b.qblk', 'use "./lib/../lib/other.qblk"\n');
    write('lib/merge.qblk', MERGE);
    symlinkSync('merge.qblk', join(folder, 'lib/other.qblk'));
    const ran = await run(['run', 'main.qblk', '--sandbox=sim', '--quiet']);
    expect(ran).toMatchObject({ code: 0, stdout: 'done\n', stderr: '' });
    const planned = await run(['plan', 'main.qblk', '--sandbox=sim', '--out', 'x.plan', '--quiet']);
    expect(planned.code).toBe(0);
    rmSync(join(folder, 'lib'), { recursive: true });
    expect(await run(['run', '--plan', 'x.plan', '--sandbox=sim', '--quiet'])).toMatchObject({
      code: 0,
      stdout: 'done\n',
    });
  });

  test('sees nothing of the script', async () => {
    write('main.qblk', 'let secret = "s"\nuse "lib.qblk"\nproc own() { print $secret }\nlook\nown\n');
    write('lib.qblk', 'proc look() { print $secret }\n');
    const { code, stderr } = await run(['check', 'main.qblk']);
    expect(code).toBe(3);
    expect(stderr).toContain('error[unknown-name]: nothing is called `$secret` here\n  --> lib.qblk:1:22');
    expect(stderr).not.toContain('main.qblk:');
  });

  test('is part of the help, and of the lines of a plan', async () => {
    write('main.qblk', SCRIPT);
    write('lib/merge.qblk', MERGE);
    const help = await run(['main.qblk', '--help']);
    expect(help.stdout).toContain('  merge IMAGE into=…\n      Merges an image into one below it.\n');
    const plan = await run(['plan', 'main.qblk']);
    expect(plan.stdout).toContain('  3  merge B into=A\n  lib/merge.qblk:3  commit $image base=$into\n');
  });

  test('is named in every record for machines', async () => {
    write('main.qblk', SCRIPT);
    write('lib/merge.qblk', MERGE);
    const compiled = records((await run(['compile', 'main.qblk'])).stdout);
    expect(compiled.map(({ file, line }) => [file, line])).toEqual([
      [undefined, 2],
      ...[3, 3, 3, 3].map(line => ['lib/merge.qblk', line]),
      [undefined, 4],
    ]);
    const ran = records((await run(['run', 'main.qblk', '--sandbox=sim', '--json'])).stdout);
    expect(ran.find(({ execute }) => execute === 'block-commit')).toMatchObject({
      file: 'lib/merge.qblk',
      line: 3,
    });
    write('lib/merge.qblk', MERGE.replace('commit', 'comit'));
    const wrong = records((await run(['check', 'main.qblk', '--json'])).stdout);
    expect(wrong).toMatchObject([{ code: 'unknown-verb', file: 'lib/merge.qblk', line: 3, column: 3 }]);
  });
});

test('a failure inside shows the line that called, in its own file', async () => {
  write('main.qblk', SCRIPT.replace('into=A', 'into=C'));
  write('lib/merge.qblk', MERGE);
  const { code, stderr } = await run(['check', 'main.qblk']);
  expect(code).toBe(3);
  expect(stderr).toContain(' --> lib/merge.qblk:3:17\n');
  expect(stderr).toContain(
    '  ::: main.qblk:3:1\n   |\n 3 | merge B into=C\n   | -------------- called here\n',
  );
});

describe('a file that cannot be used', () => {
  const found = async () => {
    const { code, stdout } = await run(['check', 'main.qblk', '--json']);
    const told = records(stdout);
    return [code, ...told.map(one => `${one.file}:${one.line}:${one.column} ${one.code}: ${one.message}`)];
  };

  test('is told where the line stands that names it, with what is wrong', async () => {
    write('main.qblk', 'use "none.qblk"\nuse "lib"\nuse "latin.qblk"\nuse "lib/first.qblk"\nanything A\n');
    write('latin.qblk', Uint8Array.of(0xe9));
    write('lib/first.qblk', 'use "second.qblk"\n');
    expect(await found()).toEqual([
      3,
      'main.qblk:1:5 cannot-use: `none.qblk` cannot be used: there is no such file',
      'main.qblk:2:5 cannot-use: `lib` cannot be used: it is a folder',
      'main.qblk:3:5 cannot-use: `latin.qblk` cannot be used: it is not UTF-8',
      'lib/first.qblk:1:5 cannot-use: `lib/second.qblk` cannot be used: there is no such file',
    ]);
  });

  test('is never a pipe or a device, which may have no end', async () => {
    write('main.qblk', 'use "/dev/zero"\nlet x = "y"\nuse "${x}.qblk"\n');
    expect(await found()).toEqual([
      3,
      'main.qblk:1:5 cannot-use: `/dev/zero` cannot be used: it is no regular file',
      'main.qblk:3:5 cannot-use: the path of a `use` is read before the script runs, so it cannot be made of values',
    ]);
  });

  test('may use itself in a circle, or be used twice', async () => {
    write('main.qblk', 'use "a.qblk"\nuse "./a.qblk"\nuse "main.qblk"\n');
    write('a.qblk', 'use "b.qblk"\n');
    write('b.qblk', 'use "a.qblk"\n');
    expect(await found()).toEqual([
      3,
      'main.qblk:2:1 used-twice: `a.qblk` is used twice',
      'main.qblk:3:5 use-cycle: `main.qblk` uses itself',
      'b.qblk:1:5 use-cycle: files use each other in a circle: a.qblk -> b.qblk -> a.qblk',
    ]);
  });

  test('may hold more than procedures, or be wrong in itself', async () => {
    write('main.qblk', 'use "a.qblk"\nproc ok() { show jobs }\n');
    write('a.qblk', '# fine\nproc ok() { show jobs }\nchain disk0: A <- B\nproc commit( { }\n');
    expect(await found()).toEqual([
      3,
      'main.qblk:2:6 repeated-procedure: there are two procedures called `ok`',
      'a.qblk:3:1 not-for-use: `a.qblk` is used by another file, and has more in it than procedures',
      expect.stringMatching(/^a\.qblk:4:/),
    ]);
  });
});

describe('a saved plan', () => {
  test('holds the used files, and runs without them', async () => {
    write('main.qblk', SCRIPT);
    write('lib/merge.qblk', MERGE);
    expect((await run(['plan', 'main.qblk', '--sandbox=sim', '--out', 'x.plan'])).code).toBe(0);
    write('lib/merge.qblk', 'proc merge(image: node, into: node) { stream $image }\n');
    const { code, stderr } = await run(['run', '--plan', 'x.plan', '--sandbox=sim']);
    expect(code).toBe(0);
    expect(stderr).toContain('disk0: A <- C');
  });

  test('reads nothing from the disk for a file that it does not hold', async () => {
    write('main.qblk', SCRIPT);
    write('lib/merge.qblk', MERGE);
    await run(['plan', 'main.qblk', '--sandbox=sim', '--out', 'x.plan']);
    const plan = JSON.parse(readFileSync(join(folder, 'x.plan'), 'utf8'));
    write('x.plan', JSON.stringify({ ...plan, script: { ...plan.script, used: undefined } }));
    const { code, stderr } = await run(['run', '--plan', 'x.plan', '--sandbox=sim']);
    expect(code).toBe(3);
    expect(stderr).toContain('`lib/merge.qblk` cannot be used: the plan does not have it');
  });
});

test('`check --fix` changes the file that is named, and says where else something can be fixed', async () => {
  write('main.qblk', `${SCRIPT}comit C base=A\n`);
  write('lib/merge.qblk', MERGE.replace('commit', 'comit'));
  const main = await run(['check', '--fix', 'main.qblk']);
  expect(main.stderr).toContain('qblk check --fix lib/merge.qblk');
  expect(readFileSync(join(folder, 'main.qblk'), 'utf8')).toBe(`${SCRIPT}commit C base=A\n`);
  expect(readFileSync(join(folder, 'lib/merge.qblk'), 'utf8')).toBe(MERGE.replace('commit', 'comit'));
  expect((await run(['check', '--fix', 'lib/merge.qblk'])).code).toBe(0);
  expect(readFileSync(join(folder, 'lib/merge.qblk'), 'utf8')).toBe(MERGE);
});

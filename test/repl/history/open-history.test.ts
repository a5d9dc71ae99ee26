import { execFile } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openHistory } from '../../../src/repl/history/open-history.ts';

let folder: string;
let file: string;
let problems: string[];
const open = (max?: number) =>
  openHistory({ file, onProblem: message => problems.push(message), ...(max === undefined ? {} : { max }) });
const contents = () => readFileSync(file, 'utf8');
const modeOf = (path: string) => statSync(path).mode & 0o777;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qblk-history-'));
  file = join(folder, 'state', 'qblk', 'history');
  problems = [];
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('entries', () => {
  test('are the newest first, each once, and those of the next prompt', () => {
    const history = open();
    for (const entry of ['a', 'if jobs {\n  show \\jobs\n}', 'b', 'a', ' ', '']) history.add(entry);
    const expected = ['a', 'b', 'if jobs {\n  show \\jobs\n}'];
    expect(history.entries).toEqual(expected);
    history.close();
    expect(contents()).toBe('if jobs {\\n  show \\\\jobs\\n}\nb\na\n');
    expect(open().entries).toEqual(expected);
    expect(problems).toEqual([]);
  });

  test('are in the file when `add` returns', () => {
    open().add('a');
    expect(contents()).toBe('a\n');
  });

  test('of prompts that are open at once are seen by all, and none closes over another', () => {
    const [one, two] = [open(), open()];
    one.add('a');
    two.add('b');
    one.add('c');
    expect(two.entries).toEqual(['c', 'b', 'a']);
    two.close();
    one.add('d');
    expect(one.entries).toEqual(['d', 'c', 'b', 'a']);
    one.close();
    expect(open().entries).toEqual(['d', 'c', 'b', 'a']);
  });

  test('are cut to the newest when a prompt that has added some ends', () => {
    const history = open(3);
    for (const entry of ['a', 'b', 'c', 'd']) history.add(entry);
    expect(history.entries).toHaveLength(4);
    open(1).close();
    expect(contents()).toBe('a\nb\nc\nd\n');
    history.close();
    expect(contents()).toBe('b\nc\nd\n');
    expect(readdirSync(dirname(file))).toEqual(['history']);
  });

  test('ten thousand are read at once', () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, Array.from({ length: 10_050 }, (_, at) => `entry ${at}\n`).join(''));
    const history = open();
    history.add('last');
    history.close();
    expect(open().entries).toHaveLength(10_000);
  });

  test('of a prompt stay with it when the file is removed', () => {
    const history = open();
    history.add('a');
    history.add('b');
    expect(history.entries).toEqual(['b', 'a']);
    rmSync(file);
    expect(history.entries).toEqual(['b', 'a']);
    history.add('c');
    expect(contents()).toBe('c\n');
    expect(history.entries).toEqual(['c', 'b', 'a']);
  });
});

describe('what holds a secret', () => {
  const [s0, s1] = ['object-add qom-type=secret id=s0 data=x', 'let pw = "y"'];

  test('is in its place in this prompt, and nowhere else', () => {
    const history = open();
    for (const entry of [s0, 'a', s1, s0, s1, 'b']) history.add(entry);
    expect(history.entries).toEqual(['b', s1, s0, 'a']);
    expect(contents()).toBe('a\nb\n');
    history.close();
    expect(contents()).toBe('a\nb\n');
    expect(open().entries).toEqual(['b', 'a']);
  });

  test('alone makes no file', () => {
    const history = open();
    history.add(s0);
    history.close();
    expect(history.entries).toEqual([s0]);
    expect(existsSync(file)).toBe(false);
  });

  test('is taken out of a file that somebody has put it into', () => {
    const history = open();
    history.add('a');
    appendFileSync(file, `${s0}\n`);
    history.close();
    expect(contents()).toBe('a\n');
  });
});

describe('the file', () => {
  test('stands in the XDG state folder, for its owner only', () => {
    vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
    openHistory().add('a');
    expect([file, dirname(file), dirname(dirname(file))].map(modeOf)).toEqual([0o600, 0o700, 0o700]);
  });

  test('or below the home folder, where that is not given as a whole path', () => {
    vi.stubEnv('HOME', folder);
    for (const state of ['', 'relative']) {
      vi.stubEnv('XDG_STATE_HOME', state);
      openHistory().add(`a${state}`);
    }
    expect(readFileSync(join(folder, '.local/state/qblk/history'), 'utf8')).toBe('a\narelative\n');
  });

  test('is closed to others where it was open to them; so is its folder, unless somebody chose the place', () => {
    mkdirSync(dirname(file), { recursive: true });
    for (const given of [false, true]) {
      chmodSync(dirname(file), 0o755);
      writeFileSync(file, 'a\n');
      chmodSync(file, 0o666);
      vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
      openHistory(given ? { file } : {}).close();
      expect([modeOf(file), modeOf(dirname(file))]).toEqual([0o600, given ? 0o755 : 0o700]);
    }
    const history = open();
    history.add('b');
    history.close();
    expect(modeOf(file)).toBe(0o600);
  });

  test('is not made by a prompt that is opened and closed', () => {
    const history = open();
    expect(history.entries).toEqual([]);
    history.close();
    expect(readdirSync(folder)).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('may be a symbolic link, to one that is yet to be made as well', () => {
    const real = join(folder, 'real');
    mkdirSync(dirname(file), { recursive: true });
    symlinkSync(real, file);
    for (const entry of ['a', 'b']) {
      const history = open();
      history.add(entry);
      history.close();
    }
    expect(readFileSync(real, 'utf8')).toBe('a\nb\n');
    expect(readdirSync(dirname(file))).toEqual(['history']);
    expect(problems).toEqual([]);
  });

  test('may have been cut off by a crash, between the bytes of a character too', () => {
    mkdirSync(dirname(file), { recursive: true });
    const whole = Buffer.from('a\nb\\\\n\nshow é');
    for (const cut of [0, 1, 2]) {
      writeFileSync(file, whole.subarray(0, whole.length - cut));
      expect(open().entries).toEqual(['b\\n', 'a']);
      open().add('c');
      const history = open();
      expect(history.entries).toEqual(['c', 'b\\n', 'a']);
      history.add('d');
      history.close();
      expect(contents()).toBe('a\nb\\\\n\nc\nd\n');
    }
    writeFileSync(file, 'torn');
    open().add('c');
    expect(open().entries).toEqual(['c']);
    writeFileSync(file, 'a\n\0\0\0\0');
    open().add('c');
    expect(open().entries).toEqual(['c', 'a']);
    expect(problems).toEqual([]);
  });
});

describe('what is no history costs a warning, is not touched, and the prompt has its own entries', () => {
  function expectOwnOnly(problem: RegExp): void {
    const history = open();
    history.add('a');
    history.add('b');
    expect(history.entries.slice(0, 2)).toEqual(['b', 'a']);
    history.close();
    expect(problems).toEqual([expect.stringMatching(problem)]);
  }

  test('a binary file', () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * at * 7) % 256));
    file = join(folder, 'binary');
    for (const wrong of [bytes, bytes.filter(byte => byte !== 10)]) {
      problems = [];
      writeFileSync(file, wrong, { mode: 0o644 });
      expectOwnOnly(/^the history can't be read: .*binary holds something else$/);
      expect(readFileSync(file)).toEqual(wrong);
      expect(modeOf(file)).toBe(0o644);
    }
    expect(readdirSync(folder)).toEqual(['binary']);
  });

  test('a folder, a device', () => {
    file = folder;
    expectOwnOnly(/^the history can't be read: .* is no plain file$/);
    problems = [];
    file = '/dev/null';
    const mode = modeOf(file);
    expectOwnOnly(/^the history can't be read: .* is no plain file$/);
    expect(modeOf(file)).toBe(mode);
  });

  test('a file where a folder should be', () => {
    writeFileSync(join(folder, 'state'), '');
    expectOwnOnly(/^the history can't be read: ENOTDIR/);
  });

  test('a folder that does not exist and can not', () => {
    file = '/proc/none/history';
    expectOwnOnly(/^the history is not kept: ENOENT/);
  });

  test.skipIf(process.getuid?.() !== 0)(
    'a folder that can not be written, to one who is not root',
    async () => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, 'old\n');
      chmodSync(folder, 0o755);
      chmodSync(file, 0o644);
      const module = new URL('../../../src/repl/history/open-history.ts', import.meta.url);
      const code = `
      const { openHistory } = await import(${JSON.stringify(module.href)});
      process.seteuid(65534);
      const history = openHistory({ file: ${JSON.stringify(file)}, onProblem: message => console.log(message) });
      history.add('a');
      history.add('b');
      console.log(JSON.stringify(history.entries));
      history.close();`;
      const { stdout } = await promisify(execFile)(process.execPath, [
        '--import',
        'tsx',
        '--input-type=module',
        '--eval',
        code,
      ]);
      const lines = stdout.trim().split('\n');
      expect(lines).toEqual([
        expect.stringMatching(/^the history is open to others: EPERM/),
        expect.stringMatching(/^the history is not kept: EACCES/),
        '["b","a","old"]',
      ]);
      expect(contents()).toBe('old\n');
    },
  );
});

test('a problem is told with nothing in it that steers a terminal', () => {
  file = join(folder, 'x\x1b[2J');
  mkdirSync(file);
  open();
  expect(problems).toEqual([expect.stringContaining('x\\x1b[2J is no plain file')]);
});

test('what could not be kept is kept with the next that can', () => {
  writeFileSync(join(folder, 'state'), '');
  const history = open();
  history.add('a');
  rmSync(join(folder, 'state'));
  history.add('b');
  expect(contents()).toBe('a\nb\n');
});

test('closing neither ends the process nor touches the code that it ends with', async () => {
  const module = new URL('../../../src/repl/history/open-history.ts', import.meta.url);
  const code = `
    import { openHistory } from ${JSON.stringify(module.href)};
    const history = openHistory({ file: ${JSON.stringify(file)} });
    history.add('a');
    process.exitCode = 6;
    process.on('exit', code => console.log('ended with', code));
    history.close();
    setTimeout(() => console.log('went on'), 10);`;
  const run = promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    '--input-type=module',
    '--eval',
    code,
  ]);
  await expect(run).rejects.toMatchObject({ code: 6, stdout: 'went on\nended with 6\n', stderr: '' });
});

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../../src/compile/check.ts';
import type { Finding } from '../../src/diagnostics/diagnostic.ts';
import { applyFixes } from '../../src/diagnostics/edits.ts';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';
import { parse } from '../../src/syntax/parse.ts';
import { buildProgram, type Program } from './program.ts';

const schema = loadSnapshot('newest', 'system');
if (!schema) throw new Error('no schema is bundled');

const findingsOf = async (text: string): Promise<readonly Finding[]> =>
  (await check(parse(text), { schema, now: new Date(0) })).findings;

/** The text once nothing more can be fixed, with the codes that were. */
async function fix(text: string): Promise<{ text: string; codes: string[] }> {
  const codes: string[] = [];
  let now = text;
  for (let round = 0; round < 20; round++) {
    const { text: after, applied } = applyFixes(now, await findingsOf(now));
    if (applied.length === 0) break;
    codes.push(...applied.map(({ code }) => code));
    now = after;
  }
  return { text: now, codes };
}

const CHAIN = 'chain disk0: A <- B <- C <- D\n';

describe('what is fixed', () => {
  test.each([
    ['comit B base=A', 'commit B base=A'],
    ['block_stream job-id=s0 device=D', 'block-stream job-id=s0 device=D'],
    ['query-jbos', 'query-jobs'],
    ['commit B bsae=A', 'commit B base=A'],
    ['commit B base-node=A', 'commit B base=A'],
    ['block-stream job-id=s0 device=D on-eror=stop', 'block-stream job-id=s0 device=D on-error=stop'],
    ['block-stream job-id=s0 device=D on-error=stpo', 'block-stream job-id=s0 device=D on-error=stop'],
    [
      'blockdev-add node-name=Z driver=raw file.driver=null-co file.sise=1G',
      'blockdev-add node-name=Z driver=raw file.driver=null-co file.size=1G',
    ],
    ['query-named-block-nodes flat=yes', 'query-named-block-nodes flat=on'],
    [
      'mirror D target=E filename=e.qcow2 sync=ful then cancel',
      'mirror D target=E filename=e.qcow2 sync=full then cancel',
    ],
    ['create E filename=e.qcow2 size=64MiB', 'create E filename=e.qcow2 size=64M'],
    ['create E filename=e.qcow2 size=64M overwrite=no', 'create E filename=e.qcow2 size=64M overwrite=off'],
    ['commit D base=A then complete', 'commit D base=A then pivot'],
    ['commit D base=A then pivto within 10min', 'commit D base=A then pivot within 10m'],
    ['block-job-complete device=m0', 'job-complete id=m0'],
    ['block-job-dismiss id=m0', 'job-dismiss id=m0'],
    ['commit B base=A then pivot', 'commit B base=A'],
    ['commit B base=A \\\n  then pivot # gone', 'commit B base=A # gone'],
    ['commit B base=A base=A', 'commit B base=A'],
    ['commit B top=B base=A', 'commit B base=A'],
    ['commit B auto-dismiss=true base=A', 'commit B base=A'],
    ['start resize D size=64M', 'resize D size=64M'],
    ['resize D size=64M within 1m else cancel', 'resize D size=64M'],
    ['commit B base =  A', 'commit B base=A'],
    ['commit top=B, base=A', 'commit top=B base=A'],
    ["create E filename='my disk.qcow2' size=64M", 'create E filename="my disk.qcow2" size=64M'],
    ["print 'a b'", 'print "a b"'],
    ['let n = 5\nif $n== 5 { cont }', 'let n = 5\nif $n == 5 { cont }'],
    ['if len(query-jobs)== 5 or 1==1 { cont }', 'if len(query-jobs) == 5 or 1 == 1 { cont }'],
    ['expect chain disk0: A<-B <-C <- D', 'expect chain disk0: A <- B <- C <- D'],
    ['let n=5', 'let n = 5'],
    ['let n= 5', 'let n = 5'],
    ['print ${now}', 'print $now'],
    ['if 1 == 1 {\n  cont\n}\nelse {\n  stop\n}', 'if 1 == 1 {\n  cont\n} else {\n  stop\n}'],
    [
      'blockdev-add node-name=Z driver=raw file={"driver": "null-co", size: 512}',
      'blockdev-add node-name=Z driver=raw file={"driver": "null-co", "size": 512}',
    ],
    ['wait event JOB_STATUS_CHANGED within 1s', 'wait event JOB_STATUS_CHANGE within 1s'],
    ['wait no job', 'wait no jobs'],
    ['{"execute": "query-block", "argument": {}}', '{"execute": "query-block", "arguments": {}}'],
    ['commit B base=A within 1m else cancle', 'commit B base=A within 1m else cancel'],
    ['wait m0 redy within 1s', 'wait m0 ready within 1s'],
    ['wait m0 ready within 10 s', 'wait m0 ready within 10s'],
    ['wait status runing within 1s', 'wait status running within 1s'],
    ['if query-status.status = "running" { cont }', 'if query-status.status == "running" { cont }'],
  ])('%j', async (wrong, right) => {
    const fixed = await fix(`${CHAIN}${wrong}\n`);
    expect(fixed.text).toBe(`${CHAIN}${right}\n`);
    const left = new Set((await findingsOf(fixed.text)).map(({ code }) => code));
    expect(fixed.codes.filter(code => left.has(code))).toEqual([]);
  });

  test('a parameter of the script', async () => {
    expect((await fix('param keep: intger=4\n')).text).toBe('param keep: integer = 4\n');
    expect((await fix('param disk: device = disk0\nchain $disk:A <- B\n')).text).toContain(
      'chain $disk: A <- B',
    );
  });
});

describe('what somebody has to choose', () => {
  test.each([
    ['a name of a node', 'stream node-C'],
    ['a name of a variable', 'let speed = 1\nprint $sped'],
    ['a verb that is short', 'quiet'],
    ['one of two words', 'query-blocks-stat'],
    ['a value of an argument given already', 'commit B base=A bsae=C'],
    ['two values for one argument', 'commit B base=A base=B'],
    ['how a job ends', 'commit D base=A'],
    ['which of two nodes is the base', 'commit top=B base=C'],
    ['who dismisses a job that is kept', 'commit B base=A auto-dismiss=false'],
    ['whether a statement or a variable is meant', 'x = 5'],
    ['whether a comma makes a list', 'foo bitmaps=a, b'],
    ['text that means something else between other quotes', "print 'costs $5'"],
    ['a unit that is decimal or binary', 'create E filename=e.qcow2 size=64MB'],
    ['what a second equals sign means', 'commit B base==A'],
    ['a start with a limit', 'start commit B base=A job-id=c0 within 10s\nwait c0'],
    ['a deprecated command whose successor takes other arguments', 'nbd-server-add device=A'],
    [
      'what another version has',
      'backup D target=E filename=e.qcow2 sync=full on-cbw-errr=break-guest-write',
    ],
  ])('%s', async (_, script) => {
    const text = `${CHAIN}${script}\n`;
    const { codes } = await fix(text);
    if (script.includes('cbw')) expect(codes).toEqual(['unknown-argument']);
    else expect(codes).toEqual([]);
  });
});

describe('a script with several mistakes', () => {
  const lines: [wrong: string, right: string][] = [
    ['comit B base=A  # one', 'commit B base=A  # one'],
    ['resize  D size=64M   within 5s', 'resize  D size=64M'],
    ['query-jbos; cont', 'query-jobs; cont'],
    ['  if 1== 1 { cont }', '  if 1 == 1 { cont }'],
    ["print   'x'  # 'y'", 'print   "x"  # \'y\''],
    ['cont', 'cont'],
    ['# comit B', '# comit B'],
    ['let n=5 ; print "comit"', 'let n = 5 ; print "comit"'],
    ['block-job-pause   device=j0', 'job-pause   id=j0'],
  ];

  test('is right everywhere after, touched nowhere else, and left alone from then on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(lines.length - 1), { minLength: 1, maxLength: 6 }),
        fc.constantFrom('\n', '\r\n', '\n\n'),
        async (picked, newline) => {
          const chosen = picked.map(index => lines[index] ?? ['', '']);
          const head = `chain disk0: A <- B <- C <- D${newline}`;
          const fixed = await fix(head + chosen.map(([wrong]) => wrong + newline).join(''));
          expect(fixed.text).toBe(head + chosen.map(([, right]) => right + newline).join(''));
          expect((await fix(fixed.text)).codes).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('applyFixes', () => {
  const finding = (start: number, end: number, text: string): Finding => ({
    severity: 'error',
    code: 'x',
    message: '',
    fix: [{ span: { start, end }, text }],
  });

  test('of edits that overlap or touch the first is made', () => {
    const findings = [finding(2, 4, '-'), finding(0, 2, '+'), finding(5, 6, '!')];
    const { text, applied } = applyFixes('abcdef', findings);
    expect(text).toBe('+cde!');
    expect(applied).toEqual([findings[1], findings[2]]);
  });

  test('the edits of one finding are made together or not at all', () => {
    const pair: Finding = {
      ...finding(0, 1, 'X'),
      fix: [...(finding(0, 1, 'X').fix ?? []), { span: { start: 4, end: 5 }, text: 'Y' }],
    };
    expect(applyFixes('abcdef', [pair]).text).toBe('XbcdYf');
    expect(applyFixes('abcdef', [finding(0, 2, ''), pair]).text).toBe('cdef');
  });
});

describe('qblk check --fix', { concurrent: true }, () => {
  let program: Program;
  beforeAll(async () => {
    program = await buildProgram();
  });
  afterAll(() => program.remove());
  const file = (name: string) => join(program.folder, name);
  const WRONG = `${CHAIN}comit top=B base=C  # merged\nwait m0 redy\ndel nobody base\n`;

  test('rewrites the file in one step, and tells what it did and what is left', async () => {
    writeFileSync(file('a.qblk'), WRONG);
    chmodSync(file('a.qblk'), 0o751);
    symlinkSync('a.qblk', file('link.qblk'));
    const { code, stdout, stderr } = await program.run(['check', '--fix', 'link.qblk']);
    expect(readFileSync(file('a.qblk'), 'utf8')).toBe(
      `${CHAIN}commit top=B base=C  # merged\nwait m0 ready\ndel nobody base\n`,
    );
    expect(statSync(file('a.qblk')).mode & 0o777).toBe(0o751);
    expect(lstatSync(file('link.qblk')).isSymbolicLink()).toBe(true);
    expect(readdirSync(program.folder).filter(name => name.endsWith('.tmp'))).toEqual([]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('link.qblk:2:1: fixed unknown-verb: `comit` is neither');
    expect(stderr).toContain('link.qblk: 2 fixes made\n');
    expect(stderr).toMatch(/error\[base-above-top\].*for more: qblk explain .*base-above-top/s);
  });

  test('a file with several names stays one file', async () => {
    writeFileSync(file('one.qblk'), 'query-jbos\n');
    linkSync(file('one.qblk'), file('two.qblk'));
    expect(await program.run(['check', '--fix', 'one.qblk'])).toMatchObject({ code: 0 });
    expect(readFileSync(file('two.qblk'), 'utf8')).toBe('query-jobs\n');
    expect(statSync(file('two.qblk')).ino).toBe(statSync(file('one.qblk')).ino);
  });

  test('what is no regular file is left alone', async () => {
    execFileSync('mkfifo', [file('pipe.qblk')]);
    const { code, stderr } = await program.run(['check', '--fix', 'pipe.qblk']);
    expect(code).toBe(2);
    expect(stderr).toContain('cannot fix pipe.qblk: it is not a regular file');
    expect(lstatSync(file('pipe.qblk')).isFIFO()).toBe(true);
  });

  test.skipIf(process.getuid?.() === 0)('a file that may not be written to is left alone', async () => {
    writeFileSync(file('mine.qblk'), 'query-jbos\n', { mode: 0o444 });
    const { code, stderr } = await program.run(['check', '--fix', 'mine.qblk']);
    expect(code).toBe(2);
    expect(stderr).toContain('cannot change mine.qblk: you may not write to it');
    expect(readFileSync(file('mine.qblk'), 'utf8')).toBe('query-jbos\n');
  });

  test('a file without a certain fix is not written', async () => {
    writeFileSync(file('b.qblk'), 'del A B\n');
    const { mtimeMs, ino } = statSync(file('b.qblk'));
    expect(await program.run(['check', '--fix', 'b.qblk'])).toMatchObject({ code: 3 });
    expect(statSync(file('b.qblk'))).toMatchObject({ mtimeMs, ino });
  });

  test('standard input goes to stdout, fixed or not', async () => {
    const fixed = await program.run(['check', '--fix', '-'], { input: 'query-jbos # x\n' });
    expect(fixed).toMatchObject({ code: 0, stdout: 'query-jobs # x\n' });
    const right = await program.run(['check', '--fix', '-'], { input: 'query-jobs # x\n' });
    expect(right).toEqual({ code: 0, signal: null, stdout: 'query-jobs # x\n', stderr: '' });
  });

  test('--json has the edits with their places', async () => {
    const told = await program.run(['check', '--json', '-c', 'query-jbos']);
    expect(JSON.parse(told.stdout)).toMatchObject({
      code: 'unknown-verb',
      fix: [{ line: 1, column: 1, endLine: 1, endColumn: 11, text: 'query-jobs' }],
    });
    const made = await program.run(['check', '--json', '--fix', '-c', 'query-jbos']);
    const records = made.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(records).toEqual([
      expect.objectContaining({ record: 'fix', code: 'unknown-verb', line: 1, column: 1 }),
      { record: 'result', text: 'query-jobs' },
    ]);
  });

  test('a folder that cannot be written to is a matter of usage', async () => {
    const { code, stderr } = await program.run(['check', '--fix', '/proc/self/status']);
    expect(code).not.toBe(0);
    expect(stderr).not.toContain('a fault of qblk');
  });

  test('what can be fixed, and where to read more, is told at the end', async () => {
    writeFileSync(file('c.qblk'), 'query-jbos\ndel A B\n');
    const { stderr } = await program.run(['check', 'c.qblk']);
    expect(stderr).toMatch(
      /\n\n1 of these has a certain fix: qblk check --fix c\.qblk\nfor more: qblk explain unknown-verb unexpected-word\n$/,
    );
    expect((await program.run(['check', '-q', 'c.qblk'])).stderr).not.toContain('for more');
    expect((await program.run(['check', '--json', 'c.qblk'])).stderr).toBe('');
  });
});

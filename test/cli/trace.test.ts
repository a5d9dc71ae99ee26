import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTrace, type Trace } from '../../src/qmp/trace.ts';
import { findEngines } from '../../src/sandbox/engines.ts';
import { buildProgram, type Program, until } from './program.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => program.remove());

const MERGE =
  'param disk: device\nparam slow: size = 0\nchain $disk: A <- B <- C\ncommit top=B base=A speed=$slow\nexpect chain $disk: A <- C\n';

const at = (name: string) => join(program.folder, name);
function write(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}
function traceIn(name: string): Trace {
  const trace = readTrace(readFileSync(at(name), 'utf8'));
  if (typeof trace === 'string') throw new Error(trace);
  return trace;
}
const commandsIn = (name: string) =>
  traceIn(name).records.flatMap(({ direction, message }) =>
    direction === 'send' ? [String(message['execute'])] : [],
  );

const engines = ['sim', ...new Set(findEngines().map(({ kind }) => kind))];

describe.each(engines)('a run on %s', engine => {
  test('is written down, for its owner alone, and runs again on what was written', async () => {
    const script = write('merge.qblk', MERGE);
    const ran = await program.run(['run', script, `--sandbox=${engine}`, '--trace', 'a.trace']);
    expect(ran).toMatchObject({ code: 0 });
    expect(statSync(at('a.trace')).mode & 0o777).toBe(0o600);
    const { header, records } = traceIn('a.trace');
    expect(header).toMatchObject({
      qblk: '1.2.3',
      qemu: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      sandbox: true,
    });
    expect(records[0]?.message).toHaveProperty('QMP');
    expect(records.map(({ time }) => time)).toEqual(records.map(({ time }) => time).sort((a, b) => a - b));
    expect(commandsIn('a.trace')).toEqual(expect.arrayContaining(['query-qmp-schema', 'block-commit']));
    const again = await program.run(['test', '--replay', 'a.trace', script]);
    expect(again).toMatchObject({ code: 0 });
    const chains = (text: string) => text.match(/ {2}→ .*/g);
    expect(chains(again.stderr)).toEqual(chains(ran.stderr));
  });

  test('that fails does so again', async () => {
    const script = write('fail.qblk', `${MERGE}expect chain $disk: A\n`);
    const ran = await program.run(['run', script, `--sandbox=${engine}`, '--trace', 'f.trace']);
    const again = await program.run(['test', '--replay', 'f.trace', script]);
    expect(ran.code).not.toBe(0);
    expect(again.code).toBe(ran.code);
  });
});

test('another script, or another parameter, is told apart from the trace', async () => {
  const script = write('merge.qblk', MERGE);
  await program.run(['run', script, '--sandbox=sim', '--trace', 'a.trace']);
  const other = await program.run(['test', '--replay', 'a.trace', script, 'slow=1M']);
  expect(other.code).toBe(5);
  expect(other.stderr).toMatch(/^qblk: the run leaves the trace: a\.trace:\d+$/m);
  expect(other.stderr).toMatch(/^help: the trace has .*"block-commit"/m);
  expect(other.stderr).toMatch(/^help: the run sent .*"block-commit".*1048576/m);
  const shorter = write('shorter.qblk', MERGE.split('\n').slice(0, 3).join('\n'));
  const less = await program.run(['test', '--replay', 'a.trace', shorter]);
  expect(less.code).toBe(5);
  expect(less.stderr).toContain('the run ended before it');
  const longer = write('longer.qblk', `${MERGE}query-jobs\n`);
  const more = await program.run(['test', '--replay', 'a.trace', longer]);
  expect(more.code).toBe(5);
  expect(more.stderr).toContain('the trace has no further command');
});

test('several QEMUs are in one trace, each under its name', async () => {
  const script = write(
    'two.qblk',
    'target src\ntarget dst\n@src chain disk0: A <- B <- C\n@dst chain disk0: X\n@src commit top=B base=A\n@dst query-block-jobs\n',
  );
  const ran = await program.run(['run', script, '--sandbox=sim', '--trace', 'two.trace']);
  expect(ran).toMatchObject({ code: 0 });
  expect(new Set(traceIn('two.trace').records.map(({ target }) => target))).toEqual(new Set(['src', 'dst']));
  expect(await program.run(['test', '--replay', 'two.trace', script])).toMatchObject({ code: 0 });
  const one = write('merge.qblk', MERGE);
  const { code, stderr } = await program.run(['test', '--replay', 'two.trace', one]);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('it has @src, @dst') });
});

test('a program that is killed leaves a trace of all that it did', async () => {
  const script = write('wait.qblk', `${MERGE}wait event JOB_STATUS_CHANGE\n`);
  const { child, done } = program.start(['run', script, '--sandbox=sim', '--trace', 'k.trace']);
  await until(() => {
    try {
      return commandsIn('k.trace').includes('job-dismiss');
    } catch {
      return false;
    }
  });
  child.kill('SIGKILL');
  await done;
  expect(commandsIn('k.trace')).toContain('block-commit');
  writeFileSync(at('k.trace'), `${readFileSync(at('k.trace'), 'utf8')}{"time":17`);
  const again = await program.run(['test', '--replay', 'k.trace', write('merge.qblk', MERGE)]);
  expect([0, 5]).toContain(again.code);
});

test('no secret is in it', async () => {
  const line = 'object-add qom-type=secret id=s0 data=hunter2';
  const { stderr } = await program.run(['-c', line, '--sandbox', '--trace', 's.trace']);
  expect(stderr).not.toContain('fault of qblk');
  const text = readFileSync(at('s.trace'), 'utf8');
  expect(text).toContain('object-add');
  expect(text).not.toContain('hunter2');
});

test('each command that has a session takes it; what is no trace is refused', async () => {
  for (const words of [
    ['plan', '-c', 'query-jobs', '--sandbox=sim'],
    ['compile', '-c', 'query-jobs', '--sandbox=sim'],
    ['check', '-c', 'query-jobs', '--sandbox=sim'],
    ['repl', '--sandbox=sim'],
  ]) {
    const { code } = await program.run([...words, '--trace', 'w.trace']);
    expect({ words, code }).toEqual({ words, code: 0 });
    expect(commandsIn('w.trace')[0]).toBe('qmp_capabilities');
  }
  const script = write('merge.qblk', MERGE);
  const none = await program.run(['test', '--replay', script, script]);
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('is no trace') });
  await program.run(['run', script, '--sandbox=sim', '--trace', 'lost.trace']);
  const [head, ...lines] = readFileSync(at('lost.trace'), 'utf8').trimEnd().split('\n');
  const cut = lines.slice(0, 6);
  writeFileSync(at('lost.trace'), [head, ...cut, ...lines].join('\n'));
  const lost = await program.run(['test', '--replay', 'lost.trace', script]);
  expect(lost).toMatchObject({ code: 2, stderr: expect.stringContaining('was lost before line 8') });
  const nowhere = await program.run(['-c', 'query-jobs', '--sandbox=sim', '--trace', '/none/x']);
  expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot write the trace') });
});

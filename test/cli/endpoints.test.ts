import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Live, startLive, storageDaemon } from './live.ts';
import { buildProgram, type Program, until } from './program.ts';

const engine = storageDaemon();
let program: Program;
beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => program.remove());

const TWO = 'target src\ntarget dst\n@src chain disk0: A <- B <- C\n@dst chain disk0: A <- B <- C\n';

const wrong = async (...args: string[]) => {
  const { code, stderr } = await program.run(args);
  expect(code).toBe(2);
  return stderr;
};

describe('what the command line says of endpoints', () => {
  test('a QEMU for each', async () => {
    expect(await wrong('run', '-c', TWO)).toBe(
      'qblk: there is no QEMU for @src and @dst\n' +
        'help: name the QMP socket of each: --target src=URI --target dst=URI\n' +
        'help: or try it on scratch ones: --sandbox\n',
    );
  });

  test.each([
    [['--target', 'src=a'], 'no QEMU is named for @dst', '--target dst=URI'],
    [['--target', 'scr=a'], 'the script has no endpoint `scr`', 'did you mean src?'],
    [
      ['--target', 'src=a', '--target', 'dst=a'],
      '@src and @dst name the same monitor, a',
      'a QEMU of its own',
    ],
    [['--target', 'src=a', '--target', 'src=b'], '--target names a QEMU for @src twice', 'leave one out'],
    [['--target', 'src'], '--target needs the name of an endpoint', '--target src=unix:'],
    [['--qmp', 'a'], '--qmp does not say enough', '--target src=URI --target dst=URI'],
    [['--sandbox', '--target', 'src=a'], '--target and --sandbox exclude each other', 'scratch ones'],
  ])('%j', async (options, message, help) => {
    const said = await wrong('run', ...options, '-c', TWO);
    expect(said).toContain(message);
    expect(said).toContain(help);
  });

  test('an endpoint that the script does not declare', async () => {
    expect(await wrong('run', '--target', 'dst=a', '-c', 'query-status')).toContain(
      'the script declares none',
    );
  });

  test('a storage daemon has no guest to come in', async () => {
    if (!engine) return;
    const script = 'target dst incoming=on\n@dst chain disk0: E';
    expect(await wrong('run', '--sandbox=storage-daemon', '-c', script)).toContain('waits for a guest');
    expect(readdirSync(program.temporary)).toEqual([]);
  });
});

test('its help tells of the endpoints', async () => {
  const file = join(program.folder, 'move.qblk');
  writeFileSync(file, '## Moves.\ntarget src "from here"\ntarget dst incoming=on\n');
  const { stdout } = await program.run(['run', file, '--help']);
  expect(stdout).toContain('--target src=URI --target dst=URI\n');
  expect(stdout).toContain('  src  from here\n  dst  (started with -incoming defer)\n');
});

describe.skipIf(!engine)('two QEMUs that run', () => {
  let lives: Live[] = [];
  beforeAll(async () => {
    lives = engine ? await Promise.all([startLive(engine), startLive(engine)]) : [];
  });
  afterAll(() => Promise.all(lives.map(live => live.stop())));
  const targets = () => lives.flatMap(({ socket }, at) => ['--target', `${['src', 'dst'][at]}=${socket}`]);

  test('a saved plan is run on them, and refused where one of them is another by then', async () => {
    const file = join(program.folder, 'both.plan');
    const script = `${TWO}@dst commit B base=A\n@dst { print "the second one" }`;
    const planned = await program.run(['plan', ...targets(), '--out', file, '-c', script]);
    expect(planned.stdout).toContain("the guest's data end\nup in A <- C (@dst disk0)");
    const ran = await program.run(['run', '--plan', file, ...targets()]);
    expect(ran.stderr).toContain('     → @dst disk0: A <- C\n');
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 0, stdout: 'the second one\n' });
    const again = await program.run(['run', '--plan', file, ...targets()]);
    expect(again.code).toBe(5);
    expect(again.stderr).toContain('the QEMU at @dst is not any more as it was');
  });

  test('an interrupted run says of each what is left there', async () => {
    const script = 'target src\ntarget dst\n@src wait event JOB_STATUS_CHANGE';
    const running = program.start(['run', '--json', ...targets(), '-c', script]);
    await until(() => running.output.stdout.includes('"text":"@src wait event JOB_STATUS_CHANGE"'));
    running.child.kill('SIGINT');
    const { code, stderr } = await running.done;
    expect(code).toBe(130);
    expect(stderr).toBe(
      'qblk: interrupted; no jobs are left at @src\nqblk: interrupted; no jobs are left at @dst\n',
    );
  });
});

test.skipIf(!engine)('killed, it leaves neither of its sandboxes', async () => {
  const script =
    'target src\ntarget dst\n@src chain disk0: A\n@dst chain disk0: E\n@src wait event JOB_STATUS_CHANGE';
  const running = program.start(['run', '--json', '--sandbox=storage-daemon', '-c', script]);
  await until(() => running.output.stdout.includes('"text":"@src wait event JOB_STATUS_CHANGE"'));
  const [shared = ''] = readdirSync(program.temporary);
  const folders = readdirSync(join(program.temporary, shared)).filter(name => !name.startsWith('.'));
  expect(folders.sort()).toEqual(['dst', 'src']);
  running.child.kill('SIGKILL');
  await running.done;
  await until(() => readdirSync(program.temporary).length === 0);
});

import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '../../src/qmp/session.ts';
import { connect } from '../../src/transport/transports.ts';
import { buildProgram, type Program, type Started, until } from './program.ts';
import { startAtTerminal } from './terminal.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => program.remove());

const NOWHERE = { PATH: '/nowhere', QBLK_QEMU: '' };
const merge = 'chain disk0: A <- B <- C\ncommit B base=A\nexpect chain disk0: A <- C\nprint "done"';

describe('a run without any QEMU', () => {
  test('goes to the simulator where it is asked for, which says what it is and writes nothing', async () => {
    const before = readdirSync(program.folder);
    const { code, stdout, stderr } = await program.run(['run', '--sandbox=sim', '-c', merge], {
      env: NOWHERE,
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'done\n' });
    expect(stderr).toMatch(/^sandbox: simulator \(QEMU \d+\.\d+\.\d+\)\n/);
    expect(stderr).toContain('disk0: A <- C');
    expect(stderr).not.toContain('no QEMU here');
    expect(readdirSync(program.folder)).toEqual(before);
    expect(readdirSync(program.temporary)).toEqual([]);
  });

  test.each([[['--sandbox']], [['--sandbox=auto', '--quiet']]])(
    'with %s it goes there by itself, and that is never left unsaid',
    async options => {
      const { code, stderr } = await program.run(['run', ...options, '-c', merge], { env: NOWHERE });
      expect(code).toBe(0);
      expect(stderr).toMatch(/^no QEMU here: the built-in simulator takes its place/);
      expect(stderr).toContain('apt-get install qemu-system-x86');
    },
  );

  test('is refused where a real one is asked for', async () => {
    const { code, stderr } = await program.run(['run', '--sandbox=qemu', '-c', merge], { env: NOWHERE });
    expect(code).toBe(4);
    expect(stderr).toContain('there is no qemu-system-x86_64');
    expect(stderr).toContain('apt-get install');
  });

  test('is the version and the program that are asked for', async () => {
    const asked = ['--sandbox=sim', '--qemu=7.2', '--program=storage-daemon'];
    const script = `${merge}\nprint query-version.qemu.minor\nquery-status else { print "no guest" }`;
    const { stderr } = await program.run(['run', ...asked, '-c', script]);
    expect(stderr).toContain('sandbox: simulator (QEMU 7.2.22)');
    const unknown = await program.run(['run', '--sandbox=sim', '--qemu=3.1', '-c', merge]);
    expect(unknown).toMatchObject({ code: 4, stderr: expect.stringContaining('knows no QEMU 3.1') });
  });

  test.each([
    [
      'a chain that no QEMU can have',
      ['-c', 'chain disk0: A <- "1bad"\nprint 1'],
      3,
      "can't be the name of a node",
    ],
    ['a folder to keep', ['--keep', '-c', merge], 2, '--keep has nothing to keep'],
    ['a failed expectation', ['-c', 'chain disk0: A\nexpect chain disk0: B'], 5, 'chain'],
  ])('tells of %s', async (_, args, code, words) => {
    const ran = await program.run(['run', '--sandbox=sim', ...args]);
    expect(ran).toMatchObject({ code, stderr: expect.stringContaining(words) });
  });

  test('makes, finds and misses files as a QEMU does, none of them on a disk', async () => {
    const script = [
      'chain disk0: A',
      'snapshot A overlay=B filename=b.qcow2',
      'create C filename=c.qcow2 size=64M',
      'snapshot B overlay=D filename=c.qcow2 else { print $error }',
      'blockdev-add node-name=E driver=qcow2 file.driver=file file.filename=none.qcow2 else { print $error }',
    ].join('\n');
    const { stdout } = await program.run(['run', '--sandbox=sim', '-c', script]);
    expect(stdout).toContain("Could not open 'none.qcow2': No such file or directory");
    expect(existsSync(join(program.folder, 'b.qcow2'))).toBe(false);
  });
});

test('`plan` and `check` ask the simulator as well', async () => {
  const planned = await program.run(['plan', '--sandbox=sim', '-c', merge], { env: NOWHERE });
  expect(planned).toMatchObject({ code: 0, stdout: expect.stringContaining('block-commit') });
  writeFileSync(join(program.folder, 'wrong.qblk'), 'chain disk0: A <- B\ncommit B base=X\n');
  const checked = await program.run(['check', '--sandbox=sim', 'wrong.qblk'], { env: NOWHERE });
  expect(checked).toMatchObject({ code: 3, stderr: expect.stringContaining('`X`') });
});

describe('`qblk sim`', () => {
  const running: Started[] = [];
  afterEach(() => {
    for (const { child } of running.splice(0)) child.kill('SIGKILL');
  });
  const start = (args: readonly string[]) => {
    const started = program.start(['sim', ...args], { env: NOWHERE });
    running.push(started);
    return started;
  };
  /** The active layer of each guest device, as a client of the simulator is told. */
  const layers = async (uri: string) => {
    const session = await openSession(await connect(uri));
    const blocks = (await session.execute('query-block')) as any;
    await session.close();
    return blocks.map((block: any) => block.inserted['node-name']);
  };

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'serves a script’s disks until %s, and removes its socket',
    async signal => {
      writeFileSync(join(program.folder, 'two.qblk'), 'chain disk0: A <- B\nchain other: X\n');
      const uri = `unix:${join(program.folder, 'sim.sock')}`;
      const started = start(['--listen', uri, 'two.qblk']);
      await until(() => started.output.stderr.includes('\n'));
      expect(started.output.stderr).toBe(
        `simulated QEMU 11.1.2 (disk0: A <- B, other: X) listens on ${uri}; connect with: qblk show --qmp ${uri}\n`,
      );
      expect(await layers(uri)).toEqual(['B', 'X']);
      const ran = await program.run(['run', '--qmp', uri, '-c', 'commit B base=A then pivot']);
      expect(ran.code).toBe(0);
      expect(await layers(uri)).toEqual(['A', 'X']);
      started.child.kill(signal);
      expect(await started.done).toMatchObject({ code: 0, stdout: '' });
      expect(existsSync(join(program.folder, 'sim.sock'))).toBe(false);
    },
  );

  test('ends when a client quits it', async () => {
    const uri = `unix:${join(program.folder, 'sim.sock')}`;
    const started = start(['--listen', uri, '--program=storage-daemon', '--quiet']);
    await until(() => existsSync(join(program.folder, 'sim.sock')));
    const session = await openSession(await connect(uri));
    expect(await session.execute('query-block-exports')).toMatchObject([{ id: 'disk0', 'node-name': 'D' }]);
    await session.execute('quit');
    expect(await session.closed).toBeUndefined();
    expect(await started.done).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  test.each([
    [['sim'], 2, 'needs an address'],
    [['sim', '--listen', 'unix:two/none'], 4, 'there is no folder'],
    [['sim', '--listen', 'unix:x', 'none.qblk'], 2, 'there is no such file'],
  ])('%s tells what is wrong', async (args, code, words) => {
    expect(await program.run(args)).toMatchObject({ code, stderr: expect.stringContaining(words) });
  });
});

test.skipIf(process.platform !== 'linux')(
  'Ctrl-C at a terminal that cannot move its cursor gives up the line, not the prompt',
  async () => {
    const { output, type, done } = startAtTerminal(program, ['--sandbox=sim'], 'dumb');
    await until(() => output.text.includes('Ctrl-D leaves'));
    type('if 1 == 1 {\n');
    await until(() => output.text.includes('...> '));
    type('\x03');
    await until(() => output.text.includes('^C'));
    type('print 6 7\n');
    await until(() => /^6 7/m.test(output.text));
    type('\x04');
    expect(await done).toBe(0);
  },
);

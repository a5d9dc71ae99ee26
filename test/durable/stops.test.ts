import { spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findEngines } from '../../src/sandbox/engines.ts';
import { slowNode, storageDaemon } from '../cli/live.ts';
import { buildProgram, type Program, until } from '../cli/program.ts';
import { Cut } from './cut.ts';
import { Daemon, makeTemplate } from './daemon.ts';

const engine = storageDaemon();
let program: Program;
let template: string;
let daemon: Daemon;

beforeAll(async () => {
  if (!engine) return;
  program = await buildProgram();
  template = makeTemplate(engine);
  daemon = await Daemon.start({ engine, program, template });
});
afterAll(async () => {
  await daemon?.stop();
  program?.remove();
  if (template) rmSync(template, { recursive: true });
});

const START = 'chain disk0: A <- B <- C <- D';
const COMMIT = `${START}; commit C base=A; commit D base=A then pivot; print "done"`;
/** Stands still until it is killed. */
const HANGS = `${START}; ${slowNode}; mirror D target=slow sync=full job-id=m0 speed=1 then pivot`;

const crash = (text: string, point: string, more: readonly string[] = []) =>
  daemon.runDurably(text, { QBLK_CRASH: point }, more);

describe.skipIf(!engine)('a durable run', { timeout: 120_000 }, () => {
  test('keeps its journal from others, and is listed, gone on with and forgotten', async () => {
    await daemon.reset();
    expect(await daemon.run(['runs'])).toMatchObject({ code: 0, stdout: '', stderr: 'no runs\n' });
    expect((await daemon.run(['resume'])).stderr).toContain('there is no run to go on with');
    expect((await crash(COMMIT, 's1:after-send')).signal).toBe('SIGKILL');
    expect(statSync(daemon.journal).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(daemon.journal)).mode & 0o777).toBe(0o700);
    appendFileSync(daemon.journal, '{"n":99,"d":"torn');
    const listed = await daemon.run(['runs']);
    expect(listed.stdout).toMatch(/^\w{6} {2}interrupted {3}.* 1 step {2}-c {2}unix:.*users\.sock\n$/);
    const resumed = await daemon.run(['resume', listed.stdout.slice(0, 6)]);
    expect(resumed).toMatchObject({ code: 0, stdout: 'done\n' });
    expect(resumed.stderr).toContain('goes on behind 1 step');
    expect(await daemon.chain()).toBe('A');
    expect((await daemon.run(['runs'])).stdout).toMatch(/ done /);
    const again = await daemon.run(['resume', listed.stdout.slice(0, 6)]);
    expect(again).toMatchObject({ code: 1 });
    expect(again.stderr).toContain('is over');
    expect(await daemon.run(['runs', '--forget', listed.stdout.slice(0, 6)])).toMatchObject({ code: 0 });
    expect((await daemon.run(['runs'])).stderr).toBe('no runs\n');
  });

  test('is forgotten with all that have ended, and not while it can go on', async () => {
    await daemon.reset();
    expect((await daemon.runDurably('fail "no"', {})).code).toBe(5);
    expect((await daemon.runDurably('print "yes"', {})).code).toBe(0);
    expect((await crash(COMMIT, 's1:after-send')).signal).toBe('SIGKILL');
    const before = (await daemon.run(['runs'])).stdout.trim().split('\n');
    expect(before.map(line => /done|failed|interrupted/.exec(line)?.[0])).toEqual([
      'failed',
      'done',
      'interrupted',
    ]);
    const [failed = '', done = '', open = ''] = before.map(line => line.slice(0, 6));
    expect(await daemon.run(['runs', '--forget', 'done'])).toMatchObject({
      code: 0,
      stderr: `forgotten: ${failed}, ${done}\n`,
    });
    const after = (await daemon.run(['runs'])).stdout;
    expect(after.slice(0, 6)).toBe(open);
    expect(after.trim().split('\n')).toHaveLength(1);
    expect((await daemon.run(['runs', '--forget', 'done'])).stderr).toBe('no run has ended\n');
    expect((await daemon.run(['resume', open])).code).toBe(0);
  });

  test('is forgotten with a word on the jobs that it leaves', async () => {
    await daemon.reset();
    expect((await crash(COMMIT, 's1:after-send')).signal).toBe('SIGKILL');
    const left = (await daemon.run(['runs'])).stdout.slice(0, 6);
    const forgotten = await daemon.run(['runs', '--forget', left]);
    expect(forgotten.stderr).toContain(`its jobs are still there: qblk-${left}-s1`);
    expect((await daemon.run(['resume', left])).stderr).toContain(`there is no run ${left}\n`);
  });

  test('has its QEMU for itself', async () => {
    await daemon.reset();
    const first = daemon.start(['run', '--durable', '-c', HANGS, '--qmp', daemon.socket]);
    await until(() => daemon.jobsMade().has('m0'), 60_000);
    const listed = (await daemon.run(['runs'])).stdout;
    expect(listed).toContain(`running, locked by ${first.child.pid}`);
    const run = listed.slice(0, 6);
    const without = await daemon.run(['resume']);
    expect(without.code).toBe(4);
    expect(without.stderr).toContain(
      `there is no run to go on with: ${run} is running, process ${first.child.pid}\n`,
    );
    const second = ['run', '--durable', '-c', 'print "second"', '--qmp', daemon.otherSocket];
    const refused = await daemon.run(second);
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toContain(`process ${first.child.pid} carries it out`);
    expect((await daemon.run(['resume', run])).stderr).toContain(`by process ${first.child.pid}`);
    first.child.kill('SIGKILL');
    await first.done;
    expect((await daemon.run(second)).stderr).toContain(`go on with it: qblk resume ${run}`);
    expect(await daemon.run([...second, '--steal'])).toMatchObject({ code: 0, stdout: 'second\n' });
    const robbed = await daemon.run(['resume', run]);
    expect(robbed.code).toBe(5);
    expect(robbed.stderr).toContain('blockdev-mirror job-id=m0');
    expect(robbed.stderr).toContain('or another run has taken it with --steal');
    // It is not hidden from whoever does not remember its name.
    expect((await daemon.run(['resume'])).stderr).toBe(robbed.stderr);
    await daemon.session.execute('job-cancel', { id: 'm0' });
  });

  test('goes on where the connection is lost, whether something waits or is being sent', async () => {
    await daemon.reset();
    const path = join(daemon.sandbox.directory, 'cut.sock');
    const cut = await Cut.listen(path, daemon.socket);
    cut.at('block-commit');
    const script = `${START}; commit C base=A; print "done"; ${HANGS.replace('B <- C <- ', '')}`;
    const running = daemon.start(['run', '--durable', '-c', script, '--qmp', path]);
    await until(() => daemon.jobsMade().has('m0'), 60_000);
    cut.now();
    await until(() => running.output.stderr.split('connected again').length > 2, 30_000);
    await daemon.session.execute('job-cancel', { id: 'm0' });
    const ended = await running.done;
    expect(ended).toMatchObject({ code: 1, stdout: 'done\n' });
    expect(ended.stderr).toContain('failed: Operation canceled');
    expect(cut.times).toBe(2);
    expect([...daemon.jobsMade().values()]).toEqual([1, 1]);
    cut.close();
  });

  test('says that its QEMU was started again', async () => {
    await daemon.reset();
    const path = join(program.folder, 'moved.sock');
    symlinkSync(daemon.socket, path);
    const script = `${START}; mirror D target=E filename=e.qcow2 sync=full then pivot`;
    const crashed = await daemon.run(['run', '--durable', '-c', script, '--qmp', path], {
      QBLK_CRASH: 's6:after-reply',
    });
    expect(crashed.signal).toBe('SIGKILL');
    const other = engine && (await Daemon.start({ engine, program, template }));
    if (!other) return;
    rmSync(path);
    symlinkSync(other.socket, path);
    expect((await daemon.run(['runs'])).stdout).toContain('another QEMU');
    const resumed = await daemon.run(['resume', (await daemon.run(['runs'])).stdout.slice(0, 6)]);
    expect(resumed.code).toBe(5);
    expect(resumed.stderr).toContain('it was restarted, and its jobs are gone');
    expect(resumed.stderr).toMatch(/it was in the middle of: .*blockdev-mirror .*target=E/);
    await other.stop();
    expect((await daemon.run(['runs'])).stdout).toContain('no QEMU');
  });

  test('stops where the chain is neither as before its step nor as after it', async () => {
    await daemon.reset();
    await crash(COMMIT, 's1:after-intent');
    await daemon.session.execute('block-commit', {
      'job-id': 'other',
      device: 'D',
      'top-node': 'B',
      'base-node': 'A',
    });
    await until(() => daemon.session.events.some(({ event }) => event === 'BLOCK_JOB_COMPLETED'), 30_000);
    const resumed = await daemon.run(['resume']);
    expect(resumed.code).toBe(5);
    expect(resumed.stderr).toContain('the chain is not where the run left it');
    expect(resumed.stderr).toContain('before it: disk0: A <- B <- C <- D');
    expect(resumed.stderr).toContain('after it:  disk0: A <- D');
    expect(resumed.stderr).toContain('there is:  disk0: A <- C <- D');
    expect(await daemon.run(['resume', '--redo-step'])).toMatchObject({ code: 0, stdout: 'done\n' });
    expect(await daemon.chain()).toBe('A');
  });

  test('asks what became of a program of the host', async () => {
    await daemon.reset();
    const script = `print "one"; $ qemu-img create -f qcow2 new.qcow2 1M\nprint "two"`;
    expect(await crash(script, 's1:after-intent')).toMatchObject({ signal: 'SIGKILL', stdout: 'one\n' });
    const asked = await daemon.run(['resume']);
    expect(asked.code).toBe(5);
    expect(asked.stderr).toContain('in the middle of `$ qemu-img`');
    // The way that it tells is the only one.
    expect(asked.stderr).not.toContain('go on with it');
    const skipped = await daemon.run(['resume', '--skip-step']);
    expect(skipped).toMatchObject({ code: 0, stdout: 'two\n' });
    expect(skipped.stderr).toMatch(/1M {2}\([\d.]+ s, skipped: \$ qemu-img\)\n/);
  });

  test('sends nothing that it can not write down', async () => {
    await daemon.reset();
    const words = ['run', '--durable', '-c', COMMIT, '--qmp', daemon.socket];
    const full = spawnSync(
      'bash',
      ['-c', 'ulimit -f 3; exec "$@"', '', process.execPath, program.path, ...words],
      {
        cwd: daemon.sandbox.directory,
        env: { ...program.environment, XDG_STATE_HOME: daemon.state },
        encoding: 'utf8',
      },
    );
    expect(full.stderr).toContain("can't be written");
    expect(full.status).toBe(1);
    expect(daemon.jobsMade().size).toBe(0);
    expect(await daemon.run(['resume'])).toMatchObject({ code: 0, stdout: 'done\n' });
    expect([...daemon.jobsMade().values()]).toEqual([1, 1]);
  });

  test('does not begin where its journal has no place, and leaves nothing', async () => {
    await daemon.reset();
    const words = ['run', '--durable', '-c', `print "${'x'.repeat(2000)}"`, '--qmp', daemon.socket];
    const full = spawnSync(
      'bash',
      ['-c', 'ulimit -f 1; exec "$@"', '', process.execPath, program.path, ...words],
      {
        cwd: daemon.sandbox.directory,
        env: { ...program.environment, XDG_STATE_HOME: daemon.state },
        encoding: 'utf8',
      },
    );
    expect(full).toMatchObject({ status: 1, stdout: '' });
    expect(full.stderr).toMatch(/the journal \S+ can't be made: EFBIG: [^:;]*; nothing was sent\n/);
    expect(full.stderr).not.toContain('qblk resume');
    expect(await daemon.marks()).toEqual([]);
    expect(readdirSync(join(daemon.state, 'qblk/runs'))).toEqual([]);
  });

  test('goes on with a whole QEMU', async () => {
    const system = findEngines().find(({ kind }) => kind === 'qemu');
    if (!system) return;
    const guest = await Daemon.start({ engine: system, program, template });
    for (const point of ['s1:after-send', 's3:after-reply', 's4:after-done']) {
      await guest.reset();
      const crashed = await guest.runDurably(COMMIT, { QBLK_CRASH: point });
      expect(crashed.signal).toBe('SIGKILL');
      expect(await guest.run(['resume'])).toMatchObject({ code: 0, stdout: 'done\n' });
      expect(await guest.chain()).toBe('A');
      expect([...guest.jobsMade().values()]).toEqual([1, 1]);
    }
    await guest.stop();
  });

  test('that fails is over', async () => {
    await daemon.reset();
    const failed = await daemon.runDurably(`${START}; defer print "at the end"; fail "no more"`);
    expect(failed).toMatchObject({ code: 5, stdout: 'at the end\n' });
    expect((await daemon.run(['runs'])).stdout).toContain(' failed ');
    expect(await daemon.marks()).toEqual([]);
  });
});

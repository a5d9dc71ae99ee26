import { appendFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openSession } from '../../src/qmp/session.ts';
import { connect } from '../../src/transport/transports.ts';
import { slowNode, storageDaemon } from '../cli/live.ts';
import { until } from '../cli/program.ts';
import { type Daemon, someDaemons } from './daemon.ts';
import { codesIn } from './told-codes.ts';

const engine = storageDaemon();
const START = 'chain disk0: A <- B <- C <- D';
/** Stands still until it is killed. */
const HANGS = `${START}; ${slowNode}; mirror D target=slow sync=full job-id=m0 speed=1 then pivot`;

describe.skipIf(!engine)('a QEMU that a durable run is on', { timeout: 120_000 }, () => {
  const daemons = someDaemons(engine, 1);

  async function held(): Promise<{ daemon: Daemon; run: string; end(): Promise<void> }> {
    const [daemon] = daemons;
    if (!daemon) throw new Error('no daemon');
    await daemon.reset();
    const first = daemon.start(['run', '--durable', '-c', HANGS, '--qmp', daemon.socket]);
    await until(() => daemon.jobsMade().has('m0'), 60_000);
    const end = async () => {
      first.child.kill('SIGKILL');
      await first.done;
    };
    return { daemon, run: /run (\w+);/.exec(first.output.stderr)?.[1] ?? '', end };
  }

  test('refuses its script with one refusal, and others before anything is said of them', async () => {
    const { daemon, run, end } = await held();
    const again = (text: string, ...more: string[]) =>
      daemon.run(['run', '-c', text, '--qmp', daemon.otherSocket, ...more]);
    const wrong = `${START}; snapshot D overlay=E filename=e.qcow2`;
    const going = [await again(HANGS), await again(HANGS, '--durable'), await again(wrong, '--durable')];
    for (const { code, stdout, stderr } of going) {
      expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
      expect(codesIn(stderr)).toEqual(['qemu-held']);
      expect(stderr).toContain(`the run ${run} is on the QEMU at`);
      expect(stderr).toContain('wait until it is over');
      expect(stderr).toContain('--steal');
    }
    expect(going[0]?.stderr).toContain('it is a run of this very script');
    // A script of its own has mistakes of its own, and hears of the run as well.
    const other = await again(wrong);
    expect(other.code).toBe(3);
    expect(codesIn(other.stderr)).toEqual(['qemu-held', 'node-in-use']);
    expect(await again('job-pause id=m0')).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining('held'),
    });
    await end();
    const brokenOff = await again(HANGS);
    expect(codesIn(brokenOff.stderr)).toEqual(['qemu-held']);
    expect(brokenOff.stderr).toContain(`go on with it: qblk resume ${run}`);
    expect(daemon.jobsMade()).toEqual(new Map([['m0', 1]]));
  });

  test('is told of where it has the only monitor', async () => {
    const { daemon, run, end } = await held();
    const blocked = await daemon.run(['plan', '-c', START, '--qmp', daemon.socket]);
    expect(blocked).toMatchObject({ code: 4, stdout: '' });
    expect(blocked.stderr).toMatch(
      new RegExp(
        `help: the run ${run} is on the QEMU at unix:.*, and process \\d+ carries it out\nhelp: wait until`,
      ),
    );
    await end();
  });

  test('is told of by plan and check, which refuse nothing for it', async () => {
    const { daemon, run, end } = await held();
    const fits = (...words: string[]) =>
      daemon.run([...words, '-c', 'job-pause id=m0', '--qmp', daemon.otherSocket]);
    for (const { code, stderr } of [await fits('plan'), await fits('check')]) {
      expect(code).toBe(0);
      expect(stderr).toContain(`warning[qemu-held]: the run ${run} is on the QEMU at`);
      expect(stderr).toContain('`qblk run --durable` is refused here');
    }
    expect(JSON.parse((await fits('plan', '--json')).stdout).diagnostics).toEqual([
      expect.objectContaining({ severity: 'warning', code: 'qemu-held' }),
    ]);
    const same = await daemon.run(['plan', '-c', HANGS, '--qmp', daemon.otherSocket]);
    expect(same).toMatchObject({ code: 4, stdout: '' });
    expect(codesIn(same.stderr)).toEqual(['qemu-held']);
    expect((await daemon.run(['check', '-c', 'job-pause id=m0'])).stderr).toBe('');
    await end();
  });

  test('is let go of where its journal is damaged, not resumed', async () => {
    const { daemon, run, end } = await held();
    await end();
    appendFileSync(daemon.journal, 'garbage\n');
    for (const text of [HANGS, 'print "other"']) {
      const { code, stderr } = await daemon.runDurably(text);
      expect(code).toBe(4);
      expect(stderr).toContain('nobody can go on with it: line ');
      expect(stderr.match(/qblk runs --forget \w+/g)).toEqual([`qblk runs --forget ${run}`]);
      expect(stderr).not.toContain('qblk resume');
    }
    await daemon.run(['runs', '--forget', run]);
    expect(await daemon.runDurably('print "other"')).toMatchObject({ code: 0, stdout: 'other\n' });
  });

  test('is listed as what is known of it: busy for a while, or taken over', async () => {
    const { daemon, run, end } = await held();
    await end();
    const listed = async () => (await daemon.run(['runs'])).stdout;
    expect(await listed()).toMatch(new RegExp(`^${run}  interrupted `, 'm'));
    const other = await openSession(await connect(daemon.socket), { address: 'another client' });
    expect(await listed()).toMatch(
      new RegExp(`^${run}  no answer .*: another client holds this monitor$`, 'm'),
    );
    await other.close();
    const thief = daemon.start([
      'run',
      '--durable',
      '--steal',
      '-c',
      'wait event BLOCK_JOB_READY',
      '--qmp',
      daemon.otherSocket,
    ]);
    await until(() => /run (\w+);/.test(thief.output.stderr), 60_000);
    const by = /run (\w+);/.exec(thief.output.stderr)?.[1];
    expect(await listed()).toMatch(new RegExp(`^${run}  another run .*  ${by} has its QEMU$`, 'm'));
    thief.child.kill('SIGTERM');
    await thief.done;
    await daemon.run(['runs', '--forget', by ?? '']);
    expect(await listed()).toMatch(new RegExp(`^${run}  another QEMU `, 'm'));
  });

  test('takes a script that is told to steal it as far as its own mistakes', async () => {
    const { daemon, end } = await held();
    const stolen = await daemon.run([
      'run',
      '--durable',
      '--steal',
      '-c',
      `${START}; del D`,
      '--qmp',
      daemon.otherSocket,
    ]);
    await end();
    expect(stolen.code).toBe(3);
    expect(codesIn(stolen.stderr)).toContain('node-in-use');
  });
});

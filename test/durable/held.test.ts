import { describe, expect, test } from 'vitest';
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

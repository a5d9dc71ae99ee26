import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { recordsIn } from '../cli/live.ts';
import type { FaultyQemu } from './faulty-qemu.ts';
import { type FaultBench, fault, says } from './fixtures.ts';

const clock = join(dirname(fileURLToPath(import.meta.url)), 'jumping-clock.cjs');
const env = { NODE_OPTIONS: `--require ${clock}`, QBLK_PROGRESS: '0.5,0.5' };

const source = 'add S driver=null-co size=64M latency-ns=20000000; add T driver=null-co size=64M';

export function jumpingClocks(): void {
  fault(11, 'the clock is set while a job runs: its rate and its limit are as they were', async bench => {
    const qemu = await bench.qemu();
    const text = `${source}; print "\${now}"; backup S target=T sync=full job-id=b0 speed=16M within 20s`;
    const { code, stdout, stderr } = await bench.run(['--qmp', qemu.socket, '-c', text], { env });
    expect(code).toBe(0);
    // That the clock did jump shows in what a script calls now.
    const [, day, hour, minute] = /^(\d{4}-?\d\d-?\d\d)T(\d\d)(\d\d)Z$/.exec(stdout.trim()) ?? [];
    const date = day?.replace(/^(\d{4})(\d\d)/, '$1-$2-');
    const off = Math.abs(Date.parse(`${date}T${hour}:${minute}Z`) - Date.now());
    expect(off).toBeGreaterThan(3_600_000);
    const rates = [...stderr.matchAll(/64 MiB, ([^,\n]*)\/s/g)].map(([, rate]) => rate);
    expect(rates.length).toBeGreaterThan(0);
    for (const rate of rates) expect(rate).toMatch(/^[0-9.]+ MiB$/);
    expect(stderr).not.toMatch(/NaN|Infinity|-\d/);
  });

  fault(11, 'the clock is set while a limit runs: it ends as if nothing were', async bench => {
    const qemu = await bench.qemu();
    const text = `${source}; backup S target=T sync=full job-id=b0 speed=1M within 1s`;
    const { code, stderr } = await bench.run(['--qmp', qemu.socket, '-c', text], { env });
    expect(code).toBe(6);
    expect(stderr).toContain('this was not done within 1 s');
    expect(await qemu.jobs()).toEqual(['b0 running']);
  });

  fault(11, 'the clock is set while a durable run is written down', async bench => {
    const qemu = await bench.qemu();
    const state = { ...env, XDG_STATE_HOME: join(bench.folder, 'state') };
    const text = 'chain disk0: A <- B <- C; commit B base=A; print "done"';
    const words = ['run', '--durable', '--qmp', qemu.socket, '-c', text];
    expect(await bench.run(words, { env: state })).toMatchObject({ code: 0, stdout: 'done\n' });
    const listed = await bench.run(['runs'], { env: state });
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toMatch(/^\w{6} {2}done /);
    expect(listed.stdout).not.toMatch(/NaN|Invalid|-\d+ (s|min|h)/);
  });

  fault(11, 'QEMU’s own clock is set, as the times of its events tell', async bench => {
    const qemu = await bench.qemu();
    let events = 0;
    const { path } = await bench.wire(qemu, {
      alter: text =>
        text.replace(/"seconds": \d+/g, () => `"seconds": ${events++ % 2 === 0 ? 1 : 9_999_999_999}`),
    });
    const text = `${source}; backup S target=T sync=full job-id=b0 within 20s; print "done"`;
    const { code, stdout } = await bench.run(['--json', '--qmp', path, '-c', text]);
    expect(code).toBe(0);
    expect(events).toBeGreaterThan(3);
    expect(recordsIn(stdout).at(-1)).toEqual({ record: 'end', code: 0 });
    expect(await qemu.jobs()).toEqual([]);
  });
}

/** A copy of a node each of whose requests takes an hour: it can't even be cancelled before one is done. */
const stuck = 'add S driver=null-co size=64M latency-ns=3600000000000; add T driver=null-co size=64M';

const begun = async (bench: FaultBench, qemu: FaultyQemu, text: string, more: readonly string[] = []) => {
  const started = bench.start(['--qmp', qemu.socket, ...more, '-c', text]);
  await qemu.saw('m0', 'running');
  await says(started, 'add T');
  return started;
};

export function jobsWithoutEnd(): void {
  fault(12, 'a job that crawls is out of time, and is left as it is', async bench => {
    const qemu = await bench.qemu();
    const text = `${source}; mirror S target=T sync=full job-id=m0 speed=1 then cancel within 1s`;
    const { code, stderr } = await bench.script(qemu, text);
    expect(code).toBe(6);
    expect(stderr).toContain('error[took-too-long]: this was not done within 1 s');
    expect(stderr).toContain('the job m0 is running, and is left so');
    expect(stderr).toContain('or end it: `cancel m0 force=on`');
    expect(await qemu.jobs()).toEqual(['m0 running']);
    expect(await bench.script(qemu, 'cancel m0 force=on; del T; del S')).toMatchObject({ code: 0 });
    expect(await qemu.jobs()).toEqual([]);
  });

  fault(12, 'a job that can not be cancelled: the limit ends the wait for that, too', async bench => {
    const qemu = await bench.qemu();
    const text = `${stuck}; start backup S target=T sync=full job-id=m0; cancel m0 force=on within 1s`;
    const { code, stderr } = await bench.script(qemu, text);
    expect(code).toBe(6);
    expect(stderr).toContain('this was not done within 1 s');
    expect(await qemu.jobs()).toEqual([expect.stringMatching(/^m0 /)]);
  });

  fault(12, 'a condition is asked for once more when its time is over', async bench => {
    const qemu = await bench.qemu();
    let asked = 0;
    const { path } = await bench.wire(qemu, {
      onSend(text, wire) {
        if (!text.includes('"query-chardev"')) return false;
        const chardevs = asked++ === 0 ? '[]' : '[{"label": "users"}]';
        wire.say(`{"return": ${chardevs}, "id": ${JSON.parse(text).id}}\r\n`);
        return true;
      },
    });
    const text = 'wait len(query-chardev) == 1 within 200ms; print "done"';
    expect(await bench.run(['--qmp', path, '-c', text])).toMatchObject({ code: 0, stdout: 'done\n' });
  });

  fault(
    12,
    'a job that can not be cancelled, with --on-interrupt=cancel: nothing else is claimed',
    async bench => {
      const qemu = await bench.qemu();
      const text = `${stuck}; backup S target=T sync=full job-id=m0`;
      const started = await begun(bench, qemu, text, ['--on-interrupt=cancel']);
      started.child.kill('SIGINT');
      const { code, stderr } = await started.done;
      expect(code).toBe(130);
      expect(stderr).not.toContain('cancelled: m0');
      expect(stderr).toContain('interrupted; left as they are: m0 (backup, ');
    },
  );

  fault(12, 'a job that an error has paused is cancelled by force, and without', async bench => {
    const qemu = await bench.qemu();
    const data = join(bench.folder, 's.raw');
    writeFileSync(data, Buffer.alloc(1 << 20, 7));
    const failing = `add S driver=file filename=${data}; add T driver=blkdebug image.driver=null-co image.size=1M inject-error=[{"event": "none", "iotype": "write", "errno": 5}]`;
    const copy = (id: string) => `mirror S target=T sync=full job-id=${id} on-target-error=stop then cancel`;
    const paused = await bench.script(qemu, `${failing}; ${copy('m0')}`);
    expect(paused).toMatchObject({ code: 1 });
    expect(paused.stderr).toContain('or end it: `cancel m0 force=on`');
    expect(await bench.script(qemu, 'cancel m0 force=on within 5s')).toMatchObject({ code: 0 });
    expect(await bench.script(qemu, copy('m1'))).toMatchObject({ code: 1 });
    const soft = await bench.script(qemu, 'cancel m1 within 5s');
    expect(soft.code).toBe(3);
    expect(soft.stderr).toContain('error[job-verb]: the job `m1` is paused, and ends only by force');
    expect(await qemu.jobs()).toEqual(['m1 paused']);
    expect(await bench.script(qemu, 'cancel m1 force=on; del T; del S')).toMatchObject({ code: 0 });
    expect(await qemu.jobs()).toEqual([]);
  });
}

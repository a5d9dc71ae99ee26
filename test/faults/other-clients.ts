import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { recordsIn } from '../cli/live.ts';
import { until } from '../cli/program.ts';
import { fault, readsAsBefore, says } from './fixtures.ts';

const nodes = 'add S driver=null-co size=64M latency-ns=20000000; add T driver=null-co size=64M';
const slowMirror = `${nodes}; mirror S target=T sync=full job-id=m0 speed=1M then cancel`;

/** How another client ends the mirror `m0` while the program waits for it. */
const endings = [
  ['job-cancel', { id: 'm0' }],
  ['block-job-cancel', { device: 'm0', force: true }],
] as const;

/** What acts on the job `m0`. */
const toldTooLate = [
  'cancel m0',
  'defer cancel m0 force=on',
  'block-job-cancel device=m0',
  'job-complete id=m0',
  'job-pause id=m0',
];

export function otherClients(): void {
  fault(7, 'another client holds the monitor', async bench => {
    const qemu = await bench.qemu();
    const holder = createConnection(qemu.socket);
    await once(holder, 'data');
    const { code, stderr } = await bench.script(qemu, 'print "x"');
    holder.destroy();
    expect(code).toBe(4);
    expect(stderr).toContain('another client holds this monitor');
    expect(stderr).toContain('who holds a unix socket: ss -xp');
  });

  for (const [command, members] of endings) {
    fault(7, `another client ends the job by ${command}`, async bench => {
      const qemu = await bench.qemu();
      const started = bench.start(['--qmp', qemu.socket, '-c', slowMirror]);
      await qemu.saw('m0', 'running');
      await says(started, 'add T');
      await qemu.execute(command, members);
      const { code, stderr } = await started.done;
      expect(code).toBe(1);
      expect(stderr).toContain('error[job-failed]: the mirror job `m0` failed: Operation canceled');
      expect(stderr).toContain('help: somebody cancelled it: another client of this QEMU, or QEMU itself');
      expect(stderr).toContain('now: no jobs\n');
      expect(await qemu.jobs()).toEqual([]);
    });
  }

  fault(7, 'another client pauses the job, sets its speed and resumes it', async bench => {
    const qemu = await bench.qemu();
    const text = slowMirror.replace('speed=1M', 'speed=4M');
    const env = { QBLK_PROGRESS: '1,1' };
    const started = bench.start(['--qmp', qemu.socket, '-c', text], { env });
    await qemu.saw('m0', 'running');
    await qemu.execute('job-pause', { id: 'm0' });
    await says(started, 'm0: mirror paused');
    await qemu.execute('block-job-set-speed', { device: 'm0', speed: 0 });
    await qemu.execute('job-resume', { id: 'm0' });
    expect(await started.done).toMatchObject({ code: 0 });
    expect(await qemu.jobs()).toEqual([]);
  });

  fault(7, 'another client leaves a job that has ended, and dismisses it late', async bench => {
    const qemu = await bench.qemu();
    for (const [name, more] of [
      ['S', { 'read-zeroes': false }],
      ['T', {}],
    ] as const)
      await qemu.execute('blockdev-add', { driver: 'null-co', 'node-name': name, size: 1 << 20, ...more });
    const members = { 'job-id': 'x0', device: 'S', target: 'T', sync: 'full', 'auto-dismiss': false };
    await qemu.execute('blockdev-backup', members);
    await qemu.saw('x0', 'concluded');
    const env = { QBLK_PROGRESS: '0.5,0.5' };
    const started = bench.start(['--qmp', qemu.socket, '-c', 'wait no jobs'], { env });
    await says(started, 'still waiting: there are jobs: x0 (concluded); `x0` has ended and stays until');
    await says(started, 'takes note of how: `wait x0`');
    await qemu.execute('job-dismiss', { id: 'x0' });
    expect(await started.done).toMatchObject({ code: 0 });
  });

  fault(7, 'another client takes the name of a job that it has cancelled', async bench => {
    const qemu = await bench.qemu();
    const text = `${nodes}; backup S target=T sync=full job-id=m0 speed=1M`;
    const started = bench.start(['--qmp', qemu.socket, '-c', text]);
    await qemu.saw('m0', 'running');
    await says(started, 'add T');
    await qemu.execute('blockdev-add', { driver: 'null-co', 'node-name': 'U', size: 64 << 20 });
    const members = {
      'job-id': 'm0',
      device: 'C',
      target: 'U',
      sync: 'full',
      speed: 1,
      'auto-dismiss': false,
    };
    // Else the program would be the first to dismiss it.
    started.child.kill('SIGSTOP');
    await qemu.execute('block-job-cancel', { device: 'm0', force: true });
    await qemu.saw('m0', 'concluded');
    await qemu.execute('job-dismiss', { id: 'm0' });
    await qemu.execute('blockdev-mirror', members);
    started.child.kill('SIGCONT');
    const { code, stderr } = await started.done;
    expect(code).toBe(1);
    expect(stderr).toContain('error[job-failed]: the backup job `m0` failed: Operation canceled');
    expect(stderr).toContain('now: job m0 (mirror, ');
  });

  fault(7, 'another client takes the name of a job that nobody waits for yet', async bench => {
    const qemu = await bench.qemu();
    const rest = 'wait event BLOCK_JOB_CANCELLED within 1s else {}; wait b0';
    const text = `add T driver=null-co size=64M; start backup C target=T sync=full job-id=b0; ${rest}`;
    const started = bench.start(['--qmp', qemu.socket, '-c', text]);
    await qemu.saw('b0', 'concluded');
    await qemu.execute('blockdev-add', { driver: 'null-co', 'node-name': 'U', size: 64 << 20 });
    await qemu.execute('job-dismiss', { id: 'b0' });
    await qemu.execute('blockdev-mirror', { 'job-id': 'b0', device: 'C', target: 'U', sync: 'full' });
    expect(await started.done).toMatchObject({ code: 0 });
    expect(await qemu.jobs()).toEqual(['b0 ready']);
  });

  for (const text of toldTooLate)
    fault(7, `another client takes the name of a job before \`${text}\``, async bench => {
      const qemu = await bench.qemu();
      const rest = `wait m0 ready; wait event BLOCK_JOB_READY; print "copied"; wait event BLOCK_JOB_READY; ${text}`;
      const begin = 'add T driver=null-co size=64M; start mirror C target=T sync=full job-id=m0';
      const started = bench.start(['--qmp', qemu.socket, '-c', `${begin}; ${rest}`]);
      await says(started, 'copied\n');
      for (const name of ['U', 'V'])
        await qemu.execute('blockdev-add', { driver: 'null-co', 'node-name': name, size: 1 << 20 });
      await qemu.execute('block-job-cancel', { device: 'm0', force: true });
      await qemu.saw('m0', 'concluded');
      await qemu.execute('job-dismiss', { id: 'm0' });
      await qemu.execute('blockdev-mirror', { 'job-id': 'm0', device: 'V', target: 'U', sync: 'full' });
      const { code, stderr } = await started.done;
      expect(code).toBe(1);
      expect(stderr).toContain(
        'error[job-stops-short]: the job `m0` is gone, and another client has given its name to a new job; nothing was sent to that',
      );
      expect(await qemu.jobs()).toEqual(['m0 ready']);
    });

  fault(7, 'another client begins a job of the name that one of the run would get', async bench => {
    const qemu = await bench.qemu();
    const rest = 'wait event BLOCK_JOB_CANCELLED within 1s else {}; backup C target=T sync=full';
    const text = `add T driver=null-co size=64M; print "begun"; ${rest}`;
    const started = bench.start(['--qmp', qemu.socket, '-c', text]);
    await says(started, 'begun');
    for (const name of ['U', 'V'])
      await qemu.execute('blockdev-add', { driver: 'null-co', 'node-name': name, size: 1 << 20 });
    await qemu.execute('blockdev-mirror', { 'job-id': 'backup0', device: 'V', target: 'U', sync: 'full' });
    expect(await started.done).toMatchObject({ code: 0 });
    expect(await qemu.jobs()).toEqual(['backup0 ready']);
  });

  fault(7, 'another client completes the job before the program does', async bench => {
    const qemu = await bench.qemu();
    const target = join(bench.folder, 't.qcow2');
    const text = `start mirror C target=T filename=${target} sync=full job-id=m0; wait m0 ready; print "ready"; wait event BLOCK_JOB_CANCELLED within 1s else {}; pivot m0`;
    const started = bench.start(['--qmp', qemu.socket, '-c', text]);
    await says(started, 'ready\n');
    await qemu.execute('job-complete', { id: 'm0' });
    const { code, stderr } = await started.done;
    expect(code).toBe(1);
    expect(stderr).toContain(
      'error[job-stops-short]: the job `m0` has ended already, without an error: somebody else told it to',
    );
    expect(stderr).toContain('help: see where the guest is now: `show chain`');
    expect(stderr).toContain('now: disk0: T\nnow: no jobs\n');
    expect(stderr).not.toContain('of no use');
    expect(await qemu.jobs()).toEqual([]);
    await qemu.quit();
    await readsAsBefore(target);
  });

  fault(7, 'another client deletes a node of the run', async bench => {
    const qemu = await bench.qemu();
    const text =
      'add T driver=null-co size=64M; print "begun"; wait len(query-named-block-nodes) == 0 within 1s else {}; backup C target=T sync=full';
    const started = bench.start(['--qmp', qemu.socket, '-c', text]);
    await says(started, 'begun');
    await qemu.execute('blockdev-del', { 'node-name': 'T' });
    const { code, stderr } = await started.done;
    expect(code).toBe(1);
    expect(stderr).toContain('error[node-gone]: `T` is not open any more');
    expect(stderr).toContain('help: another client has closed it');
    expect(await qemu.nodes()).toEqual(['A', 'B', 'C']);
  });
}

export function eventStorms(): void {
  fault(8, 'thousands of errors that a job ignores', async bench => {
    const qemu = await bench.qemu();
    const source = join(bench.folder, 's.raw');
    writeFileSync(source, Buffer.alloc(4 << 20, 7));
    const text = `
add S driver=blkdebug image.driver=file image.filename=${source} inject-error=[{"event": "none", "iotype": "read", "errno": 5}]
add T driver=null-co size=4M
mirror S target=T sync=full job-id=m0 on-source-error=ignore then cancel`;
    const storm = () => qemu.session.events.filter(({ event }) => event === 'BLOCK_JOB_ERROR').length;
    // With all of them in its memory the program would end at half as many.
    const started = bench.start(['--qmp', qemu.socket, '--json', '-c', text], {
      env: { NODE_OPTIONS: '--max-old-space-size=48' },
    });
    await until(() => storm() > 80_000, 20_000);
    await qemu.execute('block-job-cancel', { device: 'm0', force: true });
    const { code, stdout } = await started.done;
    expect(code).toBe(1);
    const records = recordsIn(stdout);
    const told = records.filter(({ event }) => event === 'BLOCK_JOB_ERROR').length;
    expect(told).toBe(storm());
    expect(records.find(({ record }) => record === 'failure')).toMatchObject({
      reason: 'Operation canceled',
      job: { id: 'm0', errors: [{ operation: 'read', action: 'ignore', count: told }] },
      left: [{ jobs: [], opened: [{ node: 'T' }, { node: 'S' }] }],
    });
    expect(records.at(-1)).toEqual({ record: 'end', code: 1 });
  });
}

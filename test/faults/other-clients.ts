import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { recordsIn } from '../cli/live.ts';
import { fault, readsAsBefore, says } from './fixtures.ts';

const nodes = 'add S driver=null-co size=64M latency-ns=20000000; add T driver=null-co size=64M';
const slowMirror = `${nodes}; mirror S target=T sync=full job-id=m0 speed=1M then cancel`;

/** What another client does to the mirror `m0` while the program waits for it, and what the program has to say of that. */
const doings = [
  ['cancels it', 'job-cancel', { id: 'm0' }, 1],
  ['cancels it by force', 'block-job-cancel', { device: 'm0', force: true }, 1],
] as const;

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

  for (const [what, command, members, expected] of doings) {
    fault(7, `another client waits for the job and ${what}`, async bench => {
      const qemu = await bench.qemu();
      const started = bench.start(['--qmp', qemu.socket, '-c', slowMirror]);
      await qemu.saw('m0', 'running');
      await says(started, 'add T');
      await qemu.execute(command, members);
      const { code, stderr } = await started.done;
      console.log(code, stderr);
      expect(code).toBe(expected);
      expect(await qemu.jobs()).toEqual([]);
    });
  }

  fault(7, 'another client pauses the job, and resumes it', async bench => {
    const qemu = await bench.qemu();
    const text = slowMirror.replace('speed=1M', 'speed=4M');
    const env = { QBLK_PROGRESS: '1,1' };
    const started = bench.start(['--qmp', qemu.socket, '-c', text], { env });
    await qemu.saw('m0', 'running');
    await qemu.execute('job-pause', { id: 'm0' });
    await says(started, 'm0: mirror paused');
    await qemu.execute('block-job-set-speed', { device: 'm0', speed: 0 });
    await qemu.execute('job-resume', { id: 'm0' });
    const { code, stderr } = await started.done;
    console.log(code, stderr);
    expect(code).toBe(0);
    expect(await qemu.jobs()).toEqual([]);
  });

  fault(7, 'another client completes the job before the program does', async bench => {
    const qemu = await bench.qemu();
    const target = join(bench.folder, 't.qcow2');
    const text = `start mirror C target=T filename=${target} sync=full job-id=m0; wait m0 ready; print "ready"; wait event BLOCK_JOB_CANCELLED within 1s else {}; pivot m0`;
    const started = bench.start(['--qmp', qemu.socket, '-c', text]);
    await says(started, 'ready\n');
    await qemu.execute('job-complete', { id: 'm0' });
    const { code, stderr } = await started.done;
    console.log(code, stderr, await qemu.jobs());
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
    console.log(code, stderr);
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
start mirror S target=T sync=full job-id=m0 on-source-error=ignore
wait m0 ready within 4s else {}
cancel m0 force=on
print "over"`;
    const { code, stdout, stderr } = await bench.run(['--qmp', qemu.socket, '--json', '-c', text], {
      env: { NODE_OPTIONS: '--max-old-space-size=64' },
    });
    const records = recordsIn(stdout);
    const errors = records.filter(({ event }) => event === 'BLOCK_JOB_ERROR').length;
    const sent = qemu.session.events.filter(({ event }) => event === 'BLOCK_JOB_ERROR').length;
    console.log(code, errors, sent, stderr, stdout.slice(-300));
  });
}

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { wholeQemu } from '../cli/guest.ts';
import { recordsIn } from '../cli/live.ts';
import { until } from '../cli/program.ts';
import { Cut } from '../durable/cut.ts';
import type { FaultyQemu } from './faulty-qemu.ts';
import { engine, type FaultBench, fault, readsAsBefore, says } from './fixtures.ts';

/** A mirror that takes a minute. */
const nodes = 'add S driver=null-co size=64M latency-ns=20000000; add T driver=null-co size=64M';
const slowCopy = `${nodes}; mirror S target=T sync=full job-id=m0 speed=1M then cancel`;
const beginning = (qemu: FaultyQemu, text: string, more: readonly string[] = []) =>
  ['--qmp', qemu.socket, ...more, '-c', text] as const;

/** Starts a run on a QEMU that stops when it is sent a command, and waits until it has. */
async function inTheMiddle(
  bench: FaultBench,
  qemu: FaultyQemu,
  more: readonly string[] = [],
  [command, text] = ['blockdev-add', 'add T driver=null-co size=64M'],
) {
  let isStopped = false;
  const { wire, path } = await bench.wire(qemu, {
    onSend(sent) {
      if (!sent.includes(`"${command}"`)) return false;
      qemu.signal('SIGSTOP');
      isStopped = true;
      return false;
    },
  });
  const started = bench.start(['--qmp', path, ...more, '-c', text], { env: { QBLK_PROGRESS: '1,60' } });
  await until(() => isStopped || started.child.exitCode !== null, 15_000);
  return { ...started, wire };
}

export function killedQemus(): void {
  fault(3, 'QEMU is killed while a job runs', async bench => {
    const qemu = await bench.qemu();
    const started = bench.start(beginning(qemu, slowCopy));
    await qemu.saw('m0', 'running');
    await says(started, 'add T');
    qemu.signal('SIGKILL');
    const { code, stderr } = await started.done;
    expect(code).toBe(4);
    expect(stderr).toContain('QEMU went away');
    expect(stderr).toContain('m0 (running)');
    await readsAsBefore(join(qemu.directory, 'C.qcow2'));
  });

  fault(3, 'QEMU is killed while a statement waits', async bench => {
    const qemu = await bench.qemu();
    const started = bench.start(beginning(qemu, 'print "begun"; wait event BLOCK_JOB_READY'));
    await says(started, 'begun');
    qemu.signal('SIGKILL');
    const { code, stderr } = await started.done;
    expect(code).toBe(4);
    expect(stderr).toContain('QEMU went away');
  });

  fault(3, 'QEMU is killed in the middle of a command', async bench => {
    const qemu = await bench.qemu();
    const started = await inTheMiddle(bench, qemu);
    qemu.signal('SIGKILL');
    const { code, stderr } = await started.done;
    expect(code).toBe(4);
    expect(stderr).toContain('no reply to blockdev-add, which may or may not have run');
  });
}

export function endedQemus(): void {
  const engines = [
    ['a storage daemon', engine],
    ['a whole QEMU', wholeQemu()],
  ] as const;
  for (const [name, one] of engines) {
    if (!one) continue;
    fault(4, `${name} is told to end by SIGTERM while a job runs`, async bench => {
      const qemu = await bench.qemu(one);
      const started = bench.start(beginning(qemu, slowCopy));
      await qemu.saw('m0', 'running');
      await says(started, 'add T');
      qemu.signal('SIGTERM');
      const { code, stderr } = await started.done;
      expect(code).toBe(4);
      // A storage daemon ends without SHUTDOWN. The job was cancelled first, so none is left to ask for.
      expect(stderr).toContain(
        one.kind === 'qemu' ? 'QEMU went away: it was shut down (host-signal)' : 'QEMU went away',
      );
      expect(stderr).not.toContain('m0 (');
      expect(await qemu.sandbox.exited).toBe(0);
      await readsAsBefore(join(qemu.directory, 'C.qcow2'));
    });
  }
}

export function stoppedQemus(): void {
  fault(5, 'QEMU stops in the middle of a command of a statement that has a limit', async bench => {
    const qemu = await bench.qemu();
    const text = `${nodes}; backup S target=T sync=full job-id=b0 speed=1M within 1s`;
    const started = await inTheMiddle(bench, qemu, [], ['blockdev-backup', text]);
    const { code, stderr } = await started.done;
    expect(code).toBe(6);
    expect(stderr).toContain('error[took-too-long]: this was not done within 1 s');
    expect(stderr).toContain('QEMU does not answer');
    expect(stderr).toContain('now: QEMU does not answer');
    await until(() => !started.wire.isOpen, 5000);
    qemu.signal('SIGCONT');
    // What QEMU has not read when its client leaves it does not carry out.
    expect(await bench.script(qemu, 'wait no jobs within 5s; del S; del T')).toMatchObject({ code: 0 });
    await qemu.quit();
    await readsAsBefore(join(qemu.directory, 'C.qcow2'));
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    fault(5, `QEMU stops in the middle of a command, and somebody ends the run by ${signal}`, async bench => {
      const qemu = await bench.qemu();
      const started = await inTheMiddle(bench, qemu);
      await pause(200);
      started.child.kill(signal);
      const { code, stderr } = await started.done;
      expect(code).toBe(130);
      expect(stderr).toContain('interrupted; QEMU does not say which jobs are left');
      qemu.signal('SIGCONT');
      await qemu.quit();
    });
  }

  fault(5, 'QEMU stops while a job runs: that is told, and the run goes on with it', async bench => {
    const qemu = await bench.qemu();
    const copy = `${nodes}; backup S target=T sync=full job-id=b0 speed=16M`;
    const started = bench.start(beginning(qemu, copy), { env: { QBLK_PROGRESS: '1,60' } });
    await qemu.saw('b0', 'running');
    qemu.signal('SIGSTOP');
    await until(() => started.output.stderr.includes('has not answered'), 15_000);
    qemu.signal('SIGCONT');
    const { code, stderr } = await started.done;
    expect(code).toBe(0);
    expect(stderr).toMatch(/warning: QEMU has not answered query-jobs for \d+ s: it may be stopped/);
    expect(await qemu.jobs()).toEqual([]);
  });

  fault(5, 'QEMU stops in the middle of a command without a limit: a record tells of it', async bench => {
    const qemu = await bench.qemu();
    const started = await inTheMiddle(bench, qemu, ['--json']);
    await until(() => started.output.stdout.includes('"silent"'), 15_000);
    qemu.signal('SIGCONT');
    const { code, stdout } = await started.done;
    expect(code).toBe(0);
    expect(recordsIn(stdout)).toContainEqual({
      record: 'silent',
      execute: 'blockdev-add',
      seconds: expect.any(Number),
    });
    expect(await qemu.nodes()).toEqual(['A', 'B', 'C', 'T']);
  });

  fault(5, 'QEMU was stopped before it could greet', async bench => {
    const qemu = await bench.qemu();
    qemu.signal('SIGSTOP');
    const { code, stderr } = await bench.script(qemu, 'print "x"');
    expect(code).toBe(4);
    expect(stderr).toContain('nothing was said within 2 s');
    expect(stderr).toContain('the same is seen where the QEMU process is stopped');
    qemu.signal('SIGCONT');
    // The client that has gone is in the monitor's queue; the next one is served all the same.
    expect(await bench.script(qemu, 'print "x"')).toMatchObject({ code: 0, stdout: 'x\n' });
  });
}

export function cutSockets(): void {
  fault(6, 'the socket is cut and does not come back while a job runs', async bench => {
    const qemu = await bench.qemu();
    const path = join(bench.folder, 'cut.sock');
    const cut = await Cut.listen(path, qemu.socket);
    const started = bench.start(['--qmp', path, '-c', slowCopy]);
    await qemu.saw('m0', 'running');
    await pause(500);
    cut.close();
    const { code, stderr } = await started.done;
    expect(code).toBe(4);
    expect(stderr).toMatch(/QEMU went away/);
    expect(stderr).toMatch(/m0 \(running/);
    expect(await qemu.jobs()).toEqual(['m0 running']);
  });
}

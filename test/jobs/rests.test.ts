import { afterEach, describe, expect, test } from 'vitest';
import { ConnectionLostError, ExecuteError } from '../../src/qmp/errors.ts';
import {
  asked,
  CONCLUDED,
  chain,
  daemon,
  dataFile,
  execute,
  failing,
  jobs,
  KEPT,
  MIB,
  NULL_IMAGE,
  nothing,
  pause,
  READY,
  slowBackup,
  start,
  stop,
  until,
} from './scenario.ts';
import { haveStorageDaemon } from './storage-daemon.ts';

afterEach(stop);

describe.skipIf(!haveStorageDaemon())('where jobs rest on the real qemu-storage-daemon', () => {
  test('auto-finalize=false rests at pending, and concludes once finalized', async () => {
    await start();
    await chain();
    await execute('block-stream', { ...KEPT, device: 'C', 'auto-finalize': false });
    expect(await until('j', CONCLUDED)).toMatchObject({
      reached: false,
      rest: 'pending',
      record: { status: 'pending' },
    });
    await expect(jobs.dismiss('j')).rejects.toBeInstanceOf(ExecuteError);
    await execute('job-finalize', { id: 'j' });
    expect((await until('j', CONCLUDED)).reached).toBe(true);
  });

  test('auto-finalize=true is never taken for a rest at pending', async () => {
    await start();
    await nothing('src', MIB);
    await nothing('dst', MIB);
    for (let round = 0; round < 40; round++) {
      await execute('blockdev-mirror', { ...KEPT, device: 'src', target: 'dst', sync: 'full' });
      await until('j', READY);
      await execute('job-complete', { id: 'j' });
      expect(await until('j', CONCLUDED, { leaving: 'ready' })).toMatchObject({ reached: true });
      await jobs.dismiss('j');
      await execute('blockdev-backup', { ...KEPT, device: 'src', target: 'dst', sync: 'full' });
      expect(await until('j', CONCLUDED)).toMatchObject({ reached: true });
      await jobs.dismiss('j');
    }
  });

  test('a blockdev-create that fails has its error in the record alone', async () => {
    await start();
    const options = { driver: 'file', filename: 'no-such-folder/x.img', size: MIB };
    expect(await execute('blockdev-create', { 'job-id': 'j', options })).toEqual({});
    const { reached, record } = await until('j', CONCLUDED);
    expect({ reached, type: record.type }).toEqual({ reached: true, type: 'create' });
    expect(record.error).toContain('No such file or directory');
  });

  test.each([
    ['failed', 5, 'stop'],
    ['nospace', 28, 'enospc'],
  ])('an I/O error (%s) pauses a job until it is resumed', async (status, errno, policy) => {
    await start();
    await nothing('src', 64 * MIB, { 'read-zeroes': false });
    await failing('dst', NULL_IMAGE, 'write', errno, true);
    await execute('blockdev-backup', {
      ...KEPT,
      device: 'src',
      target: 'dst',
      sync: 'full',
      'on-target-error': policy,
    });
    expect(await until('j', CONCLUDED)).toMatchObject({
      reached: false,
      rest: 'paused-by-error',
      record: { status: 'paused' },
    });
    expect(await execute('query-block-jobs')).toMatchObject([{ 'io-status': status }]);
    await execute('job-resume', { id: 'j' });
    const { reached, record } = await until('j', CONCLUDED);
    expect({ reached, error: record.error }).toEqual({ reached: true, error: undefined });
  });

  test('a pause that no error made is no rest', async () => {
    await start();
    await slowBackup();
    let ended = false;
    const verdict = until('j', CONCLUDED).finally(() => {
      ended = true;
    });
    await execute('job-pause', { id: 'j' });
    expect((await until('j', new Set(['paused'] as const))).reached).toBe(true);
    await pause(100);
    expect(ended).toBe(false);
    await execute('job-resume', { id: 'j' });
    await execute('block-job-set-speed', { device: 'j', speed: 0 });
    expect((await verdict).reached).toBe(true);
  });

  test('an error that stops a job at ready is a rest, though the job shows standby', async () => {
    await start();
    await execute('blockdev-add', { ...dataFile('src'), 'node-name': 'src' });
    await failing('dst', { driver: 'null-co', size: MIB }, 'write', 5, true);
    const path = `${daemon.folder}/nbd.sock`;
    await execute('nbd-server-start', { addr: { type: 'unix', data: { path } } });
    await execute('block-export-add', { type: 'nbd', id: 'e', 'node-name': 'src', writable: true });
    const errors = { 'on-target-error': 'stop' };
    await execute('blockdev-mirror', { ...KEPT, device: 'src', target: 'dst', sync: 'none', ...errors });
    expect((await until('j', READY)).reached).toBe(true);
    await daemon.runBeside('qemu-io', '-f', 'raw', '-c', 'write -q 0 64k', `nbd+unix:///src?socket=${path}`);
    expect(await until('j', CONCLUDED, { leaving: 'ready' })).toMatchObject({
      reached: false,
      rest: 'paused-by-error',
      record: { status: 'standby' },
    });
    await execute('job-resume', { id: 'j' });
    await execute('job-complete', { id: 'j' });
    const { reached, record } = await until('j', CONCLUDED, { leaving: 'ready' });
    expect({ reached, error: record.error }).toEqual({ reached: true, error: undefined });
  });

  test('a wait without events asks nothing', async () => {
    await start();
    await slowBackup();
    const wait = until('j', CONCLUDED);
    await pause(400);
    expect(asked()).toBe(0);
    await execute('block-job-cancel', { device: 'j', force: true });
    expect((await wait).reached).toBe(true);
  });

  test('thousands of error events cost no questions', async () => {
    await start();
    await failing('src', dataFile('src'), 'read', 5, false);
    await nothing('dst', MIB);
    await execute('blockdev-mirror', {
      ...KEPT,
      device: 'src',
      target: 'dst',
      sync: 'full',
      'on-source-error': 'ignore',
    });
    const wait = until('j', CONCLUDED);
    await pause(300);
    expect(daemon.session.events.length).toBeGreaterThan(200);
    expect(asked()).toBeLessThan(20);
    await execute('block-job-cancel', { device: 'j', force: true });
    expect((await wait).record.error).toBeDefined();
  });

  test('progress comes with each change and each list', async () => {
    await start();
    const seen: (readonly [string, number])[] = [];
    const unsubscribe = jobs.onProgress(all => {
      for (const job of all) seen.push([job.status, job['total-progress']]);
    });
    await slowBackup();
    await until('j', new Set(['running'] as const));
    await jobs.list();
    expect(seen).toContainEqual(['running', 64 * MIB]);
    await execute('block-job-cancel', { device: 'j', force: true });
    await until('j', CONCLUDED);
    expect(seen.at(-1)?.[0]).toBe('concluded');
    unsubscribe();
    const count = seen.length;
    await jobs.list();
    expect(seen).toHaveLength(count);
  });

  test('a wait ends with its signal, and with its QEMU', async () => {
    await start();
    await slowBackup();
    await expect(until('j', CONCLUDED, { signal: AbortSignal.timeout(30) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    await expect(until('j', CONCLUDED, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    const wait = until('j', CONCLUDED);
    const closed = expect(wait).rejects.toBeInstanceOf(ConnectionLostError);
    daemon.child.kill('SIGKILL');
    await closed;
    await expect(until('j', CONCLUDED)).rejects.toBeInstanceOf(ConnectionLostError);
  });

  test('a server with pretty=on is read as well', async () => {
    await start({ pretty: true });
    await chain();
    await execute('block-stream', { ...KEPT, device: 'C' });
    expect((await until('j', CONCLUDED)).reached).toBe(true);
    expect(JSON.stringify(await execute('query-qmp-schema')).length).toBeGreaterThan(60_000);
    await execute('quit');
    expect(await daemon.session.closed).toBeUndefined();
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import {
  CONCLUDED,
  chain,
  execute,
  failing,
  jobs,
  KEPT,
  MIB,
  NULL_IMAGE,
  nothing,
  READY,
  slowBackup,
  start,
  stop,
  until,
} from './scenario.ts';
import { haveStorageDaemon } from './storage-daemon.ts';

afterEach(stop);

describe.skipIf(!haveStorageDaemon())('how jobs end on the real qemu-storage-daemon', () => {
  test('a stream concludes, is dismissed, and is gone', async () => {
    await start();
    await chain();
    await execute('block-stream', { ...KEPT, device: 'C', 'base-node': 'A' });
    const verdict = await until('j', CONCLUDED);
    expect(verdict).toMatchObject({
      reached: true,
      rest: 'concluded',
      record: { type: 'stream', status: 'concluded' },
    });
    expect(verdict.record.error).toBeUndefined();
    expect(await jobs.list()).toEqual([verdict.record]);
    await jobs.dismiss('j');
    await jobs.dismiss('j');
    expect(await jobs.list()).toEqual([]);
    expect(await until('j', CONCLUDED)).toMatchObject({
      reached: false,
      rest: 'gone',
      record: { status: 'null' },
    });
  });

  test('a stream that is over before its reply is gone, and known by its event', async () => {
    await start();
    await nothing('bare');
    await execute('block-stream', { 'job-id': 'j', device: 'bare' });
    const { reached, rest, record } = await until('j', CONCLUDED);
    expect({ reached, rest, type: record.type, error: record.error }).toEqual({
      reached: false,
      rest: 'gone',
      type: 'stream',
      error: undefined,
    });
    expect((await until('j', new Set(['null'] as const))).reached).toBe(true);
  });

  test('a commit below the active layer concludes', async () => {
    await start();
    await chain();
    await execute('block-commit', { ...KEPT, device: 'C', 'top-node': 'B', 'base-node': 'A' });
    expect(await until('j', CONCLUDED)).toMatchObject({ reached: true, record: { type: 'commit' } });
  });

  test('an active commit rests at ready and concludes once it was completed', async () => {
    await start();
    await chain();
    await execute('block-commit', { ...KEPT, device: 'C', 'base-node': 'A' });
    expect(await until('j', CONCLUDED)).toMatchObject({ reached: false, rest: 'ready' });
    expect(await until('j', READY)).toMatchObject({ reached: true, rest: 'ready' });
    await execute('job-complete', { id: 'j' });
    const { reached, record } = await until('j', CONCLUDED, { leaving: 'ready' });
    expect({ reached, error: record.error }).toEqual({ reached: true, error: undefined });
  });

  test('a mirror after a soft cancel concludes without an error', async () => {
    await start();
    await nothing('src');
    await nothing('dst');
    await execute('blockdev-mirror', { ...KEPT, device: 'src', target: 'dst', sync: 'full' });
    expect((await until('j', READY)).reached).toBe(true);
    await execute('block-job-cancel', { device: 'j' });
    const { reached, record } = await until('j', CONCLUDED, { leaving: 'ready' });
    expect({ reached, error: record.error }).toEqual({ reached: true, error: undefined });
  });

  test.each([false, true])('a forced cancel with auto-dismiss %s', async dismissed => {
    await start();
    await slowBackup({ 'auto-dismiss': dismissed });
    const verdict = until('j', CONCLUDED);
    await execute('block-job-cancel', { device: 'j', force: true });
    expect(await verdict).toMatchObject({
      reached: !dismissed,
      rest: dismissed ? 'gone' : 'concluded',
      record: { type: 'backup', error: 'Operation canceled' },
    });
  });

  test.each([false, true])(
    'a mirror onto a target of another size, with auto-dismiss %s',
    async dismissed => {
      await start();
      await nothing('src');
      await nothing('dst', 32 * MIB);
      await execute('blockdev-mirror', {
        'job-id': 'j',
        'auto-dismiss': dismissed,
        device: 'src',
        target: 'dst',
        sync: 'full',
      });
      const { reached, rest, record } = await until('j', READY);
      expect({ reached, rest }).toEqual({ reached: false, rest: dismissed ? 'gone' : 'concluded' });
      // 5.2 has the words in query-jobs alone, and `Invalid argument` in the event.
      expect(record.error).toMatch(dismissed ? /different sizes|Invalid argument/ : /different sizes/);
    },
  );

  test('a backup whose target fails concludes with the error', async () => {
    await start();
    await nothing('src', 64 * MIB, { 'read-zeroes': false });
    await failing('dst', NULL_IMAGE, 'write', 28, false);
    await execute('blockdev-backup', { ...KEPT, device: 'src', target: 'dst', sync: 'full' });
    expect(await until('j', CONCLUDED)).toMatchObject({
      reached: true,
      record: { type: 'backup', error: 'No space left on device' },
    });
  });
});

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { haveStorageDaemon } from '../jobs/storage-daemon.ts';
import { type Command, type HarmBench, MIB, openHarm } from './harm-bench.ts';

/*
 * QEMU accepts each of these commands. Each test shows what comes of it, and that qblk says no, or warns, before anything is
 * sent. Patterns are `byte offset length`.
 */
describe.skipIf(!haveStorageDaemon())('what QEMU does without a word', () => {
  let bench: HarmBench;
  beforeEach(async () => {
    bench = await openHarm();
  });
  afterEach(() => bench?.stop());

  const isOld = () => bench.session.greeting.version.major < 6;
  const kept = { 'job-id': 'j', 'auto-dismiss': false };
  const dismiss: Command = ['job-dismiss', { id: 'j' }];
  const complete: Command = ['job-complete', { id: 'j' }];
  const create = (filename: string): Command => [
    'blockdev-create',
    { 'job-id': 'j', options: { driver: 'file', filename, size: 0 } },
  ];

  /** A <- B <- C <- D, B and C with data of their own over A's, D in use. */
  async function four() {
    bench.image('A', '4M', { writes: ['1 0 4M'] });
    bench.image('B', '4M', { over: 'A', writes: ['2 0 1M'] });
    bench.image('C', '4M', { over: 'B', writes: ['3 1M 1M'] });
    bench.image('D', '4M', { over: 'C' });
    await bench.open('A');
    await bench.open('B', 'A');
    await bench.open('C', 'B');
    await bench.open('D', 'C');
    await bench.serve('D');
  }

  /** A <- B, A with data, B in use, and an empty target T over nothing. */
  async function twoAndTarget() {
    bench.image('A', '4M', { writes: ['1 0 4M'] });
    bench.image('B', '4M', { over: 'A', writes: ['2 0 1M'] });
    bench.image('T', '4M', {});
    await bench.open('A');
    await bench.open('B', 'A');
    await bench.open('T');
    await bench.serve('B');
  }

  test('an image that a commit went past reads other data', async () => {
    await four();
    const commit: Command = ['block-commit', { device: 'D', 'top-node': 'C', 'base-node': 'A', ...kept }];
    const use: Command = ['block-export-add', { type: 'nbd', id: 'x', 'node-name': 'B' }];
    expect(await bench.said(commit, dismiss, use)).toEqual(['invalid-node-used']);

    await bench.send(commit);
    await bench.reach('j', 'concluded');
    await bench.send(dismiss, use);
    await bench.quit();
    expect(bench.reads('B', '1 1M 1M')).toBe(false);
    expect(bench.reads('B', '3 1M 1M')).toBe(true);
  });

  test('after a stream the images between are as they were', async () => {
    await four();
    const stream: Command = ['block-stream', { device: 'D', 'base-node': 'A', ...kept }];
    const use: Command = ['block-export-add', { type: 'nbd', id: 'x', 'node-name': 'B' }];
    expect(await bench.said(stream, dismiss, use)).not.toContain('invalid-node-used');

    await bench.send(stream);
    await bench.reach('j', 'concluded');
    await bench.send(dismiss, use);
    await bench.quit();
    expect(bench.reads('B', '1 1M 1M')).toBe(true);
  });

  test('a commit into an image that others lie over gives them its data', async () => {
    await four();
    bench.image('X', '4M', { over: 'A' });
    await bench.open('X', 'A');
    const commit: Command = ['block-commit', { device: 'D', 'top-node': 'C', 'base-node': 'A', ...kept }];
    expect(await bench.said(commit), 'warnings').toEqual(['shared-base', 'job-left']);

    await bench.serve('X', false);
    expect(await bench.said(commit)).toEqual(['shared-base']);
    await bench.send(commit);
    await bench.reach('j', 'concluded');
    await bench.quit();
    expect(bench.reads('X', '1 0 4M')).toBe(false);
    expect(bench.reads('X', '2 0 1M')).toBe(true);
  });

  test('a write to an image that others lie over shows up in them', async () => {
    await twoAndTarget();
    const open: Command = [
      'block-export-add',
      { type: 'nbd', id: 'x', name: 'x', 'node-name': 'A', writable: true },
    ];
    expect(await bench.said(open)).toEqual(['written-below']);

    await bench.send(open);
    await bench.runBeside(
      'qemu-io',
      '-f',
      'raw',
      '-c',
      'write -q -P 9 2M 1M',
      'nbd+unix:///x?socket=nbd.sock',
    );
    await bench.quit();
    expect(bench.reads('B', '9 2M 1M')).toBe(true);
  });

  test('without a shorter image between them, old data show behind its end', async () => {
    bench.image('A', '4M', { writes: ['1 0 4M'] });
    bench.image('B', '2M', { over: 'A' });
    bench.image('C', '4M', { over: 'B' });
    expect(bench.reads('C', '0 2M 2M'), 'before').toBe(true);
    await bench.open('A');
    await bench.open('B', 'A');
    await bench.open('C', 'B');
    await bench.serve('C');
    const commit: Command = ['block-commit', { device: 'C', 'top-node': 'B', 'base-node': 'A', ...kept }];
    expect(await bench.said(commit)).toEqual(['hidden-end']);

    await bench.send(commit);
    await bench.reach('j', 'concluded');
    await bench.quit();
    expect(bench.reads('C', '1 2M 2M')).toBe(true);
  });

  test.each([
    ['top', 'target-without-backing', '0 1M 3M'],
    ['none', 'pivot-to-partial-copy', '0 0 4M'],
  ])('a pivot after sync=%s onto an image over nothing loses data', async (sync, code, lost) => {
    await twoAndTarget();
    const mirror: Command = ['blockdev-mirror', { device: 'B', target: 'T', sync, ...kept }];
    expect(await bench.said(mirror, complete)).toEqual([code]);
    expect(await bench.said(mirror, ['block-job-cancel', { device: 'j' }])).not.toContain(code);

    await bench.send(mirror);
    await bench.reach('j', 'ready');
    await bench.send(complete);
    await bench.reach('j', 'concluded');
    await bench.quit();
    // The guest is at T now: what it read there before comes from A, and is gone.
    expect(bench.reads('T', lost)).toBe(true);
  });

  test('a copy of the top over other data than the source lies over is another disk', async () => {
    await twoAndTarget();
    bench.image('Y', '4M', { writes: ['7 0 4M'] });
    bench.image('U', '4M', { over: 'Y' });
    await bench.open('Y');
    await bench.open('U', 'Y');
    const mirror: Command = ['blockdev-mirror', { device: 'B', target: 'U', sync: 'top', ...kept }];
    expect(await bench.said(mirror)).toContain('target-over-other-backing');

    await bench.send(mirror);
    await bench.reach('j', 'ready');
    await bench.send(complete);
    await bench.reach('j', 'concluded');
    await bench.quit();
    expect(bench.reads('U', '7 1M 3M')).toBe(true);
  });

  test('a mirror to an image of another size is started, and fails', async () => {
    await twoAndTarget();
    bench.image('S', '2M', {});
    await bench.open('S');
    const mirror: Command = ['blockdev-mirror', { device: 'B', target: 'S', sync: 'full', ...kept }];
    expect(await bench.said(mirror)).toEqual(['size-mismatch']);

    await bench.send(mirror);
    expect(await bench.reach('j', 'concluded')).toMatchObject({ error: expect.stringContaining('size') });
  });

  test('the target of a mirror that was broken off holds a part only', async ({ skip }) => {
    skip(isOld(), 'this storage daemon makes no objects');
    await twoAndTarget();
    await bench.send(
      ['object-add', { 'qom-type': 'throttle-group', id: 'slow', limits: { 'bps-write': 262144 } }],
      ['blockdev-add', { driver: 'throttle', 'node-name': 'S', 'throttle-group': 'slow', file: 'T' }],
    );
    // One chunk at a time: a cancel waits for those that are on their way.
    const small = { 'buf-size': 65536, granularity: 65536 };
    const mirror: Command = [
      'blockdev-mirror',
      { device: 'B', target: 'S', sync: 'full', ...small, ...kept },
    ];
    const cancel: Command = ['job-cancel', { id: 'j' }];
    const use: Command = ['block-export-add', { type: 'nbd', id: 'x', 'node-name': 'S' }];
    expect(await bench.said(mirror, cancel, use)).toEqual(['invalid-node-used']);

    await bench.send(mirror);
    await bench.reach('j', 'running');
    await bench.send(cancel);
    await bench.reach('j', 'concluded');
    await bench.quit();
    expect(bench.reads('T', '1 1M 3M')).toBe(false);
  });

  test('a qcow2 image of half a sector is refused once its file is made', async () => {
    expect(await bench.saidOf('create E filename=e.qcow2 size=1000')).toEqual(['size-not-sectors']);

    await bench.send(create('e.qcow2'));
    await bench.reach('j', 'concluded');
    const file = { driver: 'file', filename: 'e.qcow2' };
    const format: Command = [
      'blockdev-create',
      { 'job-id': 'j', options: { driver: 'qcow2', file, size: 1000 } },
    ];
    await bench.send(dismiss, format);
    expect(await bench.reach('j', 'concluded')).toMatchObject({ error: expect.stringContaining('512') });
    expect(existsSync(join(bench.folder, 'e.qcow2'))).toBe(true);
  });

  test('the overlay of an image that nothing uses is gone at once', async () => {
    bench.image('A', '4M', {});
    await bench.open('A');
    const snapshot: Command = [
      'blockdev-snapshot-sync',
      { 'node-name': 'A', 'snapshot-file': 'b.qcow2', 'snapshot-node-name': 'B', format: 'qcow2' },
    ];
    expect(await bench.said(snapshot)).toEqual(['not-attached']);

    await bench.send(snapshot);
    const nodes = JSON.stringify(await bench.send(['query-named-block-nodes', { flat: true }]));
    expect(nodes).toContain('"A"');
    expect(nodes).not.toContain('"B"');
  });

  test('a pivot of a chain that nothing uses changes nothing', async () => {
    bench.image('A', '4M', {});
    bench.image('T', '4M', {});
    await bench.open('A');
    await bench.open('T');
    const mirror: Command = ['blockdev-mirror', { device: 'A', target: 'T', sync: 'full', ...kept }];
    expect(await bench.said(mirror, complete)).toEqual(['not-attached']);

    const before = await bench.send(['query-named-block-nodes', { flat: true }]);
    await bench.send(mirror);
    await bench.reach('j', 'ready');
    await bench.send(complete);
    await bench.reach('j', 'concluded');
    await bench.send(dismiss);
    const named = (nodes: unknown) => JSON.stringify(nodes).match(/"node-name":"[A-Z]"/g);
    expect(named(await bench.send(['query-named-block-nodes', { flat: true }]))).toEqual(named(before));
  });

  test('an overlay in another folder does not find the image that it lies over', async () => {
    bench.image('A', '4M', {});
    mkdirSync(join(bench.folder, 'snap'));
    await bench.open('A');
    await bench.serve('A');
    const snapshot: Command = [
      'blockdev-snapshot-sync',
      { 'node-name': 'A', 'snapshot-file': 'snap/b.qcow2', 'snapshot-node-name': 'B', format: 'qcow2' },
    ];
    expect(await bench.said(snapshot)).toEqual(['backing-not-found-later']);

    await bench.send(snapshot);
    await bench.quit();
    expect(() => bench.reads('snap/b.qcow2', '0 0 1M')).toThrow(/snap\/A.qcow2.*No such file/s);
  });

  test('an overlay that records no backing file has no data of its own once it is opened again', async () => {
    await twoAndTarget();
    const snapshot: Command = ['blockdev-snapshot', { node: 'B', overlay: 'T' }];
    expect(await bench.said(snapshot)).toEqual(['backing-not-recorded']);

    await bench.send(snapshot);
    const record: Command = [
      'change-backing-file',
      { device: 'T', 'image-node-name': 'T', 'backing-file': 'B.qcow2' },
    ];
    expect(await bench.said(record)).toEqual([]);
    await bench.quit();
    expect(bench.reads('T', '0 0 4M')).toBe(true);
  });

  test('a backing file name that means another file leads to another disk', async () => {
    await four();
    const stream: Command = [
      'block-stream',
      { device: 'D', 'base-node': 'A', 'backing-file': 'none.qcow2', ...kept },
    ];
    expect(await bench.said(stream)).toContain('other-backing-file');

    await bench.send(stream);
    await bench.reach('j', 'concluded');
    await bench.quit();
    expect(() => bench.reads('D', '0 0 1M')).toThrow(/none.qcow2.*No such file/s);
  });

  test.each<[string, Command]>([
    [
      'blockdev-snapshot-sync',
      [
        'blockdev-snapshot-sync',
        { 'node-name': 'B', 'snapshot-file': 'old.qcow2', 'snapshot-node-name': 'N', format: 'qcow2' },
      ],
    ],
    ['drive-backup', ['drive-backup', { device: 'B', target: 'old.qcow2', sync: 'full', ...kept }]],
    ['blockdev-create', create('old.qcow2')],
  ])('%s cuts a file that is there to nothing', async (_, command) => {
    bench.image('old', '4M', { writes: ['5 0 1M'] });
    await twoAndTarget();
    expect(await bench.said(command)).toContain('file-exists');

    await bench.send(command);
    if (command[0] !== 'blockdev-snapshot-sync') await bench.reach('j', 'concluded');
    await bench.quit();
    if (command[0] === 'blockdev-create') expect(() => bench.reads('old', '5 0 1M')).toThrow(/qcow2/);
    else expect(bench.reads('old', '5 0 1M')).toBe(false);
  });

  test('a smaller size cuts data off', async () => {
    bench.image('A', '4M', { writes: ['2 0 1M'] });
    await bench.open('A');
    const shrink: Command = ['block_resize', { 'node-name': 'A', size: MIB / 2 }];
    const grow: Command = ['block_resize', { 'node-name': 'A', size: 4 * MIB }];
    expect(await bench.said(shrink)).toEqual(['shrinks']);
    expect(await bench.said(grow)).toEqual([]);

    await bench.send(shrink, grow);
    await bench.quit();
    expect(bench.reads('A', '2 512k 512k')).toBe(false);
  });

  test('blockdev-reopen of no nodes ends QEMU', async ({ skip }) => {
    skip(isOld(), 'this QEMU has no such command');
    await twoAndTarget();
    const reopen: Command = ['blockdev-reopen', { options: [] }];
    expect(await bench.said(reopen)).toEqual(['empty-list']);

    const ended = new Promise(resolve => bench.child.once('exit', (_code, signal) => resolve(signal)));
    await expect(bench.send(reopen)).rejects.toThrow();
    expect(await ended).toBe('SIGABRT');
  });

  test('a merge of no bitmaps ends QEMU', async ({ skip }) => {
    skip(isOld(), 'this QEMU survives it');
    await twoAndTarget();
    await bench.send(['block-dirty-bitmap-add', { node: 'B', name: 'b0' }]);
    const merge: Command = ['block-dirty-bitmap-merge', { node: 'B', target: 'b0', bitmaps: [] }];
    expect(await bench.said(merge)).toEqual(['empty-merge']);

    const ended = new Promise(resolve => bench.child.once('exit', (_code, signal) => resolve(signal)));
    await expect(bench.send(merge)).rejects.toThrow();
    expect(await ended).toBe('SIGSEGV');
  });
});

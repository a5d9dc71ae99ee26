import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { haveStorageDaemon } from '../jobs/storage-daemon.ts';
import { type Command, type HarmBench, openHarm } from './harm-bench.ts';

/*
 * As in `harm.test.ts`: QEMU accepts each of these commands, after which a chain lacks images that its user needs. What an
 * export shows is read while QEMU runs.
 */
describe.skipIf(!haveStorageDaemon())('chains that QEMU makes without a word', () => {
  let bench: HarmBench;
  beforeEach(async () => {
    bench = await openHarm();
  });
  afterEach(() => bench?.stop());

  const kept = { 'job-id': 'j', 'auto-dismiss': false };
  const complete: Command = ['job-complete', { id: 'j' }];

  /** A <- B <- C, A full of ones, B with twos in its first mebibyte, C in use. */
  async function three() {
    bench.image('A', '4M', { writes: ['1 0 4M'] });
    bench.image('B', '4M', { over: 'A', writes: ['2 0 1M'] });
    bench.image('C', '4M', { over: 'B' });
    await bench.open('A');
    await bench.open('B', 'A');
    await bench.open('C', 'B');
    await bench.serve('C');
  }

  /** Whether a client of the export of C finds this pattern. */
  async function shows(pattern: string): Promise<boolean> {
    const uri = 'nbd+unix:///C?socket=nbd.sock';
    return bench.runBeside('qemu-io', '-r', '-f', 'raw', '-c', `read -q -P ${pattern}`, uri).then(
      () => true,
      () => false,
    );
  }

  test.for([
    { backing: null, found: '0 0 4M' },
    { backing: 'A', found: '1 0 1M' },
  ])('a reopen over $backing hides the images between', async ({ backing, found }, { skip }) => {
    skip(bench.session.greeting.version.major < 7, 'this QEMU has no such command');
    await three();
    const file = { driver: 'file', filename: 'C.qcow2' };
    const reopen = (over: string | null): Command => [
      'blockdev-reopen',
      { options: [{ driver: 'qcow2', 'node-name': 'C', file, backing: over, 'read-only': false }] },
    ];
    expect(await shows('2 0 1M')).toBe(true);
    expect(await bench.said(reopen('B'))).toEqual([]);
    expect(await bench.said(reopen(backing))).toEqual(['reopen-hides-data']);

    await bench.send(reopen(backing));
    expect(await shows(found)).toBe(true);
  });

  test('behind the end of a smaller overlay nothing can be read', async () => {
    await three();
    bench.image('S', '1M', {});
    await bench.open('S');
    const snapshot: Command = ['blockdev-snapshot', { node: 'C', overlay: 'S' }];
    expect(await bench.said(snapshot)).toEqual(['overlay-too-small']);

    expect(await shows('1 2M 1M')).toBe(true);
    await bench.send(snapshot);
    expect(await shows('1 2M 1M')).toBe(false);
  });

  test('after a pivot onto a lower image the data between are gone', async () => {
    await three();
    bench.image('E', '4M', { over: 'A' });
    await bench.open('E', 'A');
    const mirror: Command = ['blockdev-mirror', { device: 'C', target: 'E', sync: 'top', ...kept }];
    expect(await bench.said(mirror, complete)).toEqual(['target-over-other-backing']);

    await bench.send(mirror);
    await bench.reach('j', 'ready');
    await bench.send(complete);
    await bench.reach('j', 'concluded');
    expect(await shows('1 0 1M')).toBe(true);
  });

  test('an overlay on a filter that is left behind is gone at once', async () => {
    bench.image('B', '4M', {});
    await bench.open('B');
    await bench.serve('B');
    await bench.send(['blockdev-add', { driver: 'copy-on-read', 'node-name': 'T', file: 'B' }]);
    const snapshot: Command = [
      'blockdev-snapshot-sync',
      { 'node-name': 'T', 'snapshot-file': 'f.qcow2', 'snapshot-node-name': 'F', format: 'qcow2' },
    ];
    expect(await bench.said(snapshot)).toEqual(['not-attached']);

    await bench.send(snapshot);
    expect(JSON.stringify(await bench.send(['query-named-block-nodes', { flat: true }]))).not.toContain(
      '"F"',
    );
  });

  test('what a stream leaves open hinders no commit, until somebody uses it', async () => {
    await three();
    const stream: Command = ['block-stream', { device: 'C', 'base-node': 'A', ...kept }];
    await bench.send(stream);
    await bench.reach('j', 'concluded');
    await bench.send(['job-dismiss', { id: 'j' }]);
    const commit = 'start commit C base=A job-id=c\n';
    expect(await bench.saidOf(commit), 'warnings').toEqual(['shared-base', 'job-left']);
    await bench.serve('B', false);
    expect(await bench.saidOf(commit), 'errors').toEqual(['shared-base']);
  });
});

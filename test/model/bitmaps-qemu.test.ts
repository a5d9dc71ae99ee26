import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startOracle } from './qmp-client.ts';
import { SideBySide } from './side-by-side.ts';

const PROGRAM = 'qemu-storage-daemon';
const missing = [PROGRAM, 'qemu-img', 'qemu-io'].filter(name => spawnSync(name, ['--version']).error);
if (missing.length > 0)
  console.warn(`SKIPPED: bitmaps are not compared with QEMU, for there is no ${missing.join(', ')}`);

test('QEMU is there in CI', () => {
  expect(process.env['CI'] ? missing : []).toEqual([]);
});

/** Makes the images once; a.qcow2 has a stored bitmap `p` that has noted its 64 KiB. */
function makeImages(cwd: string): void {
  const img = (...args: string[]) => execFileSync('qemu-img', args, { cwd, stdio: 'pipe' });
  for (const name of ['a', 'c', 't', 'u']) img('create', '-f', 'qcow2', `${name}.qcow2`, '4M');
  img('create', '-f', 'qcow2', 'big.qcow2', '8M');
  img('create', '-f', 'qcow2', '-o', 'cluster_size=4096', 'small.qcow2', '4M');
  img('create', '-f', 'raw', 'r.raw', '4M');
  img('create', '-f', 'qcow2', 'old.qcow2', '4M');
  img('bitmap', '--add', 'old.qcow2', 'p');
  img('bitmap', '--add', 'old.qcow2', 'q');
  img('bitmap', '--add', 'a.qcow2', 'p');
  execFileSync('qemu-io', ['-c', 'write -P 1 0 64k', 'a.qcow2'], { cwd, stdio: 'pipe' });
}

describe.skipIf(missing.length > 0)('the model and qemu-storage-daemon', () => {
  let images: string;
  let both: SideBySide;

  beforeAll(() => {
    images = mkdtempSync(join(tmpdir(), 'qblk-bitmaps-'));
    makeImages(images);
  });

  afterAll(() => {
    if (images) rmSync(images, { recursive: true, force: true });
  });

  beforeEach(async () => {
    const qemu = await startOracle(PROGRAM, [], folder => cpSync(images, folder, { recursive: true }));
    const file = (filename: string) => ({ driver: 'file', filename });
    for (const name of ['a', 'c', 'small', 'big', 't', 'u']) {
      const node = name.toUpperCase();
      await qemu.execute('blockdev-add', {
        driver: 'qcow2',
        'node-name': node,
        file: file(`${name}.qcow2`),
      });
    }
    await qemu.execute('blockdev-add', { driver: 'raw', 'node-name': 'R', file: file('r.raw') });
    both = new SideBySide(qemu, await SideBySide.seen(qemu));
  });

  afterEach(async () => {
    await both?.qemu.close();
  });

  const add = (node: string, name: string, more: object = {}) =>
    ['block-dirty-bitmap-add', { node, name, ...more }] as const;
  const act = (verb: string, node: string, name: string) =>
    [`block-dirty-bitmap-${verb}`, { node, name }] as const;
  const merge = (node: string, target: string, bitmaps: unknown[]) =>
    ['block-dirty-bitmap-merge', { node, target, bitmaps }] as const;
  const backup = (bitmap: string | undefined, sync: string, mode?: string, more: object = {}) =>
    [
      'blockdev-backup',
      {
        device: 'A',
        target: 'T',
        'job-id': 'j',
        'auto-dismiss': false,
        sync,
        ...(bitmap ? { bitmap } : {}),
        ...(mode ? { 'bitmap-mode': mode } : {}),
        ...more,
      },
    ] as const;

  async function ended(id = 'j'): Promise<string | undefined> {
    const error = await both.rests(id, 'concluded');
    // QEMU 5.2 dies of a look at its nodes while a backup that has ended is not dismissed.
    await both.accepted('job-dismiss', { id });
    await both.agree();
    return error;
  }

  test('bitmaps are added as QEMU lets them be', async () => {
    await both.accepted(...add('C', 'b0'));
    await both.refused(...add('C', 'b0'));
    await both.refused(...add('C', 'b0', { persistent: true }));
    await both.accepted(...add('C', 'p', { persistent: true, disabled: true }));
    await both.accepted(...add('SMALL', 'b0'));
    await both.accepted(...add('R', 'b0'));
    await both.refused(...add('R', 'p', { persistent: true }));
    await both.refused(...add('nope', 'b0'));
    await both.refused(...add('C', ''));
    await both.refused(...add('C', 'x'.repeat(1024)));
    await both.refused(...add('C', 'x'.repeat(1024), { persistent: true }));
    for (const granularity of [0, 256, 1000, 2 ** 32]) await both.refused(...add('C', 'g', { granularity }));
    for (const granularity of [512, 2 ** 31])
      await both.accepted(...add('C', `g${granularity}`, { granularity }));
    await both.agree();
  });

  test('bitmaps are switched, cleared and removed', async () => {
    await both.accepted(...add('C', 'b0'));
    for (const verb of ['disable', 'disable', 'clear', 'enable', 'enable']) {
      await both.accepted(...act(verb, 'C', 'b0'));
      await both.agree();
    }
    for (const verb of ['enable', 'disable', 'clear', 'remove']) {
      await both.refused(...act(verb, 'C', 'nope'));
      await both.refused(...act(verb, 'nope', 'b0'));
    }
    await both.accepted(...act('remove', 'C', 'b0'));
    await both.refused(...act('remove', 'C', 'b0'));
    await both.agree();
  });

  test('bitmaps are merged where the disks are of one size', async () => {
    for (const node of ['A', 'C', 'BIG']) await both.accepted(...add(node, 'b0'));
    await both.accepted(...add('C', 'fine', { granularity: 512, disabled: true }));
    await both.accepted(...merge('C', 'b0', ['fine', 'b0', { node: 'A', name: 'p' }]));
    await both.accepted(...merge('C', 'fine', ['b0']));
    await both.refused(...merge('C', 'b0', ['fine', { node: 'BIG', name: 'b0' }]));
    await both.refused(...merge('C', 'nope', ['fine']));
    await both.refused(...merge('nope', 'b0', ['fine']));
    await both.refused(...merge('C', 'b0', ['fine', 'nope']));
    await both.refused(...merge('C', 'b0', [{ node: 'nope', name: 'b0' }]));
    await both.refused(...merge('C', 'b0', [{ node: 'A', name: 'nope' }]));
    await both.agree();
  });

  test('bitmaps stay with their image under an overlay, where they can only be switched', async () => {
    await both.accepted(...add('C', 'stored', { persistent: true }));
    await both.accepted(...add('C', 'loose'));
    await both.accepted('nbd-server-start', {
      addr: { type: 'unix', data: { path: join(both.qemu.folder, 'nbd.sock') } },
    });
    await both.accepted('block-export-add', { type: 'nbd', id: 'x', 'node-name': 'C', writable: true });
    const overlay = { 'snapshot-file': 'o.qcow2', 'snapshot-node-name': 'O' };
    await both.accepted('blockdev-snapshot-sync', { 'node-name': 'C', ...overlay });
    await both.agree();
    for (const verb of ['clear', 'remove']) await both.refused(...act(verb, 'C', 'stored'));
    await both.accepted(...act('disable', 'C', 'stored'));
    await both.refused(...merge('C', 'stored', ['loose']));
    await both.accepted(...merge('C', 'loose', ['stored']));
    await both.accepted(...act('remove', 'C', 'loose'));
    await both.accepted(...add('O', 'stored'));
    await both.agree();
    await both.accepted('block-export-del', { id: 'x' });
    await both.accepted('blockdev-del', { 'node-name': 'C' });
    await both.accepted('blockdev-add', {
      driver: 'qcow2',
      'node-name': 'again',
      file: { driver: 'file', filename: 'c.qcow2' },
    });
    await both.agree();
    await both.accepted(...act('remove', 'again', 'stored'));
    await both.agree();
  });

  const COMBINATIONS = ['full', 'top', 'none', 'incremental', 'bitmap'].flatMap(sync =>
    [undefined, 'nope', 'p'].flatMap(bitmap =>
      [undefined, 'on-success', 'never', 'always'].map(mode => ({ sync, bitmap, mode })),
    ),
  );

  test('every combination of sync, bitmap and bitmap-mode is accepted or refused alike', async () => {
    const accepted: string[] = [];
    for (const { sync, bitmap, mode } of COMBINATIONS) {
      if ((await both.send(...backup(bitmap, sync, mode))) !== 'accepted') continue;
      accepted.push(`${sync} ${bitmap} ${mode}`);
      if (sync === 'none') await both.accepted('job-cancel', { id: 'j' });
      await ended();
    }
    expect(accepted).toEqual([
      'full undefined undefined',
      'full p on-success',
      'full p always',
      'top undefined undefined',
      'top p on-success',
      'top p always',
      'none undefined undefined',
      'incremental p undefined',
      'incremental p on-success',
      'bitmap p on-success',
      'bitmap p never',
      'bitmap p always',
    ]);
  });

  test('a bitmap is busy until its backup has ended', async () => {
    await both.accepted(...add('A', 'b0'));
    await both.accepted(...backup('p', 'bitmap', 'never', { 'auto-finalize': false }));
    await both.rests('j', 'pending');
    await both.agree();
    for (const verb of ['enable', 'disable', 'clear', 'remove']) await both.refused(...act(verb, 'A', 'p'));
    await both.refused(...add('A', 'p'));
    await both.refused(...merge('A', 'b0', ['p']));
    await both.refused(...merge('A', 'p', ['b0']));
    await both.refused(...backup('p', 'bitmap', 'never', { 'job-id': 'k', target: 'U' }));
    await both.accepted('job-finalize', { id: 'j' });
    await ended();
    await both.accepted(...act('remove', 'A', 'p'));
    await both.agree();
  });

  test.each(['on-success', 'always', 'never'])(
    'a backup that fails frees its bitmap, which keeps what was not copied (bitmap-mode=%s)',
    async mode => {
      await both.accepted('blockdev-del', { 'node-name': 'T' });
      await both.accepted('blockdev-add', {
        driver: 'qcow2',
        'node-name': 'T',
        file: {
          driver: 'blkdebug',
          image: { driver: 'file', filename: 't.qcow2' },
          'inject-error': [{ event: 'write_aio', errno: 28 }],
        },
      });
      await both.accepted(...backup('p', 'bitmap', mode, { 'auto-finalize': false }));
      expect(await ended()).toBe('No space left on device');
      expect(both.graph.nodes.get('A')?.bitmaps).toMatchObject([{ name: 'p', busy: false, recording: true }]);
      const nodes: { 'node-name': string; 'dirty-bitmaps'?: { count: number }[] }[] = await both.qemu.execute(
        'query-named-block-nodes',
        { flat: true },
      );
      const [bitmap] = nodes.find(node => node['node-name'] === 'A')?.['dirty-bitmaps'] ?? [];
      expect(bitmap?.count).toBe(65536);
      await both.accepted(...act('clear', 'A', 'p'));
      await both.agree();
    },
  );

  test('a bitmap of a read-only image serves a backup that leaves it as it is', async () => {
    await both.qemu.execute('blockdev-add', {
      driver: 'qcow2',
      'node-name': 'OLD',
      'read-only': true,
      file: { driver: 'file', filename: 'old.qcow2' },
    });
    both.graph = await SideBySide.seen(both.qemu);
    const stored = both.graph.nodes.get('OLD')?.bitmaps;
    expect(stored?.map(({ name, persistent }) => [name, persistent])).toEqual([
      ['q', true],
      ['p', true],
    ]);
    const readOnly = (stored ?? []).map(bitmap => ({ ...bitmap, readOnly: true }));
    const node = both.graph.nodes.get('OLD');
    if (node)
      both.graph = {
        ...both.graph,
        nodes: new Map(both.graph.nodes).set('OLD', { ...node, bitmaps: readOnly }),
      };
    await both.refused(...backup('p', 'bitmap', 'on-success', { device: 'OLD' }));
    await both.accepted(...backup('p', 'bitmap', 'never', { device: 'OLD' }));
    await ended();
  });

  test('an export keeps the bitmaps busy that it shows', async context => {
    if ((await both.version()) < 6) context.skip('QEMU 5.2 names bitmaps of other nodes in no export');
    for (const [node, name] of [
      ['C', 'b0'],
      ['C', 'still'],
      ['U', 'b0'],
    ] as const)
      await both.accepted(...add(node, name, { disabled: name === 'still' }));
    await both.accepted('nbd-server-start', {
      addr: { type: 'unix', data: { path: join(both.qemu.folder, 'nbd.sock') } },
    });
    const serve = (bitmaps: unknown[], more: object = {}) =>
      ['block-export-add', { type: 'nbd', id: 'x', 'node-name': 'C', bitmaps, ...more }] as const;
    await both.refused(...serve(['nope']));
    await both.refused(...serve(['b0']));
    await both.refused(...serve([{ node: 'nope', name: 'b0' }]));
    await both.refused(...serve([{ node: 'U', name: 'nope' }]));
    await both.accepted(...serve(['still', { node: 'U', name: 'b0' }]));
    await both.agree();
    await both.refused(...act('remove', 'U', 'b0'));
    await both.refused(...serve(['still'], { id: 'y', name: 'y' }));
    await both.accepted('block-export-del', { id: 'x' });
    await both.accepted(...serve(['b0'], { writable: true }));
    await both.agree();
    await both.accepted('nbd-server-stop', {});
    await both.agree();
    await both.accepted(...act('remove', 'C', 'b0'));
  });

  describe('a transaction', () => {
    const transaction = (actions: readonly (readonly [string, object])[], grouped = false) =>
      [
        'transaction',
        {
          actions: actions.map(([type, data]) => ({ type, data })),
          ...(grouped ? { properties: { 'completion-mode': 'grouped' } } : {}),
        },
      ] as const;

    test('of bitmap actions is done as a whole, or not at all', async () => {
      await both.accepted(...add('C', 'b0'));
      await both.accepted(...transaction([]));
      await both.accepted(
        ...transaction([add('C', 'm', { disabled: true }), merge('C', 'm', ['b0']), act('clear', 'C', 'b0')]),
      );
      await both.agree();
      await both.refused(...transaction([act('disable', 'C', 'b0'), act('clear', 'C', 'nope')]));
      await both.refused(...transaction([add('C', 'n'), ['abort', {}]]));
      await both.agree();
      await both.refused(...transaction([act('remove', 'C', 'b0'), add('C', 'b0')]));
      await both.refused(...transaction([act('remove', 'C', 'b0'), act('remove', 'C', 'b0')]));
      await both.refused(...transaction([add('C', 'n'), merge('C', 'n', ['b0', 'nope'])]));
      await both.accepted(...transaction([add('C', 'n'), act('remove', 'C', 'n'), act('remove', 'C', 'm')]));
      await both.agree();
    });

    test('starts a backup together with its bitmap', async () => {
      const [, data] = backup('b0', 'full', 'always');
      await both.accepted(...transaction([add('A', 'b0'), ['blockdev-backup', data]]));
      await ended();
      await both.refused(...transaction([['blockdev-backup', data], act('remove', 'A', 'b0')]));
      await both.refused(...transaction([act('remove', 'A', 'b0'), ['blockdev-backup', data]]));
      await both.agree();
    });

    test('of a snapshot still reaches the bitmaps below it', async () => {
      await both.accepted(...add('A', 'b0'));
      const overlay = { 'snapshot-file': 'o.qcow2', 'snapshot-node-name': 'O' };
      const actions = [
        ['blockdev-snapshot-sync', { 'node-name': 'A', ...overlay }],
        act('clear', 'A', 'p'),
        add('O', 'b1'),
      ] as const;
      await both.accepted('nbd-server-start', {
        addr: { type: 'unix', data: { path: join(both.qemu.folder, 'nbd.sock') } },
      });
      await both.accepted('block-export-add', { type: 'nbd', id: 'x', 'node-name': 'A', writable: true });
      await both.accepted(...transaction(actions));
      await both.agree();
      await both.refused(...act('clear', 'A', 'p'));
    });

    test('is grouped for jobs only', async () => {
      for (const action of [
        add('C', 'n'),
        merge('A', 'p', ['p']),
        act('clear', 'A', 'p'),
        act('remove', 'A', 'p'),
        act('disable', 'A', 'p'),
      ])
        await both.refused(...transaction([action], true));
      await both.refused(...transaction([['blockdev-snapshot', { node: 'C', overlay: 'U' }]], true));
      await both.refused(...transaction([['abort', {}]], true));
      await both.accepted(...transaction([], true));
      await both.agree();
    });

    const group = (more: object = {}) =>
      transaction(
        [
          ['blockdev-backup', backup('p', 'bitmap', 'on-success', { 'auto-finalize': false })[1]],
          [
            'blockdev-backup',
            backup(undefined, 'full', undefined, { device: 'C', target: 'U', 'job-id': 'k', ...more })[1],
          ],
        ],
        true,
      );

    test('that is grouped ends its jobs together', async () => {
      await both.accepted(...group());
      await both.rests('j', 'pending');
      await both.rests('k', 'pending');
      await both.agree();
      await both.accepted('job-finalize', { id: 'j' });
      await both.rests('k', 'concluded');
      await both.accepted('job-dismiss', { id: 'k' });
      await ended();
    });

    test('that is grouped gives all its jobs up with one', async () => {
      await both.accepted(...group({ 'auto-finalize': false }));
      await both.rests('j', 'pending');
      await both.rests('k', 'pending');
      await both.accepted('job-cancel', { id: 'k' });
      await both.rests('k', 'concluded');
      expect(both.graph.jobs.get('j')).toMatchObject({ status: 'aborting', ending: 'abort' });
      await both.accepted('job-dismiss', { id: 'k' });
      await ended();
      expect(both.graph.nodes.get('T')?.invalid).toBeDefined();
      await both.accepted(...act('clear', 'A', 'p'));
    });
  });
});

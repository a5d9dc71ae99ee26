import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { disksOf, type SandboxImage } from '../../src/sandbox/chain.ts';
import { guestPattern, makeImages } from '../../src/sandbox/images.ts';
import { enginesAtHand } from './engines-at-hand.ts';

const oneDisk = (...images: SandboxImage[]) => disksOf([{ device: 'disk0', images }]);
const MiB = 1024 * 1024;

describe('what a script may ask for', () => {
  test.each<[string, SandboxImage[], string]>([
    ['an absolute path', [{ nodeName: 'A', filename: '/tmp/a.qcow2' }], '/tmp/a.qcow2'],
    ['a path that leaves the folder', [{ nodeName: 'A', filename: 'x/../../a' }], 'keeps to its own folder'],
    ['an empty path', [{ nodeName: 'A', filename: '' }], 'keeps to its own folder'],
    ['a node name that QEMU refuses', [{ nodeName: '1bad' }], "can't be the name of a node"],
    ['a node name of 32 characters', [{ nodeName: 'n'.repeat(32) }], "can't be the name of a node"],
    ['a format that it does not know', [{ nodeName: 'A', format: 'vmdk' }], 'not vmdk'],
    ['a raw overlay', [{ nodeName: 'A' }, { nodeName: 'B', format: 'raw' }], 'no backing file'],
    ['a size of nothing', [{ nodeName: 'A', size: 0 }], 'size of 0 bytes'],
    ['one node twice', [{ nodeName: 'A' }, { nodeName: 'A' }], 'same node: A'],
    [
      'one file twice',
      [
        { nodeName: 'A', filename: 'x' },
        { nodeName: 'B', filename: './x' },
      ],
      'same file: x',
    ],
  ])('not %s', (_, images, words) => {
    expect(() => oneDisk(...images)).toThrow(words);
  });

  test('a QOM path of a device stands for its id, and 31 characters are fine', () => {
    const [disk] = disksOf([
      { device: '/machine/peripheral/disk7/virtio-backend', images: [{ nodeName: 'n'.repeat(31) }] },
    ]);
    expect(disk).toEqual({
      device: 'disk7',
      layers: [
        { nodeName: 'n'.repeat(31), filename: `${'n'.repeat(31)}.qcow2`, size: 64 * MiB, format: 'qcow2' },
      ],
    });
  });
});

const [engine] = enginesAtHand();
describe.skipIf(!engine)('images on the disk', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'qblk-images-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (program = '', ...args: string[]) => {
    const done = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
    return `${done.stdout}${done.stderr}`;
  };

  test.each<[string, SandboxImage[]]>([
    ['four layers', ['A', 'B', 'C', 'D'].map(nodeName => ({ nodeName }))],
    ['a raw base', [{ nodeName: 'E', format: 'raw' }, { nodeName: 'F' }]],
    [
      'folders',
      [
        { nodeName: 'G', filename: 'x/base disk,1' },
        { nodeName: 'H', filename: 'y/z/a:b.qcow2' },
        { nodeName: 'I' },
      ],
    ],
    [
      'a short layer between',
      [
        { nodeName: 'K', size: MiB },
        { nodeName: 'L', size: 100_352 },
        { nodeName: 'M', size: MiB },
      ],
    ],
    [
      'sizes below what would be written',
      [{ nodeName: 'N', size: 65_536 }, { nodeName: 'O', size: 98_304 }, { nodeName: 'P' }],
    ],
  ])('%s read as guestPattern says', async (_, images) => {
    const [disk] = oneDisk(...images);
    if (!engine || !disk) throw new Error('no disk');
    const top = disk.layers.at(-1);
    const pattern = guestPattern(disk.layers);
    expect(pattern.length).toBeGreaterThan(0);
    let end = 0;
    const reads: string[] = [];
    for (const { offset, length, byte } of [...pattern, { offset: top?.size ?? 0, length: 0, byte: 0 }]) {
      if (offset > end) reads.push(`read -P 0 ${end} ${offset - end}`);
      if (length > 0) reads.push(`read -P ${byte} ${offset} ${length}`);
      end = offset + length;
    }
    for (const time of ['made', 'made again']) {
      for (const { filename } of disk.layers) rmSync(join(folder, filename), { force: true });
      await makeImages(engine, folder, [disk]);
      const said = run(
        engine.qemuIo,
        '-f',
        'qcow2',
        ...reads.flatMap(read => ['-c', read]),
        `./${top?.filename}`,
      );
      expect([time, said.match(/^read \d+\/\d+ bytes/gm)?.length]).toEqual([time, reads.length]);
      expect(said).not.toMatch(/failed|error/i);
    }
  });

  test('every layer of a deep chain can be told from its neighbours', () => {
    const images = Array.from({ length: 300 }, (_, index) => ({ nodeName: `N${index}` }));
    const bytes = guestPattern(oneDisk(...images)[0]?.layers ?? []).map(extent => extent.byte);
    expect(bytes).toHaveLength(300);
    expect(bytes.every((byte, index) => byte > 0 && byte < 256 && byte !== bytes[index + 1])).toBe(true);
  });

  test('the recorded backing file has its format and is found from where the overlay lies', async () => {
    if (!engine) return;
    await makeImages(
      engine,
      folder,
      oneDisk(
        { nodeName: 'Q', filename: 'p/q.raw', format: 'raw' },
        { nodeName: 'R', filename: 'r/r.qcow2' },
      ),
    );
    const info = JSON.parse(run(engine.qemuImg, 'info', '--output=json', 'r/r.qcow2'));
    expect([info['backing-filename'], info['backing-filename-format']]).toEqual(['../p/q.raw', 'raw']);
  });

  test('what qemu-img said is in the error', async () => {
    if (!engine) return;
    writeFileSync(join(folder, 'taken'), '');
    await expect(makeImages(engine, folder, oneDisk({ nodeName: 'S', size: 2 ** 52 }))).rejects.toThrow(
      /too (large|big)/i,
    );
    await expect(makeImages(engine, folder, oneDisk({ nodeName: 'T', filename: 'taken/t' }))).rejects.toThrow(
      'taken',
    );
  });
});

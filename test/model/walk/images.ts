import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageFile } from '../../../src/graph/graph.ts';

const MIB = 1024 * 1024;

const stored = (name: string) => ({
  name,
  granularity: 65536,
  recording: true,
  busy: false,
  persistent: true,
});

/** The images that each walk finds in its folder. */
export const IMAGES: readonly ImageFile[] = [
  { filename: 'a.qcow2', format: 'qcow2', clusterSize: 65536, size: MIB, backing: null, bitmaps: [] },
  {
    filename: 'b.qcow2',
    format: 'qcow2',
    clusterSize: 65536,
    size: 2 * MIB,
    backing: 'a.qcow2',
    backingFormat: 'qcow2',
    bitmaps: [],
  },
  {
    filename: 'c.qcow2',
    format: 'qcow2',
    clusterSize: 65536,
    size: 2 * MIB,
    backing: 'b.qcow2',
    backingFormat: 'qcow2',
    bitmaps: [stored('p')],
  },
  {
    filename: 'd.qcow2',
    format: 'qcow2',
    clusterSize: 65536,
    size: 2 * MIB,
    backing: 'c.qcow2',
    backingFormat: 'qcow2',
    bitmaps: [],
  },
  {
    filename: 't.qcow2',
    format: 'qcow2',
    clusterSize: 65536,
    size: 2 * MIB,
    backing: null,
    bitmaps: [stored('p')],
  },
  { filename: 'u.qcow2', format: 'qcow2', clusterSize: 65536, size: MIB, backing: null, bitmaps: [] },
  {
    filename: 'v.qcow2',
    format: 'qcow2',
    clusterSize: 65536,
    size: 2 * MIB,
    backing: 't.qcow2',
    backingFormat: 'qcow2',
    bitmaps: [],
  },
  { filename: 'w.qcow2', format: 'qcow2', clusterSize: 65536, size: 2 * MIB, backing: null, bitmaps: [] },
  { filename: 'r.img', format: 'raw', size: 2 * MIB, backing: null },
];

/** Makes the images once; `into` copies them, `remove` ends it. */
export function makeImages(tool: (name: string) => string): { into(folder: string): void; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'qblk-walk-'));
  for (const { filename, format, size, backing, bitmaps } of IMAGES) {
    const below = backing ? ['-b', backing, '-F', 'qcow2'] : [];
    const args = ['create', '-q', '-f', format ?? 'raw', ...below, filename, String(size)];
    execFileSync(tool('qemu-img'), args, { cwd: folder });
    for (const { name } of bitmaps ?? []) {
      execFileSync(tool('qemu-img'), ['bitmap', '--add', filename, name], { cwd: folder });
    }
    if (format === 'qcow2') {
      execFileSync(tool('qemu-io'), ['-c', 'write -q -P 1 0 64k', filename], { cwd: folder });
    }
  }
  return {
    into: other => cpSync(folder, other, { recursive: true }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

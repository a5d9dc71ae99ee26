import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultBench } from './fixtures.ts';

/** A folder with hardly any room, and how to make some. */
export interface FullFolder {
  readonly path: string;
  free(): void;
  remove(): void;
}

/** A folder that is full after so many KiB: a small file system of its own where one can be mounted, undefined where not. */
export function fullFolder({ folder }: FaultBench, room: number): FullFolder | undefined {
  const path = join(folder, 'full');
  mkdirSync(path);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', path]);
  if (mounted.status !== 0) return undefined;
  const filler = join(path, 'filler');
  writeFileSync(filler, Buffer.alloc((2048 - room) * 1024));
  return { path, free: () => rmSync(filler), remove: () => void spawnSync('umount', [path]) };
}

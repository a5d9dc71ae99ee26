import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disksOf, type SandboxChain } from '../../src/sandbox/chain.ts';
import type { Engine } from '../../src/sandbox/engines.ts';
import { makeImages } from '../../src/sandbox/images.ts';

/**
 * What `qemu-img compare` says of the image at `path`, which no QEMU may hold open, and of `chain` as a sandbox makes
 * it: `Images are identical.` when a guest reads the same from both.
 */
export async function compareWithFresh(
  engine: Engine,
  chain: SandboxChain,
  path: string,
  format = 'qcow2',
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'qblk-fresh-'));
  try {
    const disks = disksOf([chain]);
    await makeImages(engine, folder, disks);
    const top = disks[0]?.layers.at(-1);
    if (!top) throw new Error('the chain has no image');
    const done = spawnSync(
      engine.qemuImg,
      ['compare', '-f', top.format, '-F', format, join(folder, top.filename), path],
      { encoding: 'utf8' },
    );
    return `${done.stdout}${done.stderr}`.trim();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

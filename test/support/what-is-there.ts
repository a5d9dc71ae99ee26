import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { compareWithFresh } from '../sandbox/guest-view.ts';
import type { Bench } from './bench.ts';

/** A file's own name, out of a `json:{…}` pseudo file name as well. */
function plainName(filename: string): string {
  if (!filename.startsWith('json:')) return basename(filename);
  const { file, filename: own } = JSON.parse(filename.slice('json:'.length));
  return plainName(own ?? file?.filename ?? '');
}

/** The node at a device's root, as QEMU itself says. */
async function rootOf({ engine, chain, execute }: Bench, device = chain.device): Promise<string> {
  if (engine.kind === 'storage-daemon') {
    const exports = await execute('query-block-exports');
    return exports.find(({ id }: any) => id === device)['node-name'];
  }
  const users = await execute('query-block');
  return users.find(({ qdev }: any) => qdev.split('/').includes(device)).inserted['node-name'];
}

/**
 * The files that make up what a device reads, base first, as QEMU reports them. Nothing of qblk's has a part in it: it
 * follows the `backing-image` of the root's own record.
 */
export async function filesBelow(bench: Bench, device?: string): Promise<string[]> {
  const root = await rootOf(bench, device);
  const nodes = await bench.execute('query-named-block-nodes');
  const files: string[] = [];
  for (
    let image = nodes.find((node: any) => node['node-name'] === root)?.image;
    image;
    image = image['backing-image']
  )
    files.unshift(plainName(image.filename));
  return files;
}

/** The jobs that QEMU has, concluded ones that nobody dismissed included. */
export async function jobsLeft({ execute }: Bench): Promise<string[]> {
  return (await execute('query-jobs')).map(({ id, status }: any) => `${id} ${status}`);
}

/** The names of all nodes but those that QEMU named. */
export async function namedNodes({ execute }: Bench): Promise<string[]> {
  const nodes = await execute('query-named-block-nodes');
  return nodes
    .map((node: any) => node['node-name'])
    .filter((name: string) => !name.startsWith('#'))
    .sort();
}

/** Ends QEMU in order, so that all that it holds is in its files. */
export async function shutDown(bench: Bench): Promise<void> {
  const { engine, chain, execute, session, sandbox } = bench;
  if (engine.kind === 'storage-daemon') {
    // A storage daemon 5.2 that quits drops what its open nodes have not yet written.
    const root = await rootOf(bench);
    await execute('block-export-del', { id: chain.device });
    for (let tries = 0; tries < 100; tries++) {
      if (
        await execute('blockdev-del', { 'node-name': root }).then(
          () => true,
          () => false,
        )
      )
        break;
      await pause(10);
    }
  }
  await session.execute('quit');
  await sandbox.exited;
}

/**
 * What `qemu-img compare` says of `filename` in a QEMU's folder and of the disk as the sandbox made it. The QEMU must have
 * been shut down: it locks what it has open.
 */
export function compareWithStart(
  { engine, chain, sandbox }: Bench,
  filename: string,
  format?: string,
): Promise<string> {
  return compareWithFresh(engine, chain, join(sandbox.directory, filename), format);
}

/** What compareWithStart says of images that read the same. */
export const identical = 'Images are identical.';

/** Runs qemu-io on a file that no QEMU holds open; throws what it says where a pattern is not there. */
export function qemuIo({ engine, sandbox }: Bench, ...args: string[]): string {
  const done = spawnSync(engine.qemuIo, args, { cwd: sandbox.directory, encoding: 'utf8' });
  const said = `${done.stdout}${done.stderr}`;
  if (done.status !== 0 || /failed|error/i.test(said)) throw new Error(said);
  return said;
}

/** What `qemu-img info` says of a file in a QEMU's folder, locked or not. */
export function imageInfo({ engine, sandbox }: Bench, filename: string): any {
  const args = ['info', '-U', '--output=json', filename];
  return JSON.parse(spawnSync(engine.qemuImg, args, { cwd: sandbox.directory, encoding: 'utf8' }).stdout);
}

/** The processes and the folder that a stopped sandbox left behind: none. */
export function leftovers({ sandbox: { directory } }: Bench): string[] {
  const processes = readdirSync('/proc')
    .filter(name => /^[0-9]+$/.test(name))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(directory);
      } catch {
        return false;
      }
    });
  return [...processes, ...(existsSync(directory) ? [directory] : [])];
}

import type { JsonObject } from '../../src/qmp/json.ts';
import { followJobs, type Jobs } from '../../src/runner/jobs.ts';
import { type Daemon, startDaemon } from './storage-daemon.ts';

export const MIB = 1024 * 1024;
export const CONCLUDED = new Set(['concluded'] as const);
export const READY = new Set(['ready'] as const);
export const KEPT = { 'job-id': 'j', 'auto-dismiss': false };

/** The daemon of the running test, and what follows it. */
export let daemon: Daemon;
export let jobs: Jobs;
let sent: string[];

/** Starts the daemon of one test. */
export async function start(options: { pretty?: boolean } = {}): Promise<void> {
  sent = [];
  daemon = await startDaemon({
    ...options,
    trace: (direction, text) => void (direction === 'send' && sent.push(JSON.parse(text).execute)),
  });
  jobs = followJobs(daemon.session);
}

/** Ends the daemon of the test, if it came to one. */
export async function stop(): Promise<void> {
  await daemon?.stop();
}

export const execute = (command: string, args?: JsonObject) => daemon.session.execute(command, args);
export const until: Jobs['until'] = (id, wanted, options) =>
  jobs.until(id, wanted, { signal: AbortSignal.timeout(20_000), ...options });
/** How many times query-jobs was sent. */
export const asked = () => sent.filter(command => command === 'query-jobs').length;
export const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

/** A ← B ← C, 16 MiB each, with a little data of its own in every layer. */
export async function chain(): Promise<void> {
  const layers = ['A', 'B', 'C'];
  for (const [at, layer] of layers.entries()) {
    const below = layers[at - 1];
    const backing = below ? ['-F', 'qcow2', '-b', `${below}.qcow2`] : [];
    daemon.run('qemu-img', 'create', '-q', '-f', 'qcow2', ...backing, `${layer}.qcow2`, '16M');
    daemon.run('qemu-io', '-f', 'qcow2', '-c', `write -q ${at}M 64k`, `${layer}.qcow2`);
  }
  for (const [at, layer] of layers.entries()) {
    const file = { driver: 'file', filename: `${layer}.qcow2` };
    await execute('blockdev-add', {
      driver: 'qcow2',
      'node-name': layer,
      file,
      backing: layers[at - 1] ?? null,
    });
  }
}

export const nothing = (name: string, size = 64 * MIB, more: JsonObject = {}) =>
  execute('blockdev-add', { driver: 'null-co', 'node-name': name, size, 'read-zeroes': true, ...more });

/** A raw file of 1 MiB, all of it data: of null-co a mirror copies nothing. */
export function dataFile(name: string): JsonObject {
  daemon.run('qemu-img', 'create', '-q', '-f', 'raw', `${name}.raw`, '1M');
  daemon.run('qemu-io', '-f', 'raw', '-c', 'write -q 0 1M', `${name}.raw`);
  return { driver: 'file', filename: `${name}.raw` };
}

/** A node whose reads or writes fail as `errno` says; only the first one with `once`. */
export const failing = (
  name: string,
  image: JsonObject,
  iotype: 'read' | 'write',
  errno: number,
  once: boolean,
) =>
  execute('blockdev-add', {
    driver: 'blkdebug',
    'node-name': name,
    image,
    'inject-error': [{ event: 'none', iotype, errno, once }],
  });

export const NULL_IMAGE = { driver: 'null-co', size: 64 * MIB };

/** A backup that would take a minute: `speed` holds it after its first MiBs. */
export async function slowBackup(more: JsonObject = {}): Promise<void> {
  await nothing('src', 64 * MIB, { 'read-zeroes': false });
  await nothing('dst');
  await execute('blockdev-backup', {
    ...KEPT,
    device: 'src',
    target: 'dst',
    sync: 'full',
    speed: MIB,
    ...more,
  });
}

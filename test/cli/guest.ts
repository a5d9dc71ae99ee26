import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, findEngines } from '../../src/sandbox/engines.ts';
import { until } from './program.ts';

/** A whole QEMU with the disk `virtio-disk0`, of two images, started and named as libvirt does it. */
export interface Guest {
  readonly folder: string;
  readonly socket: string;
  stop(): Promise<void>;
}

/** The whole QEMU to test with; in CI its absence is an error, elsewhere it is said aloud. */
export function wholeQemu(): Engine | undefined {
  const engine = findEngines().find(({ kind }) => kind === 'qemu');
  if (!engine && process.env['CI']) throw new Error('no qemu-system on this machine: run tools/qemu.sh');
  if (!engine) console.warn('\nNO qemu-system: what a guest is kept safe from is not tested.\n');
  return engine;
}

export async function startGuest(
  { program, qemuImg }: Engine,
  [base, active]: readonly [string, string] = ['libvirt-2', 'libvirt-1'],
): Promise<Guest> {
  const folder = mkdtempSync(join(tmpdir(), 'qblk-guest-'));
  const file = (name: string) => join(folder, name);
  const make = (...words: readonly string[]) =>
    execFileSync(qemuImg, ['create', '-q', '-f', 'qcow2', ...words]);
  make(file('a.qcow2'), '64M');
  make('-b', file('a.qcow2'), '-F', 'qcow2', file('b.qcow2'));
  const socket = file('qmp.sock');
  const image = (name: string, filename: string, backing: string | null) => [
    ...['-blockdev', JSON.stringify({ driver: 'file', filename, 'node-name': `${name}-storage` })],
    '-blockdev',
    JSON.stringify({ driver: 'qcow2', file: `${name}-storage`, 'node-name': `${name}-format`, backing }),
  ];
  const child = spawn(
    program,
    [
      ...['-M', 'q35', '-nodefaults', '-display', 'none', '-S', '-m', '64', '-accel', 'tcg'],
      ...['-name', 'guest=vm1', '-qmp', `unix:${socket},server=on,wait=off`],
      ...image(base, file('a.qcow2'), null),
      ...image(active, file('b.qcow2'), `${base}-format`),
      ...['-device', `virtio-blk-pci,drive=${active}-format,id=virtio-disk0`],
    ],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  await until(() => existsSync(socket) || child.exitCode !== null, 60_000);
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, socket, stop };
}

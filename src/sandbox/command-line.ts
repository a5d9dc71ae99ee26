import type { Disk } from './chain.ts';
import type { Engine } from './engines.ts';

/** A value inside an option list, where a comma is written twice. */
const escaped = (value: string) => value.replaceAll(',', ',,');

const topOf = ({ layers }: Disk) => layers.at(-1)?.nodeName ?? '';

function blockdevs({ layers }: Disk): object[] {
  return layers.map((layer, index) => ({
    driver: layer.format,
    'node-name': layer.nodeName,
    'read-only': index < layers.length - 1,
    ...(index > 0 ? { backing: layers[index - 1]?.nodeName } : {}),
    file: { driver: 'file', filename: layer.filename },
  }));
}

const options = (name: string, values: readonly object[]) =>
  values.flatMap(value => [name, JSON.stringify(value)]);

function storageDaemon(socket: string, disks: readonly Disk[]): string[] {
  const monitor = (id: string) => [
    ...['--chardev', `socket,id=${id},path=${escaped(socket)},server=off`],
    ...['--monitor', `chardev=${id}`],
  ];
  // vhost-user-blk stands for a guest: it writes, it follows a pivot, and it leaves the one NBD server to the script.
  const exports = disks.map(disk => ({
    type: 'vhost-user-blk',
    id: disk.device,
    'node-name': topOf(disk),
    writable: true,
    addr: { type: 'unix', path: `${disk.device}.vhost` },
  }));
  return [
    ...options('--blockdev', disks.flatMap(blockdevs)),
    ...options('--export', exports),
    ...monitor('qmp'),
    ...monitor('ready'),
  ];
}

function system(socket: string, disks: readonly Disk[]): string[] {
  const monitor = ['-qmp', `unix:${escaped(socket)},server=off`];
  return [
    ...['-S', '-nodefaults', '-display', 'none', '-machine', 'pc,accel=tcg', '-m', '16'],
    ...options('-blockdev', disks.flatMap(blockdevs)),
    ...disks.flatMap(disk => ['-device', `virtio-blk-pci,id=${disk.device},drive=${topOf(disk)}`]),
    ...monitor,
    ...monitor,
  ];
}

/**
 * The command that starts `engine` on `disks` in their folder. QEMU connects to `socket` twice, with two monitors that
 * are alike; the nodes are the monitor's own (blockdev-del removes them), and the guest's CPUs stand still.
 */
export function commandLine(engine: Engine, socket: string, disks: readonly Disk[]): string[] {
  return [engine.program, ...(engine.kind === 'qemu' ? system : storageDaemon)(socket, disks)];
}

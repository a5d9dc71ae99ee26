import { expect, test } from 'vitest';
import { namedByLibvirt } from '../../src/graph/libvirt.ts';
import { abcd, graphOf } from './some-graph.ts';

/** A guest with one disk, on a node and on a drive of these names. */
function guestWith(node: string, drive: string) {
  const { nodes } = graphOf([[node, null]]);
  return { ...abcd, nodes, attachments: [{ id: drive, kind: 'backend' as const, node }] };
}

test.each([
  ['libvirt-1-format', 'disk0'],
  ['libvirt-12-storage', 'disk0'],
  ['#block123', 'drive-virtio-disk0'],
  ['#block123', 'drive-scsi0-0-0-0'],
  ['#block123', 'drive-ide0-1-0'],
  ['#block123', 'drive-sata0-0-1'],
  ['#block123', 'drive-fdc0-0-0'],
  ['#block123', 'drive-usb-disk0'],
])('%s on %s is a guest of libvirt', (node, drive) => {
  expect(namedByLibvirt(guestWith(node, drive))).toBe(true);
});

// The names that Proxmox gives, QEMU's own, and those of people.
test.each([
  ['#block123', 'drive-scsi0'],
  ['#block123', 'drive-virtio0'],
  ['#block123', 'drive-ide2'],
  ['#block123', 'drive-sata1'],
  ['#block123', 'drive-efidisk0'],
  ['#block123', 'virtio0'],
  ['#block123', 'ide0-hd0'],
  ['my-libvirt-1-format', 'drive0'],
  ['libvirt', 'virtio-disk0'],
  ['libvirt-disk', 'vda'],
])('%s on %s is none', (node, drive) => {
  expect(namedByLibvirt(guestWith(node, drive))).toBe(false);
});

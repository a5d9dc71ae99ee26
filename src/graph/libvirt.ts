import { usersAbove } from './chain.ts';
import type { BlockGraph, NodeName } from './graph.ts';
import { childrenOf } from './users.ts';

/** Names that libvirt gives: `libvirt-1-format`, `libvirt-1-storage`. */
const NODE = /^libvirt-(\d+)-/;
/**
 * Names of block backends as libvirt gave them before it named nodes: `drive-virtio-disk0`, `drive-scsi0-0-0-0`. With one number
 * alone, `drive-scsi0`, they are Proxmox's.
 */
const BACKEND = /^drive-(?:(?:virtio|usb|sd)-disk\d+|(?:scsi|ide|sata|fdc)\d+-\d+-\d+(?:-\d+)?)$/;

/** Whether the names in a graph tell that libvirt has started this QEMU. */
export function namedByLibvirt({ nodes, attachments }: BlockGraph): boolean {
  return (
    [...nodes.keys()].some(name => NODE.test(name)) ||
    attachments.some(({ kind, id }) => kind === 'backend' && BACKEND.test(id))
  );
}

/** The nodes that libvirt keeps the books of: those that it named, and all that its guest's devices use, however far below. */
export function nodesOfLibvirt(graph: BlockGraph): ReadonlySet<NodeName> {
  const guest = graph.attachments.filter(({ kind }) => kind !== 'export').map(({ node }) => node);
  const theirs = new Set([...guest, ...[...graph.nodes.keys()].filter(name => NODE.test(name))]);
  for (const name of theirs) {
    const node = graph.nodes.get(name);
    for (const child of node ? childrenOf(node) : []) theirs.add(child);
  }
  return theirs;
}

/**
 * The name of the guest's disk that a node belongs to, as virsh takes it: `vda` for the device `virtio-disk0`. Other buses do not
 * tell it.
 */
export function libvirtDisk(graph: BlockGraph, node: NodeName): string | undefined {
  for (const { id, kind } of usersAbove(graph, node)) {
    const disk = kind === 'export' ? undefined : diskNamed(id);
    if (disk !== undefined) return disk;
  }
  return undefined;
}

/** The guest's other disks whose names are known. */
export function otherLibvirtDisks(graph: BlockGraph, disk: string): string[] {
  const all = graph.attachments.flatMap(({ id, kind }) => (kind === 'export' ? [] : (diskNamed(id) ?? [])));
  return [...new Set(all)].filter(other => other !== disk).sort();
}

function diskNamed(id: string): string | undefined {
  const [, number] = /^(?:drive-)?virtio-disk(\d{1,3})$/.exec(id) ?? [];
  return number === undefined ? undefined : `vd${letters(Number(number))}`;
}

/** `a` to `z`, then `aa`: as Linux counts disks. */
function letters(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}

/** The number by which virsh names an image of a disk, `vda[3]`; undefined where the node's name does not tell. */
export function libvirtIndex(node: NodeName): number | undefined {
  const [, number] = NODE.exec(node) ?? [];
  return number === undefined ? undefined : Number(number);
}

import type { Attachment, BlockGraph, BlockNode, ImageFile } from '../graph/graph.ts';
import { WrongDisks } from './simulator-error.ts';

/** One image of a disk as a script describes it. `size` is in bytes. */
export interface SimulatedImage {
  readonly nodeName: string;
  readonly filename?: string;
  readonly size?: number;
  readonly format?: string;
}

/** A disk: its images base first, and the device (an export, on a storage daemon) that uses the last. */
export interface SimulatedDisk {
  readonly device: string;
  readonly images: readonly SimulatedImage[];
}

const DEFAULT_SIZE = 64 * 1024 * 1024;
const CLUSTER = 65536;
const ID = /^[A-Za-z][A-Za-z0-9._-]*$/;
const LONGEST_NODE_NAME = 31;

/** What there is to look at where nothing was asked for: `disk0` with A <- B <- C <- D. */
export const defaultDisks: readonly SimulatedDisk[] = [
  { device: 'disk0', images: ['A', 'B', 'C', 'D'].map(nodeName => ({ nodeName })) },
];

/**
 * The block graph of a QEMU that was started on these disks, as a sandbox starts one: each image is a node of the monitor over
 * a protocol node of its own. Throws WrongDisks for names that no QEMU can have.
 */
export function graphOfDisks(
  disks: readonly SimulatedDisk[],
  program: 'system' | 'storage-daemon',
): BlockGraph {
  const nodes = new Map<string, BlockNode>();
  const files = new Map<string, ImageFile>();
  const attachments: Attachment[] = [];
  for (const disk of disks) {
    if (disk.images.length === 0) continue;
    const device = /^\/machine\/peripheral\/([^/]+)/.exec(disk.device)?.[1] ?? disk.device;
    checkName('device', device, Number.POSITIVE_INFINITY);
    if (attachments.some(({ id }) => id === device)) throw twice('device', device);
    for (const [at, image] of disk.images.entries()) {
      const below = nodes.get(disk.images[at - 1]?.nodeName ?? '');
      const isTop = at === disk.images.length - 1;
      for (const node of nodesOf(image, below, !isTop, nodes.size)) {
        if (nodes.has(node.name)) throw twice('node', node.name);
        nodes.set(node.name, node);
      }
      const file = fileOf(image, below);
      if (files.has(file.filename)) throw twice('file', file.filename);
      files.set(file.filename, file);
    }
    attachments.push(attachmentOf(device, disk.images.at(-1)?.nodeName ?? '', program));
  }
  return {
    nodes,
    attachments,
    jobs: new Map(),
    files,
    filesComplete: true,
    nbdServer: false,
    complete: true,
  };
}

function nodesOf(
  image: SimulatedImage,
  below: BlockNode | undefined,
  readOnly: boolean,
  number: number,
): BlockNode[] {
  const { nodeName: name, size = DEFAULT_SIZE, format: driver = 'qcow2' } = image;
  checkName('node', name, LONGEST_NODE_NAME);
  const filename = filenameOf(image);
  const protocol: BlockNode = {
    // QEMU's own made-up names have three digits and some random ones.
    name: `#block${String(100 + number)}`,
    driver: 'file',
    filename,
    size,
    readOnly,
    owner: 'implicit',
    backing: null,
  };
  const node: BlockNode = {
    name,
    driver,
    filename,
    size,
    readOnly,
    owner: 'monitor',
    backing: below?.name ?? null,
    children: { file: protocol.name },
    ...(driver === 'qcow2' ? { clusterSize: CLUSTER } : {}),
    backingString: below?.filename ?? null,
    bitmaps: [],
  };
  return [node, protocol];
}

function fileOf(image: SimulatedImage, below: BlockNode | undefined): ImageFile {
  return {
    filename: filenameOf(image),
    format: image.format ?? 'qcow2',
    size: image.size ?? DEFAULT_SIZE,
    ...(image.format === undefined || image.format === 'qcow2' ? { clusterSize: CLUSTER } : {}),
    backing: below?.filename ?? null,
    ...(below?.driver === undefined ? {} : { backingFormat: below.driver }),
    bitmaps: [],
  };
}

function filenameOf({ filename, nodeName, format = 'qcow2' }: SimulatedImage): string {
  return filename ?? `${nodeName}.${format}`;
}

function attachmentOf(id: string, node: string, program: 'system' | 'storage-daemon'): Attachment {
  return program === 'system'
    ? { kind: 'device', id, path: `/machine/peripheral/${id}/virtio-backend`, node, writable: true }
    : { kind: 'export', id, node, writable: true, exportType: 'vhost-user-blk' };
}

function checkName(what: string, name: string, longest: number): void {
  if (ID.test(name) && name.length <= longest) return;
  throw new WrongDisks(`\`${name}\` can't be the name of a ${what}`, [
    `it begins with a letter and holds letters, digits, \`-\`, \`.\` and \`_\`${what === 'node' ? `, ${longest} characters at the most` : ''}`,
  ]);
}

function twice(what: string, name: string): WrongDisks {
  return new WrongDisks(`two images of the simulator have the same ${what}: ${name}`);
}

import { isAbsolute, normalize } from 'node:path';
import { WrongDisks } from './sandbox-error.ts';

/** One image of a chain as a script describes it. `size` is in bytes. */
export interface SandboxImage {
  readonly nodeName: string;
  readonly filename?: string;
  readonly size?: number;
  readonly format?: string;
  /** Holds no data of its own. */
  readonly empty?: boolean;
}

/** A disk to make: its images base first, and the device (an export, on a storage daemon) that uses the last. */
export interface SandboxChain {
  readonly device: string;
  readonly images: readonly SandboxImage[];
}

/** A SandboxImage with nothing left open. */
export interface Layer {
  readonly nodeName: string;
  /** Inside the sandbox's folder. */
  readonly filename: string;
  readonly size: number;
  readonly format: 'qcow2' | 'raw';
  readonly empty?: boolean;
}

export interface Disk {
  /** A QEMU id. */
  readonly device: string;
  /** Base first, never empty. */
  readonly layers: readonly Layer[];
}

const DEFAULT_SIZE = 64 * 1024 * 1024;
const ID = /^[A-Za-z][A-Za-z0-9._-]*$/;
const LONGEST_NODE_NAME = 31;

function deviceId(device: string): string {
  const id = /^\/machine\/peripheral\/([^/]+)/.exec(device)?.[1] ?? device;
  if (ID.test(id)) return id;
  throw new WrongDisks(`a sandbox can't have a device called \`${device}\``, [
    'a device id begins with a letter and holds letters, digits, `-`, `.` and `_`',
  ]);
}

function layerOf(image: SandboxImage, isBase: boolean): Layer {
  const { nodeName, size = DEFAULT_SIZE, format = 'qcow2' } = image;
  if (!ID.test(nodeName) || nodeName.length > LONGEST_NODE_NAME) {
    throw new WrongDisks(`\`${nodeName}\` can't be the name of a node`, [
      `a node name begins with a letter, holds letters, digits, \`-\`, \`.\` and \`_\`, and has at most ${LONGEST_NODE_NAME} characters`,
    ]);
  }
  if (format !== 'qcow2' && format !== 'raw') {
    throw new WrongDisks(`a sandbox makes qcow2 and raw images, not ${format} (image ${nodeName})`);
  }
  if (format === 'raw' && !isBase) {
    throw new WrongDisks(`image ${nodeName} can't be raw: a raw image has no backing file`, [
      'only the base may be raw',
    ]);
  }
  if (!Number.isSafeInteger(size) || size < 1)
    throw new WrongDisks(`image ${nodeName} can't have a size of ${size} bytes`);
  const filename = image.filename ?? `${nodeName}.${format}`;
  if (
    isAbsolute(filename) ||
    filename.split('/').includes('..') ||
    filename.includes('\0') ||
    filename === ''
  ) {
    throw new WrongDisks(`a sandbox can't make \`${filename}\`: it keeps to its own folder`, [
      'name the file by a relative path without `..`',
    ]);
  }
  return { nodeName, filename: normalize(filename), size, format, ...(image.empty ? { empty: true } : {}) };
}

/** Completes what a script says of its chains; throws WrongDisks for what QEMU or the sandbox can't have. */
export function disksOf(chains: readonly SandboxChain[]): Disk[] {
  const disks = chains
    .filter(chain => chain.images.length > 0)
    .map(chain => ({
      device: deviceId(chain.device),
      layers: chain.images.map((image, index) => layerOf(image, index === 0)),
    }));
  const layers = disks.flatMap(disk => disk.layers);
  for (const [what, names] of [
    ['device', disks.map(disk => disk.device)],
    ['node', layers.map(layer => layer.nodeName)],
    ['file', layers.map(layer => layer.filename)],
  ] as const) {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined)
      throw new WrongDisks(`two images of the sandbox have the same ${what}: ${twice}`);
  }
  return disks;
}

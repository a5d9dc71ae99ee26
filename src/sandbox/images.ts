import { mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Disk, Layer } from './chain.ts';
import type { Engine } from './engines.ts';
import { SandboxError } from './sandbox-error.ts';

/** A run of bytes that are all the same. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
  readonly byte: number;
}

const UNIT = 64 * 1024;
const SECTOR = 512;

/**
 * What a layer holds of its own, one byte of its own throughout: a region that no other layer writes, one that hides
 * what the layer below wrote, and one that the layer above hides. A chain that lost or swapped a layer reads wrong.
 */
function extentOf(layers: readonly Layer[], index: number): Extent {
  const first = Math.max(0, 2 * index - 1) * UNIT;
  const end = Math.min((2 * index + 2) * UNIT, layers[index]?.size ?? 0);
  return {
    offset: first,
    length: layers[index]?.empty ? 0 : Math.max(0, Math.floor((end - first) / SECTOR) * SECTOR),
    byte: (index % 255) + 1,
  };
}

/** What the guest reads of a fresh chain, in order of offset; everything between is zero. */
export function guestPattern(layers: readonly Layer[]): Extent[] {
  const seen: Extent[] = [];
  let covered = Number.POSITIVE_INFINITY;
  let visible = Number.POSITIVE_INFINITY;
  for (let index = layers.length - 1; index >= 0; index--) {
    // A layer shorter than what is below it hides the rest.
    visible = Math.min(visible, layers[index]?.size ?? 0);
    const own = extentOf(layers, index);
    if (own.length === 0) continue;
    const end = Math.min(own.offset + own.length, covered, visible);
    if (end > own.offset) seen.unshift({ ...own, length: end - own.offset });
    covered = Math.min(covered, own.offset);
  }
  return seen;
}

/**
 * The backing file's name to record in `layer`. As plain as can be: QEMU compares it with the name it opens, and shows
 * a `json:{…}` for a node where they differ. Only what looks like a protocol, `nbd:…`, needs a `./`.
 */
function backingString(layer: Layer, below: Layer): string {
  const path = relative(dirname(layer.filename), below.filename);
  return path.includes(':') && !path.startsWith('../') ? `./${path}` : path;
}

/** The images that were made last, by what makes them: two programs take a hundred times as long as writing one again. */
const madeLast = new Map<string, Uint8Array>();
const KEPT = 64;
const KEPT_BYTES = 1024 * 1024;

/** Writes an image as it was made before; whether it was. */
async function writeAgain(key: string, path: string): Promise<boolean> {
  const image = madeLast.get(key);
  if (image) await writeFile(path, image);
  return image !== undefined;
}

async function keep(key: string, path: string): Promise<void> {
  const image = await readFile(path);
  if (image.length > KEPT_BYTES) return;
  madeLast.set(key, image);
  const [oldest = ''] = madeLast.keys();
  if (madeLast.size > KEPT) madeLast.delete(oldest);
}

/** Makes the images of all disks in `directory`, side by side. Throws a SandboxError with the tool's words. */
export async function makeImages(engine: Engine, directory: string, disks: readonly Disk[]): Promise<void> {
  const { execa } = await import('execa');
  const use = async ([program, ...args]: readonly [string, ...string[]]) => {
    const done = await execa(program, args, { cwd: directory, stdin: 'ignore', reject: false, all: true });
    if (done.failed)
      throw new SandboxError(`an image of the sandbox could not be made: ${done.all || done.shortMessage}`);
  };
  const make = async (layers: readonly Layer[], index: number) => {
    const layer = layers[index] as Layer;
    const path = join(directory, layer.filename);
    mkdirSync(dirname(path), { recursive: true });
    const uses = usesFor(engine, layers, index);
    // Of another format the holes matter too.
    const key = layer.format === 'qcow2' ? JSON.stringify(uses) : undefined;
    if (key !== undefined && (await writeAgain(key, path))) return;
    for (const one of uses) await use(one);
    if (key !== undefined) await keep(key, path);
  };
  await Promise.all(disks.flatMap(({ layers }) => layers.map((_, index) => make(layers, index))));
}

/** The programs that make a layer, with their arguments, to be run in the folder of the images. */
function usesFor(
  engine: Engine,
  layers: readonly Layer[],
  index: number,
): (readonly [string, ...string[]])[] {
  const layer = layers[index] as Layer;
  const below = layers[index - 1];
  // `-u` leaves the backing file unopened, so that the layers can be made all at once.
  const backing = below ? ['-u', '-b', backingString(layer, below), '-F', below.format] : [];
  const create = ['create', '-q', '-f', layer.format, ...backing, `./${layer.filename}`, String(layer.size)];
  const { offset, length, byte } = extentOf(layers, index);
  if (length === 0) return [[engine.qemuImg, ...create]];
  const alone = {
    driver: layer.format,
    ...(below ? { backing: null } : {}),
    cache: { 'no-flush': true },
    file: { driver: 'file', filename: layer.filename },
  };
  const write = ['-c', `write -q -P ${byte} ${offset} ${length}`, `json:${JSON.stringify(alone)}`];
  return [
    [engine.qemuImg, ...create],
    [engine.qemuIo, ...write],
  ];
}

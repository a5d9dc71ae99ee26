import type { BlockGraph, BlockNode, DirtyBitmap, ImageFile } from './graph.ts';
import { differences, withEntry } from './shared-map.ts';

/** The drivers that open a file or a device itself; what they show is no image format. */
const PROTOCOLS: ReadonlySet<string> = new Set([
  'blkio',
  'curl',
  'file',
  'ftp',
  'ftps',
  'gluster',
  'host_cdrom',
  'host_device',
  'http',
  'https',
  'iscsi',
  'nbd',
  'nfs',
  'null-aio',
  'null-co',
  'nvme',
  'rbd',
  'ssh',
]);

/** Whether a driver opens a file or a device itself, so that no image format is told by it. */
export function isProtocol(driver: string | undefined): boolean {
  return driver !== undefined && PROTOCOLS.has(driver);
}

/** One name for the several ways to write a path; undefined for what is no path of a file: `json:{…}`, `nbd://…`. */
export function fileKey(filename: string): string | undefined {
  const path = filename.startsWith('file:') ? filename.slice(5) : filename;
  if (path === '' || (path === filename && /^[a-z][a-z0-9+.-]*:/i.test(path))) return undefined;
  return path.replace(/\/(\.?\/)+/g, '/').replace(/^(\.\/)+(?=.)/, '');
}

/** Whether a file's name is a path that begins in a working folder. */
export function isRelativePath(filename: string): boolean {
  const path = fileKey(filename);
  return path !== undefined && !path.startsWith('/');
}

/** What is known of a file, however its name is written. */
export function fileNamed(graph: BlockGraph, filename: string | undefined): ImageFile | undefined {
  const key = filename === undefined ? undefined : fileKey(filename);
  return key === undefined ? undefined : graph.files?.get(key);
}

/** Whether there surely is no such file. */
export function isMissing(graph: BlockGraph, filename: string): boolean {
  return graph.filesComplete === true && fileKey(filename) !== undefined && !fileNamed(graph, filename);
}

/** The graph with a file as it is now, whatever was known of it before; names that are no paths are passed over. */
export function withFile(graph: BlockGraph, file: ImageFile): BlockGraph {
  const key = fileKey(file.filename);
  if (key === undefined) return graph;
  return { ...graph, files: withEntry(graph.files ?? new Map<string, ImageFile>(), key, file) };
}

/** The file that a recorded backing name means: QEMU reads a relative one from the folder of the image that records it. */
export function resolveBacking(image: string, recorded: string): string {
  const isWhole = recorded.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(recorded);
  return isWhole ? recorded : image.slice(0, image.lastIndexOf('/') + 1) + recorded;
}

/**
 * `after`, with what its changes of nodes mean for their files: recorded backings, sizes and stored bitmaps. A node that
 * `before` had not adds what its file was not known to be. Bitmaps stored in an image that can't be written any more
 * become read-only.
 */
export function recordFiles(before: BlockGraph, after: BlockGraph): BlockGraph {
  let now = after;
  for (const name of differences(before.nodes, after.nodes)) {
    const node = after.nodes.get(name);
    if (!node || node.filter || isProtocol(node.driver)) continue;
    const was = before.nodes.get(name);
    const stored = was ? withAccess(was, node) : node;
    if (stored !== node) now = { ...now, nodes: withEntry(now.nodes, name, stored) };
    now = recordFile(now, was, stored);
  }
  return now;
}

function recordFile(graph: BlockGraph, was: BlockNode | undefined, node: BlockNode): BlockGraph {
  if (node.filename === undefined || fileKey(node.filename) === undefined) return graph;
  const file = fileNamed(graph, node.filename);
  if (!file || was?.filename !== node.filename) {
    const learnt = { filename: node.filename, ...imageFacts(graph, node), ...file };
    return file && sameFacts(file, learnt) ? graph : withFile(graph, learnt);
  }
  const { backing: _, backingFormat: __, ...others } = file;
  const kept = was.backingString === node.backingString ? file : others;
  const changed = { ...kept, ...changesOf(graph, was, node) };
  return sameFacts(file, changed) ? graph : withFile(graph, changed);
}

function sameFacts(one: ImageFile, other: ImageFile): boolean {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof ImageFile>;
  return [...keys].every(key => one[key] === other[key]);
}

function changesOf(graph: BlockGraph, was: BlockNode, node: BlockNode): Partial<ImageFile> {
  const stores = was.bitmaps !== node.bitmaps && node.readOnly !== true;
  return {
    ...(was.size === node.size || node.size === undefined ? {} : { size: node.size }),
    ...(was.backingString === node.backingString ? {} : backingFacts(graph, node)),
    ...(was.invalid === node.invalid || node.invalid === undefined ? {} : { invalid: node.invalid }),
    ...(stores && node.bitmaps ? { bitmaps: storedBitmaps(node.bitmaps) } : {}),
  };
}

/** What an open image tells of its file. */
function imageFacts(graph: BlockGraph, node: BlockNode): Partial<ImageFile> {
  return {
    ...(node.driver === undefined ? {} : { format: node.driver }),
    ...(node.size === undefined ? {} : { size: node.size }),
    ...(node.clusterSize === undefined ? {} : { clusterSize: node.clusterSize }),
    ...backingFacts(graph, node),
    ...(node.bitmaps === undefined ? {} : { bitmaps: storedBitmaps(node.bitmaps) }),
  };
}

function backingFacts(graph: BlockGraph, { backing, backingString, driver }: BlockNode): Partial<ImageFile> {
  if (backingString === undefined) return {};
  if (backingString === null) return { backing: null };
  const below = graph.nodes.get(backing ?? '');
  // change-backing-file records the image's own format for whatever name it is given.
  const backingFormat = below?.filename === backingString ? below.driver : driver;
  return { backing: backingString, ...(backingFormat === undefined ? {} : { backingFormat }) };
}

function storedBitmaps(bitmaps: readonly DirtyBitmap[]): DirtyBitmap[] {
  return bitmaps
    .filter(({ persistent }) => persistent)
    .map(({ readOnly: _, ...bitmap }) => ({ ...bitmap, busy: false }));
}

function withAccess(was: BlockNode, node: BlockNode): BlockNode {
  if (was.readOnly === node.readOnly || node.readOnly === undefined || !node.bitmaps?.length) return node;
  const bitmaps = node.bitmaps.map(({ readOnly: _, ...bitmap }) =>
    node.readOnly && bitmap.persistent ? { ...bitmap, readOnly: true } : bitmap,
  );
  return { ...node, bitmaps };
}

/** The bitmaps that a node opened from a file has; undefined: not known. */
export function loadBitmaps(file: ImageFile | undefined, readOnly: boolean | undefined) {
  return file?.bitmaps?.map(bitmap => (readOnly ? { ...bitmap, readOnly: true } : bitmap));
}

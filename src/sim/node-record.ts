import { chainOf } from '../graph/chain.ts';
import { fileNamed, resolveBacking } from '../graph/files.ts';
import type { BlockGraph, BlockNode } from '../graph/graph.ts';
import { isObject, type JsonObject } from '../qmp/json.ts';

const NO_LIMITS = { bps: 0, bps_rd: 0, bps_wr: 0, iops: 0, iops_rd: 0, iops_wr: 0 };
const CACHE = { writeback: true, direct: false, 'no-flush': false };
const QCOW2 = {
  type: 'qcow2',
  data: {
    compat: '1.1',
    'compression-type': 'zlib',
    'lazy-refcounts': false,
    'refcount-bits': 16,
    corrupt: false,
    'extended-l2': false,
  },
};

/** A node as query-named-block-nodes shows it, by the newest QEMU's members; with `deep` the images below it stand inside. */
export function nodeRecord(graph: BlockGraph, node: BlockNode, deep: boolean): JsonObject {
  // QEMU lists the newest first.
  const bitmaps = [...(node.bitmaps ?? [])].reverse().map(bitmap => ({
    name: bitmap.name,
    count: 0,
    granularity: bitmap.granularity ?? 65536,
    recording: bitmap.recording,
    busy: bitmap.busy,
    status: bitmap.recording ? 'active' : 'disabled',
    persistent: bitmap.persistent,
    ...(bitmap.inconsistent ? { inconsistent: true } : {}),
  }));
  const below = graph.nodes.get(node.backing ?? '');
  return {
    'node-name': node.name,
    drv: node.driver ?? 'raw',
    ro: node.readOnly ?? false,
    file: node.filename ?? '',
    ...(below?.filename !== undefined && !node.filter ? { backing_file: below.filename } : {}),
    backing_file_depth: deep ? Math.max(0, chainOf(graph, node.name).length - 1) : 0,
    children: childrenOf(node),
    active: true,
    encrypted: false,
    encryption_key_missing: false,
    detect_zeroes: text(node.options?.['detect-zeroes']) ?? 'off',
    ...NO_LIMITS,
    image: imageRecord(graph, node, deep, new Set()),
    cache: { ...CACHE, ...objectOf(node.options?.['cache']) },
    write_threshold: 0,
    ...(bitmaps.length > 0 ? { 'dirty-bitmaps': bitmaps } : {}),
  };
}

function imageRecord(graph: BlockGraph, node: BlockNode, deep: boolean, above: Set<string>): JsonObject {
  const { filename = '', driver = 'raw', clusterSize, backingString } = node;
  const below = graph.nodes.get(node.backing ?? '');
  const isDeeper = deep && below !== undefined && !above.has(below.name);
  const format = fileNamed(graph, filename)?.backingFormat;
  return {
    filename,
    format: driver,
    'virtual-size': node.size ?? (driver === 'nbd' ? sizeElsewhere(graph) : 0),
    'dirty-flag': false,
    ...(clusterSize === undefined ? {} : { 'cluster-size': clusterSize }),
    ...(driver === 'qcow2' ? { 'format-specific': QCOW2 } : {}),
    ...(backingString
      ? {
          'backing-filename': backingString,
          'full-backing-filename': resolveBacking(filename, backingString),
          ...(format === undefined ? {} : { 'backing-filename-format': format }),
        }
      : {}),
    ...(isDeeper ? { 'backing-image': imageRecord(graph, below, deep, new Set([...above, node.name])) } : {}),
  };
}

/** Nobody serves a disk to the simulator; one that is copied to is as large as the largest disk here. */
function sizeElsewhere({ nodes }: BlockGraph): number {
  return [...nodes.values()].reduce((largest, { size = 0 }) => Math.max(largest, size), 0);
}

/** What each driver calls the child that the model has as a node's backing. */
function backingRole({ driver, filter }: BlockNode): string {
  if (!filter || driver?.endsWith('_top') || driver === 'backup-top') return 'backing';
  return driver === 'blkdebug' ? 'image' : 'file';
}

/** A node's children by role, the backing among them. */
export function childrenOf(node: BlockNode): { readonly child: string; readonly 'node-name': string }[] {
  const children = Object.entries(node.children ?? {}).map(([child, name]) => ({ child, 'node-name': name }));
  return node.backing ? [...children, { child: backingRole(node), 'node-name': node.backing }] : children;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

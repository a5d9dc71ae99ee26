import { isObject, type JsonObject } from '../qmp/json.ts';
import { fileKey, isProtocol } from './files.ts';
import { FILTER_DRIVERS } from './filter.ts';
import type { BlockNode, DirtyBitmap, ImageFile } from './graph.ts';
import { tellingOptions } from './node-options.ts';

/** What one entry of query-named-block-nodes tells of its node; undefined for an entry without a name. */
export function readNode(reply: JsonObject): BlockNode | undefined {
  const name = text(reply['node-name']);
  if (name === undefined || name === '') return undefined;
  const image = imageOf(reply);
  const driver = text(reply['drv']);
  const filename = text(reply['file']) ?? text(image['filename']);
  const size = whole(image['virtual-size']);
  const clusterSize = whole(image['cluster-size']);
  const filter = driver !== undefined && FILTER_DRIVERS.has(driver);
  // Its `backing_file` is the file of what backs it now, which need not be what the image records.
  const recorded = filter ? undefined : recordedBacking(image);
  const options = tellingOptions(reply['cache'], reply['detect_zeroes']);
  return {
    name,
    ...(driver === undefined ? {} : { driver }),
    ...(filename === undefined ? {} : { filename }),
    ...(size === undefined ? {} : { size }),
    ...(clusterSize === undefined || filter ? {} : { clusterSize }),
    ...(typeof reply['ro'] === 'boolean' ? { readOnly: reply['ro'] } : {}),
    // QEMU makes up names only for nodes that nobody named; who keeps a named one can't be asked.
    ...(name.startsWith('#') ? { owner: 'implicit' as const } : {}),
    ...(filter ? { filter: true } : {}),
    ...(recorded === undefined || isProtocol(driver) ? {} : { backingString: recorded }),
    ...(isObject(reply['image']) ? { bitmaps: readBitmaps(reply['dirty-bitmaps']) } : {}),
    ...(options ? { options } : {}),
  };
}

/** The image files that entries of query-named-block-nodes tell of; `nodes` are their nodes with plain file names. */
export function readFiles(
  listed: readonly JsonObject[],
  nodes: ReadonlyMap<string, BlockNode>,
): Map<string, ImageFile> {
  const files = new Map<string, ImageFile>();
  for (const reply of listed) {
    const node = nodes.get(text(reply['node-name']) ?? '');
    const key = node?.filename === undefined ? undefined : fileKey(node.filename);
    if (!node?.filename || key === undefined || node.filter || isProtocol(node.driver)) continue;
    // A raw node with options of its own can show a part of the file only.
    const isPart = node.driver === 'raw' && text(reply['file'])?.startsWith('json:');
    if (node.driver === 'raw' && files.has(key)) continue;
    const image = imageOf(reply);
    const format = text(image['backing-filename-format']);
    files.set(key, {
      filename: node.filename,
      ...(node.driver === undefined ? {} : { format: node.driver }),
      ...(node.size === undefined || isPart ? {} : { size: node.size }),
      ...(node.clusterSize === undefined ? {} : { clusterSize: node.clusterSize }),
      ...(node.backingString === undefined ? {} : { backing: node.backingString }),
      ...(format === undefined ? {} : { backingFormat: format }),
      ...(node.bitmaps ? { bitmaps: node.bitmaps.filter(({ persistent }) => persistent) } : {}),
    });
  }
  return files;
}

function imageOf(reply: JsonObject): JsonObject {
  return isObject(reply['image']) ? reply['image'] : {};
}

function recordedBacking(image: JsonObject): string | null | undefined {
  const recorded = text(image['backing-filename']);
  if (recorded !== undefined) return recorded;
  return text(image['filename']) === undefined ? undefined : null;
}

// Jobs have bitmaps of their own, without names, that nobody else can use.
function readBitmaps(reply: unknown): DirtyBitmap[] {
  const bitmaps: DirtyBitmap[] = [];
  for (const item of Array.isArray(reply) ? reply.filter(isObject) : []) {
    const name = text(item['name']);
    if (name === undefined) continue;
    const granularity = whole(item['granularity']);
    bitmaps.push({
      name,
      ...(granularity === undefined ? {} : { granularity }),
      recording: item['recording'] === true,
      busy: item['busy'] === true,
      persistent: item['persistent'] === true,
      ...(item['inconsistent'] === true ? { inconsistent: true } : {}),
    });
  }
  return bitmaps;
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

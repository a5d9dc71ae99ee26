import { defaultGranularity, withBitmap } from '../graph/bitmaps.ts';
import { amendNode } from '../graph/change.ts';
import type { BlockNode, DirtyBitmap, Refusal } from '../graph/graph.ts';
import { type Arguments, type CommandModel, isRefusal } from './define.ts';
import { findDeviceNode } from './rules/find.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { quoted, refuse } from './rules/refusals.ts';

const LONGEST = 1023;

/** Gives a node a bitmap, which takes note of writes from then on. */
export const blockDirtyBitmapAdd: CommandModel = {
  name: 'block-dirty-bitmap-add',
  apply(graph, args) {
    const node = findDeviceNode(graph, args, 'node');
    if (isRefusal(node)) return node;
    const name = args.text('name');
    if (!node || name === undefined) return graph;
    const wrong = checkValues(args) ?? checkNew(node, name, args.flag('persistent') ?? false);
    if (wrong) return wrong;
    const granularity = args.integer('granularity') ?? defaultGranularity(node);
    const bitmap: DirtyBitmap = {
      name,
      ...(granularity === undefined ? {} : { granularity }),
      recording: args.flag('disabled') !== true,
      busy: false,
      persistent: args.flag('persistent') ?? false,
    };
    return withBitmap(amendNode(graph, node.name, {}), node.name, bitmap);
  },
  // QEMU adds it and finds out at the end that it can't be stored.
  hazard(graph, args) {
    const node = findDeviceNode(graph, args, 'node');
    if (!node || isRefusal(node) || args.flag('persistent') !== true || node.readOnly !== true)
      return undefined;
    return refuse(
      'bitmap-not-stored',
      'persistent',
      `${quoted(node.name)} is read-only, so the bitmap would be lost when it is closed.`,
      ['add it to the active layer, or leave `persistent` out'],
    );
  },
};

function checkValues(args: Arguments): Refusal | undefined {
  if (args.text('name') === '') {
    const refusal = refuse('bad-bitmap-name', 'name', "A bitmap's name can't be empty.");
    return saidByQemu(refusal, 'Bitmap name cannot be empty');
  }
  const granularity = args.integer('granularity');
  if (granularity === undefined) return undefined;
  if (granularity > 2 ** 32 - 1) {
    const message = `A granularity of ${granularity} bytes is too large: at most 2147483648 (2 GiB) can be.`;
    return saidByQemu(
      refuse('bad-granularity', 'granularity', message),
      `Parameter 'granularity' expects uint32_t`,
    );
  }
  if (granularity >= 512 && Number.isInteger(Math.log2(granularity))) return undefined;
  const message = `A granularity of ${granularity} bytes can't be: it is a power of two, and at least 512.`;
  const help = ['leave it out: QEMU goes by the size of the clusters of the image'];
  return saidByQemu(
    refuse('bad-granularity', 'granularity', message, help),
    'Granularity must be power of 2 and at least 512',
  );
}

function checkNew(node: BlockNode, name: string, persistent: boolean): Refusal | undefined {
  const shown = quoted(node.name);
  if (persistent && node.driver !== undefined && node.driver !== 'qcow2') {
    const message = `${shown} can't store bitmaps: only qcow2 images can, and it is ${node.driver}.`;
    return saidByQemu(
      refuse('bitmap-not-storable', 'persistent', message, ['leave `persistent` out']),
      `Can't store persistent bitmaps to ${node.name}: Operation not supported`,
    );
  }
  if (node.bitmaps?.some(bitmap => bitmap.name === name)) {
    return saidByQemu(
      refuse('duplicate-bitmap', 'name', `${shown} already has a bitmap ${quoted(name)}.`, [
        'choose another name, or clear the bitmap that is there',
      ]),
      `Bitmap already exists: ${name}`,
    );
  }
  if (new TextEncoder().encode(name).length <= LONGEST) return undefined;
  return saidByQemu(
    refuse('bad-bitmap-name', 'name', `A bitmap's name can have ${LONGEST} bytes at most.`),
    persistent
      ? `Can't make bitmap '${name}' persistent in '${node.name}': Name length exceeds maximum (${LONGEST} characters)`
      : `Bitmap name too long: ${name}`,
  );
}

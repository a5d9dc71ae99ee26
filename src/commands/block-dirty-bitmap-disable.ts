import { amendBitmap } from '../graph/bitmaps.ts';
import { type CommandModel, isRefusal } from './define.ts';
import { checkBitmap, findBitmap } from './rules/bitmaps.ts';

/** Keeps a bitmap as it is, whatever is written. QEMU allows it for one in a read-only image too. */
export const blockDirtyBitmapDisable: CommandModel = {
  name: 'block-dirty-bitmap-disable',
  apply(graph, args) {
    const found = findBitmap(graph, args, 'node', 'name');
    if (!found || isRefusal(found)) return found ?? graph;
    const wrong = checkBitmap(found, 'read', 'name');
    return wrong ?? amendBitmap(graph, found.node.name, found.name, { recording: false });
  },
};

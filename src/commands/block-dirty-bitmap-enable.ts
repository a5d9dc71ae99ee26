import { amendBitmap } from '../graph/bitmaps.ts';
import { type CommandModel, isRefusal } from './define.ts';
import { checkBitmap, findBitmap } from './rules/bitmaps.ts';

/** Lets a bitmap take note of writes. QEMU allows it for one in a read-only image too. */
export const blockDirtyBitmapEnable: CommandModel = {
  name: 'block-dirty-bitmap-enable',
  apply(graph, args) {
    const found = findBitmap(graph, args, 'node', 'name');
    if (!found || isRefusal(found)) return found ?? graph;
    const wrong = checkBitmap(found, 'read', 'name');
    return wrong ?? amendBitmap(graph, found.node.name, found.name, { recording: true });
  },
};

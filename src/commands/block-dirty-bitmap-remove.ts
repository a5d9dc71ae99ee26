import { withoutBitmap } from '../graph/bitmaps.ts';
import { type CommandModel, isRefusal } from './define.ts';
import { checkBitmap, findBitmap } from './rules/bitmaps.ts';

/** Takes a bitmap from its node, and from the image where it is stored there. */
export const blockDirtyBitmapRemove: CommandModel = {
  name: 'block-dirty-bitmap-remove',
  apply(graph, args) {
    const found = findBitmap(graph, args, 'node', 'name');
    if (!found || isRefusal(found)) return found ?? graph;
    return checkBitmap(found, 'remove', 'name') ?? withoutBitmap(graph, found.node.name, found.name);
  },
};

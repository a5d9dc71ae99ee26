import { type CommandModel, isRefusal } from './define.ts';
import { checkBitmap, findBitmap } from './rules/bitmaps.ts';

/** Makes a bitmap forget the writes that it noted. Whether it has noted any is not known here, so nothing changes. */
export const blockDirtyBitmapClear: CommandModel = {
  name: 'block-dirty-bitmap-clear',
  apply(graph, args) {
    const found = findBitmap(graph, args, 'node', 'name');
    if (!found || isRefusal(found)) return found ?? graph;
    return checkBitmap(found, 'change', 'name') ?? graph;
  },
};

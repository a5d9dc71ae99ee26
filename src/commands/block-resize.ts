import { overlaysOf } from '../graph/chain.ts';
import { amendNode } from '../graph/change.ts';
import { type CommandModel, isRefusal } from './define.ts';
import { checkFree, findEither } from './find.ts';
import { nodeInUse, usersOf } from './refusals.ts';

/** Sets the virtual size of an image that no other is backed by. */
export const blockResize: CommandModel = {
  name: 'block_resize',
  apply(graph, args) {
    const found = findEither(graph, args, 'device', 'node-name');
    if (!found) return graph;
    const { argument, node } = found;
    if (isRefusal(node)) return node;
    if (overlaysOf(graph, node.name).length > 0) {
      return nodeInUse(argument, node.name, usersOf(graph, node.name), ['resize the active layer instead']);
    }
    const size = args.integer('size');
    const held = checkFree(graph, argument, node.name);
    return held ?? (size === undefined ? graph : amendNode(graph, node.name, { size }));
  },
};

import type { BlockGraph, BlockNode, Refusal } from '../graph/graph.ts';
import { type Arguments, type CommandModel, isRefusal } from './define.ts';
import { checkFree, findDeviceNode, findNode } from './find.ts';
import { nodeInUse, quoted, refuse, usersOf } from './refusals.ts';
import { checkActiveLayer, putOverlay, unattached } from './snapshot.ts';

/** Puts an open image that has no backing yet on top of an active layer. */
export const blockdevSnapshot: CommandModel = {
  name: 'blockdev-snapshot',
  reads: ['node'],
  apply(graph, args) {
    const pair = findPair(graph, args);
    if (!pair || isRefusal(pair)) return pair ?? graph;
    const { node, overlay } = pair;
    const wrong = checkActiveLayer(graph, 'node', node.name) ?? checkOverlay(graph, node, overlay);
    return wrong ?? putOverlay(graph, node, overlay);
  },
  hazard(graph, args) {
    const pair = findPair(graph, args);
    return !pair || isRefusal(pair) ? undefined : unattached(graph, 'node', pair.node.name);
  },
};

function findPair(
  graph: BlockGraph,
  args: Arguments,
): { node: BlockNode; overlay: BlockNode } | Refusal | undefined {
  const node = findDeviceNode(graph, args, 'node');
  if (isRefusal(node)) return node;
  const overlay = findNode(graph, args, 'overlay');
  if (isRefusal(overlay)) return overlay;
  return node && overlay ? { node, overlay } : undefined;
}

function checkOverlay(graph: BlockGraph, node: BlockNode, overlay: BlockNode): Refusal | undefined {
  const name = quoted(overlay.name);
  if (overlay.name === node.name)
    return refuse('overlay-is-node', 'overlay', `${name} can't be its own overlay.`);
  const users = usersOf(graph, overlay.name);
  if (users.length > 0)
    return nodeInUse('overlay', overlay.name, users, ['an overlay must be free before it goes on top']);
  if (typeof overlay.backing === 'string') {
    return refuse(
      'overlay-has-backing',
      'overlay',
      `${name} already has a backing node, ${quoted(overlay.backing)}.`,
      ['open the overlay with "backing": null'],
    );
  }
  return checkFree(graph, 'overlay', overlay.name);
}

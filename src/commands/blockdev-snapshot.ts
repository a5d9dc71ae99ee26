import type { BlockGraph, BlockNode, Refusal } from '../graph/graph.ts';
import { isRead } from '../graph/permissions.ts';
import { readsFrom } from '../graph/users.ts';
import { type Arguments, type CommandModel, isRefusal } from './define.ts';
import { OVERLAY_FORMATS } from './images/made-image.ts';
import { checkActiveLayer, cutsOff, putOverlay, unattached } from './images/snapshot.ts';
import { findDeviceNode } from './rules/find.ts';
import { recordsOther } from './rules/lost-backing.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { nodeInUse, quoted, refuse, usersOf } from './rules/refusals.ts';

/** Puts an open image that has no backing yet on top of an active layer. */
export const blockdevSnapshot: CommandModel = {
  name: 'blockdev-snapshot',
  reads: ['node', 'overlay'],
  apply(graph, args) {
    const pair = findPair(graph, args);
    if (!pair || isRefusal(pair)) return pair ?? graph;
    const { node, overlay } = pair;
    const wrong =
      withMadeOver(checkActiveLayer(graph, 'node', node.name), node, overlay) ??
      checkItself(node, overlay) ??
      checkOverlay(graph, node, overlay);
    return wrong ?? putOverlay(graph, node, overlay);
  },
  hazard(graph, args) {
    const pair = findPair(graph, args);
    if (!pair || isRefusal(pair)) return undefined;
    return unattached(graph, 'node', pair.node.name) ?? cutsOff('overlay', pair.node, pair.overlay);
  },
  caution(graph, args) {
    const pair = findPair(graph, args);
    return !pair || isRefusal(pair) ? undefined : recordsOther(graph, pair.overlay, pair.node);
  },
};

function findPair(
  graph: BlockGraph,
  args: Arguments,
): { node: BlockNode; overlay: BlockNode } | Refusal | undefined {
  const node = findDeviceNode(graph, args, 'node');
  if (isRefusal(node)) return node;
  const overlay = findDeviceNode(graph, args, 'overlay');
  if (isRefusal(overlay)) return overlay;
  return node && overlay ? { node, overlay } : undefined;
}

/** An overlay that was opened over the node already is in its own way. */
function withMadeOver(
  refusal: Refusal | undefined,
  node: BlockNode,
  overlay: BlockNode,
): Refusal | undefined {
  if (!refusal || overlay.backing !== node.name) return refusal;
  return { ...refusal, help: [`${quoted(overlay.name)} must be opened without a backing: backing=null`] };
}

function checkItself(node: BlockNode, overlay: BlockNode): Refusal | undefined {
  if (overlay.name !== node.name) return undefined;
  return refuse('overlay-is-node', 'overlay', `${quoted(overlay.name)} can't be its own overlay.`);
}

function checkOverlay(graph: BlockGraph, node: BlockNode, overlay: BlockNode): Refusal | undefined {
  const name = quoted(overlay.name);
  if (isRead(graph, overlay.name)) {
    const users = usersOf(graph, overlay.name);
    const refusal = nodeInUse('overlay', overlay.name, users, [
      'an overlay must be free before it goes on top',
    ]);
    return saidByQemu(refusal, 'The overlay is already in use');
  }
  if (typeof overlay.backing === 'string') {
    return saidByQemu(
      refuse(
        'overlay-has-backing',
        'overlay',
        `${name} already has a backing node, ${quoted(overlay.backing)}.`,
        ['open the overlay with "backing": null'],
      ),
      'The overlay already has a backing image',
    );
  }
  if (readsFrom(graph, node.name, overlay.name)) {
    const message = `${quoted(node.name)} reads from ${name}, so that can't lie over it.`;
    return saidByQemu(
      refuse('backing-cycle', 'overlay', message),
      `Making '${node.name}' a backing child of '${overlay.name}' would create a cycle`,
    );
  }
  if (overlay.driver === undefined || OVERLAY_FORMATS.has(overlay.driver)) return undefined;
  const message = `A ${overlay.driver} node such as ${name} can't lie over another.`;
  return saidByQemu(
    refuse('raw-has-no-backing', 'overlay', message, ['give a qcow2 image']),
    'The overlay does not support backing images',
  );
}

import { beneathFilters } from '../graph/chain.ts';
import { amendNode, withAccess } from '../graph/change.ts';
import type { BlockGraph, BlockNode, NodeName, Refusal } from '../graph/graph.ts';
import { type Arguments, type CommandModel, isRefusal } from './define.ts';
import { checkAccess } from './rules/access.ts';
import { checkFree } from './rules/blocked.ts';
import { checkRoot, findDeviceNode, findNode } from './rules/find.ts';
import { recordedWrongly, recordsOwnFormat } from './rules/lost-backing.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { notInChain, quoted, refuse } from './rules/refusals.ts';

/** Rewrites the backing file name that an image records; what is open stays as it is. */
export const changeBackingFile: CommandModel = {
  name: 'change-backing-file',
  apply(graph, args) {
    const device = findDeviceNode(graph, args, 'device');
    if (isRefusal(device)) return device;
    const image = findNode(graph, args, 'image-node-name');
    if (isRefusal(image)) return image;
    if (!device || !image) return graph;
    const wrong =
      checkRoot(graph, 'device', device.name) ??
      checkBacked(image) ??
      checkFree(graph, 'device', device.name) ??
      checkWithin(graph, image.name, device.name) ??
      checkWritable(graph, image, args);
    const backingString = args.text('backing-file');
    if (wrong || backingString === undefined) return wrong ?? graph;
    return amendNode(graph, image.name, { backingString: backingString === '' ? null : backingString });
  },
  caution(graph, args) {
    const image = graph.nodes.get(args.text('image-node-name') ?? '');
    const below = graph.nodes.get(image?.backing ?? '');
    const name = args.text('backing-file');
    return recordedWrongly(graph, name, image, below) ?? recordsOwnFormat(graph, name, image);
  },
};

function checkBacked(image: BlockNode): Refusal | undefined {
  if (image.backing !== null) return undefined;
  return saidByQemu(
    refuse('not-in-chain', 'image-node-name', `${quoted(image.name)} has no backing, so it records none.`),
    'not allowing backing file change on an image without a backing file',
  );
}

/** QEMU opens a read-only image for writing for as long as this takes. */
function checkWritable(graph: BlockGraph, image: BlockNode, args: Arguments): Refusal | undefined {
  if (image.readOnly !== true) return undefined;
  return checkAccess(graph, withAccess(graph, image.name, false), args);
}

function checkWithin(graph: BlockGraph, image: NodeName, device: NodeName): Refusal | undefined {
  const wrong = notInChain(graph, 'image-node-name', image, beneathFilters(graph, device));
  return wrong && saidByQemu(wrong, `'${device}' and image file are not in the same chain`);
}

import { overlaysOf } from '../graph/chain.ts';
import { amendNode } from '../graph/change.ts';
import type { BlockGraph, BlockNode, Refusal } from '../graph/graph.ts';
import { conflictOfResize } from '../graph/permissions.ts';
import { type Arguments, type CommandModel, isRefusal } from './define.ts';
import { accessRefusal } from './rules/access.ts';
import { checkUnused } from './rules/blocked.ts';
import { findEither } from './rules/find.ts';
import { notInSectors, shrinking } from './rules/image-size.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { nodeInUse, quoted, refuse, usersOf } from './rules/refusals.ts';

/** Sets the virtual size of an image that no other is backed by. */
export const blockResize: CommandModel = {
  name: 'block_resize',
  apply(graph, args) {
    const found = findEither(graph, args);
    if (!found) return graph;
    const { argument, node } = found;
    if (isRefusal(node)) return node;
    const size = args.integer('size');
    const wrong =
      checkSize(size) ??
      checkIdle(graph, argument, node) ??
      checkShares(graph, argument, node) ??
      checkKind(argument, node, size);
    if (wrong || size === undefined) return wrong ?? graph;
    // A raw image is as long as its file, but QEMU counts in sectors.
    return amendNode(graph, node.name, { size: Math.ceil(size / 512) * 512 });
  },
  hazard(graph, args) {
    const size = args.integer('size');
    const node = nodeOf(graph, args);
    return node?.driver === 'qcow2' && size !== undefined ? notInSectors(size) : undefined;
  },
  caution(graph, args) {
    const size = args.integer('size');
    const node = nodeOf(graph, args);
    return node && size !== undefined ? shrinking(node, size) : undefined;
  },
};

function nodeOf(graph: BlockGraph, args: Arguments): BlockNode | undefined {
  const node = findEither(graph, args)?.node;
  return isRefusal(node) ? undefined : node;
}

function checkSize(size: number | undefined): Refusal | undefined {
  if (size === undefined || size >= 0) return undefined;
  return saidByQemu(
    refuse('out-of-range', 'size', `An image of ${size} bytes can't be.`),
    "Parameter 'size' expects a >0 size",
  );
}

/** A job at the image, or an image over it, keeps its size. */
function checkIdle(graph: BlockGraph, argument: string, node: BlockNode): Refusal | undefined {
  const held = checkUnused(graph, argument, node.name);
  if (!held) return undefined;
  const over = overlaysOf(graph, node.name).length > 0;
  const inUse = nodeInUse(argument, node.name, usersOf(graph, node.name), [
    'resize the active layer instead',
  ]);
  return saidByQemu(over ? inUse : held, "Device '(null)' is in use");
}

/** For as long as it resizes QEMU is a user of the image itself, and others may not share that. */
function checkShares(graph: BlockGraph, argument: string, node: BlockNode): Refusal | undefined {
  const conflict = conflictOfResize(graph, node);
  return conflict && accessRefusal(graph, conflict, argument);
}

function checkKind(argument: string, node: BlockNode, size: number | undefined): Refusal | undefined {
  if (node.readOnly === true) {
    const message = `${quoted(node.name)} is read-only.`;
    return saidByQemu(
      refuse('node-in-use', argument, message, ['open it without read-only']),
      'Image is read-only',
    );
  }
  const wrong = node.driver === 'qcow2' && size !== undefined ? notInSectors(size) : undefined;
  return wrong && saidByQemu(wrong, 'The new size must be a multiple of 512');
}

import { chainOf, findDevice, rootAbove } from './chain.ts';
import type { BlockGraph, BlockNode, NodeName } from './graph.ts';

/**
 * The nodes of a chain in `before` that are not in it in `after`, base first. The chain is that of a device, as findDevice
 * takes it, else the one that the node of this name is in. What is told of them is as it was in `before`.
 */
export function droppedNodes(before: BlockGraph, after: BlockGraph, word: string): BlockNode[] {
  const kept = keptNodes(before, after, topOf(before, word));
  const dropped = chainOf(before, topOf(before, word)).filter(name => !kept.has(name));
  return dropped.reverse().flatMap(name => before.nodes.get(name) ?? []);
}

/** The files of the nodes that left a chain, base first, each once; nodes whose file is not known have none. */
export function droppedFiles(before: BlockGraph, after: BlockGraph, word: string): string[] {
  const chain = [...keptNodes(before, after, topOf(before, word))];
  const kept = new Set(chain.map(name => after.nodes.get(name)?.filename));
  const files = droppedNodes(before, after, word).flatMap(node => node.filename ?? []);
  return [...new Set(files)].filter(file => !kept.has(file));
}

function topOf(graph: BlockGraph, word: string): NodeName {
  return findDevice(graph, word)?.node ?? rootAbove(graph, word) ?? word;
}

function keptNodes(before: BlockGraph, after: BlockGraph, top: NodeName): Set<NodeName> {
  return new Set(topsAfter(before, after, top).flatMap(now => chainOf(after, now)));
}

/** Where the users of a chain's top are now; the top itself where nothing used it. */
function topsAfter(before: BlockGraph, after: BlockGraph, top: NodeName): NodeName[] {
  const users = before.attachments.filter(item => chainOf(before, item.node)[0] === chainOf(before, top)[0]);
  const now = after.attachments.filter(item =>
    users.some(user => user.kind === item.kind && user.id === item.id),
  );
  return now.length > 0 ? now.map(item => item.node) : after.nodes.has(top) ? [top] : [];
}

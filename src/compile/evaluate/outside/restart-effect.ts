import { chainOf } from '../../../graph/chain.ts';
import type { Attachment, BlockGraph, BlockNode, NodeName } from '../../../graph/graph.ts';
import { childrenOf } from '../../../graph/users.ts';

/** Whether a restart of a sandbox brings an attachment back: a guest's disk, or what stands for one in a storage daemon. */
export function outlivesRestart({ kind, exportType }: Attachment): boolean {
  return kind !== 'export' || (exportType !== 'nbd' && exportType !== 'fuse' && exportType !== 'vduse-blk');
}

/**
 * The graph once a sandbox's QEMU has started again: the chains of its disks, with the bitmaps that their images keep. There
 * are no jobs, no NBD server and no node beside them.
 */
export function afterRestart(graph: BlockGraph): BlockGraph {
  const attachments = graph.attachments
    .filter(outlivesRestart)
    .map(item => ({ ...item, node: chainOf(graph, item.node)[0] ?? item.node }));
  const kept = new Map<NodeName, BlockNode>();
  const keep = (name: NodeName) => {
    const node = graph.nodes.get(name);
    if (!node || kept.has(name)) return;
    kept.set(name, reopened(node));
    for (const child of childrenOf(node)) keep(child);
  };
  for (const { node } of attachments) for (const image of chainOf(graph, node)) keep(image);
  return { ...graph, nodes: kept, attachments, jobs: new Map(), nbdServer: false };
}

function reopened(node: BlockNode): BlockNode {
  if (!node.bitmaps) return node;
  const bitmaps = node.bitmaps
    .filter(({ persistent }) => persistent)
    .map(bitmap => ({ ...bitmap, busy: false }));
  return { ...node, bitmaps };
}

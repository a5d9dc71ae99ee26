import type { Attachment, BlockGraph, BlockNode } from '../../src/graph/graph.ts';

/** A complete graph of nodes, each backed by the one named, with a guest device on each of `devices`. */
export function graphOf(
  nodes: readonly (BlockNode | [name: string, backing: string | null | undefined])[],
  devices: Readonly<Record<string, string>> = {},
  complete = true,
): BlockGraph {
  const all = nodes.map((node): BlockNode => {
    if (!Array.isArray(node)) return node as BlockNode;
    const [name, backing] = node;
    const file = { filename: `/images/${name.toLowerCase()}.qcow2`, size: 64 * 1024 * 1024 };
    const made = { name, driver: 'qcow2', owner: 'monitor' as const, ...file };
    return backing === undefined ? made : { ...made, backing };
  });
  const attachments = Object.entries(devices).map(
    ([id, node]): Attachment => ({
      kind: 'device',
      id,
      path: `/machine/peripheral/${id}/virtio-backend`,
      node,
    }),
  );
  return { nodes: new Map(all.map(node => [node.name, node])), attachments, jobs: new Map(), complete };
}

/** `A <- B <- C <- D`, with the guest's disk0 on D. */
export const abcd = graphOf(
  [
    ['D', 'C'],
    ['C', 'B'],
    ['B', 'A'],
    ['A', null],
  ],
  { disk0: 'D' },
);

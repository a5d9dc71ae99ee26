import { amendNode } from './change.ts';
import type { BlockGraph, BlockNode, DirtyBitmap, NodeName } from './graph.ts';

/** The graph with a bitmap added. Of a wholly known graph, a node whose bitmaps are not known stays so. */
export function withBitmap(graph: BlockGraph, node: NodeName, bitmap: DirtyBitmap): BlockGraph {
  const known = graph.nodes.get(node)?.bitmaps ?? (graph.complete ? undefined : []);
  return known === undefined ? graph : amendNode(graph, node, { bitmaps: [...known, bitmap] });
}

/** The graph with what is known of a bitmap changed, where it is known at all. */
export function amendBitmap(
  graph: BlockGraph,
  node: NodeName,
  name: string,
  facts: Partial<DirtyBitmap>,
): BlockGraph {
  const bitmaps = graph.nodes.get(node)?.bitmaps;
  if (!bitmaps?.some(bitmap => bitmap.name === name)) return graph;
  return amendNode(graph, node, {
    bitmaps: bitmaps.map(bitmap => (bitmap.name === name ? { ...bitmap, ...facts } : bitmap)),
  });
}

/** The graph without a bitmap. */
export function withoutBitmap(graph: BlockGraph, node: NodeName, name: string): BlockGraph {
  const bitmaps = graph.nodes.get(node)?.bitmaps;
  return bitmaps
    ? amendNode(graph, node, { bitmaps: bitmaps.filter(bitmap => bitmap.name !== name) })
    : graph;
}

/** The granularity in bytes that QEMU gives a bitmap of this node when none is asked for; undefined: not known. */
export function defaultGranularity(node: BlockNode): number | undefined {
  if (node.clusterSize !== undefined) return Math.min(65536, Math.max(4096, node.clusterSize));
  return node.driver === 'raw' || node.driver === 'file' ? 65536 : undefined;
}

import { harmless } from '../text/harmless.ts';
import { beneathFilters, chainEnds, chainOf, overlaysOf, storageNodes } from './chain.ts';
import type { BlockGraph, BlockJob, NodeName } from './graph.ts';

/** Names as a chain is written, base first: `A <- B <- C`. Terminal escapes in names are made visible. */
export function chainText(baseFirst: readonly string[]): string {
  return baseFirst.map(harmless).join(' <- ');
}

/** The chain below `top` as a script writes it; `...` stands at the left where its lower end is not known. */
export function drawChain(graph: BlockGraph, top: NodeName): string {
  const names = chainOf(graph, top).reverse();
  return chainText(chainEnds(graph, top) ? names : ['...', ...names]);
}

/** A size as qemu-img writes it where that is exact: `64M`; else in bytes. */
export function sizeText(bytes: number): string {
  const units = ['T', 'G', 'M', 'K'];
  for (const [index, unit] of units.entries()) {
    const scale = 1024 ** (units.length - index);
    if (bytes >= scale && bytes % scale === 0) return `${bytes / scale}${unit}`;
  }
  return `${bytes}`;
}

/** The tops worth drawing: what is attached, and what no other image is backed by; protocol nodes are left out. */
export function chainTops(graph: BlockGraph): NodeName[] {
  const storage = storageNodes(graph);
  const tops = new Set<NodeName>(graph.attachments.map(attachment => beneathFilters(graph, attachment.node)));
  for (const node of graph.nodes.values()) {
    if (!node.filter && !storage.has(node.name) && overlaysOf(graph, node.name).length === 0)
      tops.add(node.name);
  }
  return [...tops];
}

/** A job in a few words: `commit0: commit from C into A, ready`. */
export function jobText(job: BlockJob): string {
  const { device, target } = job.on ?? {};
  const from = job.on?.['top-node'] ?? device;
  const into = target ?? job.on?.['base-node'];
  const where = `${from ? ` from ${from}` : ''}${into ? ` ${job.type === 'stream' ? 'down to' : 'into'} ${into}` : ''}`;
  return harmless(`${job.id}: ${job.type}${where}, ${job.status}`);
}

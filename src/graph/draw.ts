import { harmless } from '../text/harmless.ts';
import { attachmentsOf, beneathFilters, chainEnds, chainOf, overlaysOf, storageNodes } from './chain.ts';
import type { Attachment, BlockGraph, BlockJob, BlockNode, NodeName } from './graph.ts';
import { nodesUsing } from './users.ts';

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

/**
 * The chain below each of `tops` as lines for `show chain`: who uses it, then an image a line, the active layer first, with
 * its format, size, access and file, then the jobs that work on it.
 */
export function drawTree(graph: BlockGraph, tops: readonly NodeName[] = chainTops(graph)): string {
  return tops.map(top => drawOne(graph, top).join('\n')).join('\n\n');
}

function drawOne(graph: BlockGraph, top: NodeName): string[] {
  const chain = chainOf(graph, top);
  const parents = nodesUsing(graph, top).filter(node => node.backing !== top);
  const users = [
    ...attachmentsOf(graph, top).map(userText),
    ...parents.map(node => `${harmless(node.driver ?? 'node')} ${harmless(node.name)}`),
  ];
  const rows = chain.map(name => columns(graph.nodes.get(name) ?? { name }));
  const widths = [0, 1, 2, 3].map(column => Math.max(0, ...rows.map(row => row[column]?.length ?? 0)));
  const lines = [
    [drawChain(graph, top), ...(users.length > 0 ? [`[${users.join(', ')}]`] : [])].join(' <- '),
  ];
  for (const row of rows)
    lines.push(`  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd());
  for (const job of graph.jobs.values()) {
    const names = Object.values(job.on ?? {});
    if (names.some(name => chain.includes(name))) lines.push(`  ${jobText(job)}`);
  }
  return lines;
}

function columns(node: BlockNode): string[] {
  const access = node.readOnly === undefined ? '' : node.readOnly ? 'ro' : 'rw';
  const size = node.size === undefined ? '' : sizeText(node.size);
  const file = node.filename === undefined ? '' : harmless(node.filename);
  const note = node.invalid === undefined ? '' : `(invalid: ${harmless(node.invalid)})`;
  return [
    harmless(node.name),
    harmless(node.driver ?? ''),
    size,
    access,
    [file, note].filter(Boolean).join(' '),
  ];
}

function userText(attachment: Attachment): string {
  const kind = attachment.kind === 'export' ? 'export ' : '';
  return `${kind}${harmless(attachment.id || 'a block backend')}`;
}

/** A job in a few words: `commit0: commit from C into A, ready`. */
export function jobText(job: BlockJob): string {
  const { device, target } = job.on ?? {};
  const from = job.on?.['top-node'] ?? device;
  const into = target ?? job.on?.['base-node'];
  const where = `${from ? ` from ${from}` : ''}${into ? ` ${job.type === 'stream' ? 'down to' : 'into'} ${into}` : ''}`;
  return harmless(`${job.id}: ${job.type}${where}, ${job.status}`);
}

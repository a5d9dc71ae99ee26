import { isRest } from './chain-align.ts';
import type { ChainPattern } from './chain-pattern.ts';
import type { Attachment, BlockGraph, BlockNode } from './graph.ts';

/**
 * What a `chain` line alone tells of a graph: its images as nodes of those names, and their links where no rest stands
 * between. The active layer is attached to the device, else to a block backend without a name, since an active layer
 * has some user. A pattern that ends in a rest leaves the active layer unknown.
 */
export function graphFromChain(pattern: ChainPattern): BlockGraph {
  const nodes = new Map<string, BlockNode>();
  for (const [at, link] of pattern.links.entries()) {
    if (isRest(link)) continue;
    const below = pattern.links[at - 1];
    const backing = at === 0 ? null : below && !isRest(below) ? below.name : undefined;
    nodes.set(link.name, {
      name: link.name,
      ...(link.format === undefined ? {} : { driver: link.format }),
      ...(link.filename === undefined ? {} : { filename: link.filename }),
      ...(link.size === undefined ? {} : { size: link.size }),
      ...(backing === undefined || backing === link.name ? {} : { backing }),
    });
  }
  const top = pattern.links.at(-1);
  const attachments: Attachment[] = [];
  if (top && !isRest(top)) {
    const kind = pattern.device === undefined ? 'backend' : 'device';
    attachments.push({ kind, id: pattern.device ?? '', node: top.name });
  }
  return { nodes, attachments, jobs: new Map(), complete: false };
}

/** Two partial graphs as one, as for the leading `chain` lines of a script; where they speak of the same, `more` wins. */
export function mergeGraphs(graph: BlockGraph, more: BlockGraph): BlockGraph {
  const same = (one: Attachment) =>
    more.attachments.some(other => other.kind === one.kind && other.id === one.id && one.id !== '');
  return {
    ...graph,
    nodes: new Map([...graph.nodes, ...more.nodes]),
    attachments: [...graph.attachments.filter(item => !same(item)), ...more.attachments],
    jobs: new Map([...graph.jobs, ...more.jobs]),
    complete: graph.complete && more.complete,
  };
}

import { FILTER_DRIVERS } from './filter.ts';
import type { BlockGraph, BlockNode, NodeName } from './graph.ts';
import { childrenOf, nodesUsing } from './users.ts';
import { ValueIndex } from './value-index.ts';

/** The drivers that QEMU's nodes have beside its filters: formats, protocols, and the quorum. */
const DRIVERS: ReadonlySet<string> = new Set(
  (
    'bochs cloop dmg file ftp ftps gluster host_cdrom host_device http https io_uring iscsi luks nbd nfs null-aio null-co ' +
    'nvme nvme-io_uring parallels qcow qcow2 qed quorum raw rbd sheepdog snapshot-access ssh vdi vhdx ' +
    'virtio-blk-vfio-pci virtio-blk-vhost-user virtio-blk-vhost-vdpa vmdk vpc vvfat'
  ).split(' '),
);

/** Whether it is known what nodes of this driver do with what they read. */
export function isKnownDriver(driver: string): boolean {
  return DRIVERS.has(driver) || FILTER_DRIVERS.has(driver);
}

/** A node of a graph that was read from a QEMU, of which less can be told than of others, and why. */
export interface Oddity {
  readonly node: NodeName;
  readonly why: 'several-images' | 'unknown-driver' | 'unknown-backing' | 'cycle';
  /** What the reason is about: a driver's name. */
  readonly driver?: string;
}

/**
 * What a script can name whose chain can't wholly be told, by what it is called: the odd nodes, those that read from one,
 * those that one reads from, and what they are attached to.
 */
export function partlyKnown(graph: BlockGraph): Map<string, Oddity> {
  const concerned = new Map<string, Oddity>();
  const odd = [...graph.nodes.values()].flatMap(node => oddityOf(node) ?? []);
  const oddities = [...odd, ...cycles(graph)];
  const below = (name: NodeName) => childrenOf(graph.nodes.get(name) ?? { name });
  const above = (name: NodeName) => nodesUsing(graph, name).map(node => node.name);
  for (const step of [below, above]) {
    const seen = new Set<NodeName>();
    for (const oddity of oddities) {
      const next: NodeName[] = [oddity.node];
      for (let at = next.pop(); at !== undefined; at = next.pop()) {
        if (seen.has(at)) continue;
        seen.add(at);
        if (!concerned.has(at)) concerned.set(at, oddity);
        for (const name of step(at)) next.push(name);
      }
    }
  }
  for (const { id, path, node } of graph.attachments) {
    const oddity = concerned.get(node);
    for (const word of [id, path]) if (oddity && word) concerned.set(word, oddity);
  }
  return concerned;
}

function oddityOf(node: BlockNode): Oddity | undefined {
  const { name, driver, backing, children } = node;
  if (driver !== undefined && !isKnownDriver(driver)) return { node: name, why: 'unknown-driver', driver };
  const isQuorum =
    driver === 'quorum' || Object.keys(children ?? {}).some(role => role.startsWith('children'));
  if (isQuorum) return { node: name, why: 'several-images' };
  return backing === undefined ? { node: name, why: 'unknown-backing' } : undefined;
}

/** Whether some node may read from any other: a filter or a quorum whose children are not known. */
export function hasBlindSpot(graph: BlockGraph): boolean {
  return byBlindness.find(graph.nodes, BLIND).length > 0;
}

const BLIND = 'blind';
const byBlindness = new ValueIndex<BlockNode>(({ filter, driver, backing, children }) =>
  (filter && backing === undefined) || (driver === 'quorum' && children === undefined) ? [BLIND] : [],
);

/** One node of each cycle of backing links, as no QEMU has them. */
function cycles(graph: BlockGraph): Oddity[] {
  const found: Oddity[] = [];
  const done = new Set<NodeName>();
  for (const start of graph.nodes.keys()) {
    const way = new Set<NodeName>();
    let at: NodeName | null | undefined = start;
    while (at && !done.has(at) && !way.has(at)) {
      way.add(at);
      at = graph.nodes.get(at)?.backing;
    }
    if (at && way.has(at)) found.push({ node: at, why: 'cycle' });
    for (const name of way) done.add(name);
  }
  return found;
}

import { chainEnds, chainOf, overlaysOf } from './chain.ts';
import { chainUsers } from './chain-picture.ts';
import { chainText, chainTops } from './draw.ts';
import { usersText } from './draw-tree.ts';
import type { BlockGraph, NodeName } from './graph.ts';

/** A chain as data. */
export type ChainRecord = {
  /** What uses its top: devices, backends, exports, and nodes that are no overlays. */
  readonly users: readonly { readonly kind: string; readonly name: string }[];
  /** Base first. */
  readonly nodes: readonly {
    readonly 'node-name': NodeName;
    readonly driver: string | null;
    readonly filename: string | null;
    readonly size: number | null;
    /** `active`: nothing is above it; `base`: nothing is below it; a single image is active. */
    readonly role: 'active' | 'intermediate' | 'base';
  }[];
  /** Whether the first node is surely the base. */
  readonly complete: boolean;
  /** The ways up from its top, the overlay directly above it first. */
  readonly above: readonly {
    readonly nodes: readonly NodeName[];
    readonly users: readonly { readonly kind: string; readonly name: string }[];
  }[];
};

/** The chain below `top`, with what is above it. */
export function chainRecord(graph: BlockGraph, top: NodeName): ChainRecord {
  return {
    users: chainUsers(graph, top),
    nodes: chainOf(graph, top)
      .reverse()
      .map(name => {
        const { driver, filename, size, backing } = graph.nodes.get(name) ?? {};
        return {
          'node-name': name,
          driver: driver ?? null,
          filename: filename ?? null,
          size: size ?? null,
          role: overlaysOf(graph, name).length === 0 ? 'active' : backing === null ? 'base' : 'intermediate',
        };
      }),
    complete: chainEnds(graph, top),
    above: waysUp(graph, top),
  };
}

/** What is above `top`, a line for each way up. */
export function linesAbove(graph: BlockGraph, top: NodeName): string[] {
  return waysUp(graph, top).map(({ nodes, users }) => {
    const used = users.length > 0 ? [usersText(users)] : [];
    return `above ${chainText([top])}: ${[chainText(nodes), ...used].join(' <- ')}`;
  });
}

function waysUp(graph: BlockGraph, top: NodeName) {
  return chainTops(graph).flatMap(root => {
    const chain = chainOf(graph, root).reverse();
    const at = chain.indexOf(top);
    if (at === -1 || root === top) return [];
    return [{ nodes: chain.slice(at + 1), users: chainUsers(graph, root) }];
  });
}

import { beneathFilters } from './chain.ts';
import { resolveBacking } from './files.ts';
import type { BlockGraph, BlockNode, NodeName } from './graph.ts';
import { differences } from './shared-map.ts';
import { nodesUsing } from './users.ts';

/**
 * The name that QEMU gives the image of a node, and that it records where that image becomes a backing: its file's, as long as
 * it is backed by what it records, else all that it takes to open it so. Undefined where that is not known.
 */
export function shownName(graph: BlockGraph, name: NodeName): string | undefined {
  const known = descriptionsIn(graph);
  const [top, ...below] = readFrom(graph, name, known);
  if (!top) return undefined;
  for (const node of [top, ...below].reverse()) {
    const under = node.backing ? known.get(beneathFilters(graph, node.backing)) : undefined;
    known.set(node.name, describe(graph, node, under));
  }
  return known.get(top.name)?.filename;
}

interface Description {
  readonly filename: string;
  /** What blockdev-add would take, written as QEMU writes it. */
  readonly options: string;
}

type Descriptions = Map<NodeName, Description | undefined>;

/** What was found for the graph that was asked about last. Most of it holds for the next one as well. */
let last: { nodes: BlockGraph['nodes']; readonly known: Descriptions } = {
  nodes: new Map(),
  known: new Map(),
};

/** The descriptions that still hold in this graph: those of the nodes that differ, and of what reads from them, do not. */
function descriptionsIn(graph: BlockGraph): Descriptions {
  const { known } = last;
  const next = differences(last.nodes, graph.nodes);
  if (next.length > known.size) known.clear();
  last = { nodes: graph.nodes, known };
  const seen = new Set(next);
  for (let name = known.size > 0 ? next.pop() : undefined; name !== undefined; name = next.pop()) {
    known.delete(name);
    for (const user of nodesUsing(graph, name)) {
      if (seen.has(user.name) || !(user.filter || known.has(user.name))) continue;
      seen.add(user.name);
      next.push(user.name);
    }
  }
  return known;
}

/** The nodes whose names make up that of the first: down to one that is known, or below which nothing counts. */
function readFrom(graph: BlockGraph, name: NodeName, known: Descriptions): BlockNode[] {
  const nodes = new Set<BlockNode>();
  for (let at: NodeName | null | undefined = name; at; ) {
    const node = graph.nodes.get(beneathFilters(graph, at));
    if (!node || nodes.has(node) || (nodes.size > 0 && known.has(node.name))) break;
    nodes.add(node);
    at = node.driver === 'file' || node.backingString === undefined ? undefined : node.backing;
  }
  return [...nodes];
}

function describe(
  graph: BlockGraph,
  node: BlockNode,
  below: Description | undefined,
): Description | undefined {
  if (node.filename === undefined) return undefined;
  const { driver, filename } = node;
  const path = `"filename": ${JSON.stringify(filename)}`;
  if (driver === 'file') return { filename, options: `{"driver": "file", ${path}}` };
  const backing = overridden(node, below);
  const file = graph.nodes.get(node.children?.['file'] ?? '');
  const options = `{${backing ?? ''}"driver": "${driver}", "file": {"driver": "${file?.driver ?? 'file'}", ${path}}}`;
  return { filename: backing === undefined ? filename : `json:${options}`, options };
}

/** What is said of the backing where it is not the one that the image records. */
function overridden(node: BlockNode, below: Description | undefined): string | undefined {
  const { backing, backingString: recorded, filename = '' } = node;
  if (backing === undefined || recorded === undefined) return undefined;
  if (backing === null) return recorded === null ? undefined : '"backing": null, ';
  if (!below || (recorded !== null && below.filename === resolveBacking(filename, recorded)))
    return undefined;
  return `"backing": ${below.options}, `;
}

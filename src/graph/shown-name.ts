import { beneathFilters } from './chain.ts';
import { resolveBacking } from './files.ts';
import type { BlockGraph, BlockNode, NodeName } from './graph.ts';

/**
 * The name that QEMU gives the image of a node, and that it records where that image becomes a backing: its file's, as long as
 * it is backed by what it records, else all that it takes to open it so. Undefined where that is not known.
 */
export function shownName(graph: BlockGraph, name: NodeName): string | undefined {
  let description: Description | undefined;
  for (const node of readFrom(graph, name).reverse()) description = described(graph, node, description);
  return description?.filename;
}

interface Description {
  readonly filename: string;
  /** What blockdev-add would take, written as QEMU writes it. */
  readonly options: string;
}

/** The nodes whose names make up that of the first: down to where what lies below does not count, or is not known. */
function readFrom(graph: BlockGraph, name: NodeName): BlockNode[] {
  const nodes = new Set<BlockNode>();
  for (let at: NodeName | null | undefined = name; at; ) {
    const node = graph.nodes.get(beneathFilters(graph, at));
    if (!node || nodes.has(node)) break;
    nodes.add(node);
    at = node.driver === 'file' || node.backingString === undefined ? undefined : node.backing;
  }
  return [...nodes];
}

/** The last description of each node, with what it was made from: most of a chain stays as it is. */
const known = new WeakMap<
  BlockNode,
  { below: Description | undefined; file: BlockNode | undefined; is: Description | undefined }
>();

function described(
  graph: BlockGraph,
  node: BlockNode,
  below: Description | undefined,
): Description | undefined {
  const file = graph.nodes.get(node.children?.['file'] ?? '');
  const last = known.get(node);
  if (last && last.below === below && last.file === file) return last.is;
  const is = describe(node, file, below);
  known.set(node, { below, file, is });
  return is;
}

function describe(
  node: BlockNode,
  file: BlockNode | undefined,
  below: Description | undefined,
): Description | undefined {
  if (node.filename === undefined) return undefined;
  const { driver, filename } = node;
  const path = `"filename": ${JSON.stringify(filename)}`;
  if (driver === 'file') return { filename, options: `{"driver": "file", ${path}}` };
  const backing = overridden(node, below);
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

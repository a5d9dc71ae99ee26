import { fileKey, isProtocol, resolveBacking } from './files.ts';
import type { BlockGraph, BlockNode, ImageFile } from './graph.ts';
import { ValueIndex } from './value-index.ts';

/** The nodes that have a file open: its image, and the protocol node below that. */
export function nodesOfFile(graph: BlockGraph, filename: string): readonly BlockNode[] {
  return byFile.find(graph.nodes, plainPath(filename));
}

/** The node that people know for having a file open: its image rather than the protocol below that; undefined where nobody has. */
export function holderOfFile(graph: BlockGraph, filename: string): BlockNode | undefined {
  const nodes = nodesOfFile(graph, filename).filter(({ filter }) => !filter);
  return nodes.find(({ driver }) => !isProtocol(driver)) ?? nodes[0];
}

/** The image files, open or not, that record this one as their backing file. */
export function imagesOver(graph: BlockGraph, filename: string): readonly ImageFile[] {
  return graph.files ? byBacking.find(graph.files, plainPath(filename)) : [];
}

/** A path without `.`, empty parts and the `..` that can be taken back; what is no path stays as it is. */
export function plainPath(filename: string): string {
  const path = fileKey(filename);
  if (path === undefined) return filename;
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else kept.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + kept.join('/');
}

const byFile = new ValueIndex<BlockNode>(({ filename }) =>
  filename === undefined ? [] : [plainPath(filename)],
);
const byBacking = new ValueIndex<ImageFile>(({ filename, backing }) =>
  backing ? [plainPath(resolveBacking(filename, backing))] : [],
);

import { allAbove, chainOf, rootAbove, usersAbove } from '../../graph/chain.ts';
import { imagesOver, nodesOfFile } from '../../graph/file-users.ts';
import { fileKey } from '../../graph/files.ts';
import type { BlockGraph, NodeName, Refusal } from '../../graph/graph.ts';
import type { Caution } from '../define.ts';
import { attachmentText, quoted, refuse } from './refusals.ts';

/**
 * Why nothing should be merged into `base`: images of other chains read it as well, and would find the merged data in
 * place of their own. QEMU merges without a word where nothing forbids that write.
 */
export function sharedBase(
  graph: BlockGraph,
  active: NodeName,
  top: NodeName,
  base: NodeName,
): Refusal | undefined {
  const chain = chainOf(graph, rootAbove(graph, active) ?? active);
  // What lies over the top reads the same as before, wherever the data are.
  const own = new Set([...chain, ...allAbove(graph, top)]);
  const hurt = allAbove(graph, base).filter(name => {
    const node = graph.nodes.get(name);
    if (own.has(name) || node?.filter || node?.invalid !== undefined) return false;
    // Of a graph known in part it is not sure that a node which nothing uses is still there.
    return graph.complete || node?.owner === 'monitor' || usersAbove(graph, name).length > 0;
  });
  const [first] = hurt;
  if (first === undefined) return undefined;
  const user = usersAbove(graph, first)[0];
  const whose = user ? `, and ${attachmentText(user)}` : '';
  const names = hurt.map(quoted).join(', ');
  const them = hurt.length > 1 ? 'them' : 'it';
  const close = `where nobody needs ${them}, close ${them} first: ${topDown(graph, hurt)}`;
  const message = `${quoted(base)} is also read by ${names}${whose}: what is merged into it would show up there.`;
  return refuse('shared-base', 'base-node', message, [
    ...(user ? [] : [close]),
    streamInstead(chain, top, base),
  ]);
}

/** The same of a file that nobody has open: whether anybody still needs it only its owner knows. */
export function sharedFile(
  graph: BlockGraph,
  active: NodeName,
  top: NodeName,
  base: NodeName,
): Caution | undefined {
  const chain = chainOf(graph, rootAbove(graph, active) ?? active);
  for (const name of chain.slice(chain.indexOf(top) + 1, chain.indexOf(base) + 1)) {
    const file = closedFileOver(graph, graph.nodes.get(name)?.filename);
    if (file === undefined) continue;
    const message = `The image ${quoted(file)} lies over ${quoted(name)}: what is merged into ${quoted(base)} will show up there.`;
    const help = [`where it is needed, leave ${quoted(base)} alone: ${streamCommand(chain, top, base)}`];
    return { ...refuse('shared-base', 'base-node', message, help), since: { file: fileKey(file) ?? file } };
  }
  return undefined;
}

function closedFileOver(graph: BlockGraph, below: string | undefined): string | undefined {
  if (below === undefined) return undefined;
  return imagesOver(graph, below).find(
    ({ filename, invalid }) => invalid === undefined && nodesOfFile(graph, filename).length === 0,
  )?.filename;
}

function streamInstead(chain: readonly NodeName[], top: NodeName, base: NodeName): string {
  return `to leave ${quoted(base)} alone, copy the data up instead of down: ${streamCommand(chain, top, base)}`;
}

function streamCommand(chain: readonly NodeName[], top: NodeName, base: NodeName): string {
  const above = chain[chain.indexOf(top) - 1];
  return above === undefined ? `stream ${top}` : `stream ${above} base=${base}`;
}

function topDown(graph: BlockGraph, names: readonly NodeName[]): string {
  const depth = (name: NodeName) => chainOf(graph, name).length;
  return [...names]
    .sort((one, other) => depth(other) - depth(one))
    .map(name => `del ${name}`)
    .join('; ');
}

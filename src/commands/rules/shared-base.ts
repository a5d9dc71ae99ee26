import { allAbove, chainOf, rootAbove, usersAbove } from '../../graph/chain.ts';
import { imagesOver, nodesOfFile } from '../../graph/file-users.ts';
import { fileKey } from '../../graph/files.ts';
import type { BlockGraph, NodeName, Refusal } from '../../graph/graph.ts';
import type { Caution } from '../define.ts';
import { attachmentText, quoted, refuse } from './refusals.ts';

/**
 * Why nothing should be merged into `base`: others use images over it as well, and would find the merged data in place of
 * their own. QEMU merges without a word where nothing forbids that write.
 */
export function sharedBase(
  graph: BlockGraph,
  active: NodeName,
  top: NodeName,
  base: NodeName,
): Refusal | undefined {
  const chain = chainOf(graph, rootAbove(graph, active) ?? active);
  const hurt = hurtBy(graph, chain, top, base);
  const user = hurt.flatMap(name => usersAbove(graph, name))[0];
  if (user === undefined) return undefined;
  const message = `${quoted(base)} is also read by ${hurt.map(quoted).join(', ')}, and ${attachmentText(user)}: what is merged into it would show up there.`;
  return refuse('shared-base', 'base-node', message, [streamInstead(chain, top, base)]);
}

/** The same of open images that nobody uses, as a stream leaves them: whether anybody needs them only their owner knows. */
export function sharedWithLeftovers(
  graph: BlockGraph,
  active: NodeName,
  top: NodeName,
  base: NodeName,
): Caution | undefined {
  const chain = chainOf(graph, rootAbove(graph, active) ?? active);
  const hurt = hurtBy(graph, chain, top, base);
  if (hurt.length === 0) return undefined;
  const them = hurt.length > 1 ? 'them' : 'it';
  const message = `${quoted(base)} is also read by ${hurt.map(quoted).join(', ')}, which nobody uses now: what is merged into it will show up there.`;
  return refuse('shared-base', 'base-node', message, [
    `where nobody needs ${them}, close ${them} first: ${topDown(graph, hurt)}`,
    streamInstead(chain, top, base),
  ]);
}

/** What can be done where nothing may be merged into `base`. */
export function insteadOfCommit(graph: BlockGraph, top: NodeName, base: NodeName): string[] {
  const stream = streamInstead(chainOf(graph, rootAbove(graph, top) ?? top), top, base);
  if (usersAbove(graph, top).length > 0) return [stream];
  const left = [...allAbove(graph, top).filter(name => !graph.nodes.get(name)?.filter), top];
  const them = left.length > 1 ? 'them' : 'it';
  return [
    `where nobody needs ${left.map(quoted).join(', ')}, close ${them}: ${topDown(graph, left)}`,
    stream,
  ];
}

function hurtBy(graph: BlockGraph, chain: readonly NodeName[], top: NodeName, base: NodeName): NodeName[] {
  // What lies over the top reads the same as before, wherever the data are.
  const own = new Set([...chain, ...allAbove(graph, top)]);
  return allAbove(graph, base).filter(name => {
    const node = graph.nodes.get(name);
    if (own.has(name) || node?.filter || node?.invalid !== undefined) return false;
    // Of a graph known in part it is not sure that a node which nothing uses is still there.
    return graph.complete || node?.owner === 'monitor' || usersAbove(graph, name).length > 0;
  });
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

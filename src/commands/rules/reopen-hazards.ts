import { beneathFilters, chainEnds, chainOf, overlaysOf, usersAbove } from '../../graph/chain.ts';
import { plainPath } from '../../graph/file-users.ts';
import { fileKey } from '../../graph/files.ts';
import type { BlockGraph, BlockNode, NodeName, Refusal } from '../../graph/graph.ts';
import type { Caution } from '../define.ts';
import { attachmentText, quoted, refuse } from './refusals.ts';

/** Why a node that is in use should not be reopened so: what it lies over afterwards leaves out images that it has now. */
export function hidesImages(
  before: BlockGraph,
  after: BlockGraph,
  name: NodeName,
  argument: string,
): Refusal | undefined {
  const hidden = hiddenImages(before, after, name);
  const backing = after.nodes.get(name)?.backing;
  if (hidden.length === 0 || !isLeftOut(before, name, backing)) return undefined;
  const [user] = usersAbove(before, name);
  const whose = user ? attachmentText(user) : `${quoted(overlaysOf(before, name)[0] ?? '')} is backed by it`;
  const over = backing ? quoted(backing) : 'nothing';
  return refuse(
    'reopen-hides-data',
    argument,
    `${quoted(name)} would lie over ${over}, and what it reads from ${hidden.map(quoted).join(', ')} would be lost; ${whose}.`,
    [
      `keep what it lies over: give ${quoted(before.nodes.get(name)?.backing ?? '')} as its backing`,
      `to go without ${hidden.length > 1 ? 'them' : 'it'}, copy the data up first: stream ${name}${backing ? ` base=${backing}` : ''}`,
    ],
  );
}

/**
 * Why a node should not be given another file: nothing is copied, so whoever uses it reads what that file holds. An image
 * format has its tables in memory besides, and writes them over what is in the other file, used or not.
 */
export function otherFile(
  before: BlockGraph,
  after: BlockGraph,
  name: NodeName,
  argument: string,
): Refusal | undefined {
  const [was, is] = [before, after].map(graph => storageOf(graph, name));
  const node = before.nodes.get(name);
  if (!node || is === undefined || (was !== undefined && isSameStorage(after, was, is))) return undefined;
  const [user] = usersAbove(before, name);
  const over = overlaysOf(before, name)[0];
  if (!user && over === undefined && (node.driver === 'raw' || node.filter)) return undefined;
  const shown = (each: NodeName | undefined) =>
    each === undefined ? 'its own file' : quoted(after.nodes.get(each)?.filename ?? each);
  const whose = user
    ? `; ${attachmentText(user)}`
    : over === undefined
      ? ', and write its own tables over that'
      : `; ${quoted(over)} is backed by it`;
  return refuse(
    'reopen-hides-data',
    argument,
    `${quoted(name)} would read from ${shown(is)} in place of ${shown(was)}${whose}.`,
    [
      was === undefined ? 'keep its file' : `keep its file: give file=${was}`,
      `to move it to another file, copy it: mirror ${name} target=… filename=…`,
    ],
  );
}

/** The node that holds the bytes of an image, or what a filter shows. */
function storageOf(graph: BlockGraph, name: NodeName): NodeName | undefined {
  const node = graph.nodes.get(name);
  return (node?.filter ? node.backing : node?.children?.['file']) ?? undefined;
}

function isSameStorage(graph: BlockGraph, one: NodeName, other: NodeName): boolean {
  const [a, b] = [one, other].map(name => beneathFilters(graph, name));
  const [file, otherFile] = [a, b].map(name => graph.nodes.get(name ?? '')?.filename);
  return (
    a === b || (file !== undefined && otherFile !== undefined && plainPath(file) === plainPath(otherFile))
  );
}

/** The same of a backing from another chain, which may be a true copy. */
export function perhapsHidesImages(
  before: BlockGraph,
  after: BlockGraph,
  name: NodeName,
  argument: string,
): Caution | undefined {
  const hidden = hiddenImages(before, after, name);
  const backing = after.nodes.get(name)?.backing;
  if (hidden.length === 0 || !backing || isLeftOut(before, name, backing)) return undefined;
  return refuse(
    'reopen-hides-data',
    argument,
    `${quoted(name)} will lie over ${quoted(backing)} in place of ${hidden.map(quoted).join(', ')}: where that is no true copy, its users will read other data.`,
    ['make sure that it is a true copy, and that nobody has written to either since'],
  );
}

/** Whether the backing is a lower image of the chain as it was, or none, so that it surely has less. */
function isLeftOut(before: BlockGraph, name: NodeName, backing: NodeName | null | undefined): boolean {
  return backing === null || (backing !== undefined && chainOf(before, name).includes(backing));
}

/** The images below a used node that its new chain does not have, by name or by file; none where that is not sure. */
function hiddenImages(before: BlockGraph, after: BlockGraph, name: NodeName): NodeName[] {
  const was = before.nodes.get(name);
  const now = after.nodes.get(name);
  if (!was?.backing || was.filter || now?.backing === undefined || now.backing === was.backing) return [];
  if (usersAbove(before, name).length === 0 && overlaysOf(before, name).length === 0) return [];
  const chain = chainOf(after, name);
  if (!chainEnds(after, name) && !isLeftOut(before, name, now.backing)) return [];
  const files = new Set(chain.map(each => fileOf(after.nodes.get(each))));
  return chainOf(before, name)
    .slice(1)
    .filter(each => {
      const node = before.nodes.get(each);
      const file = fileOf(node);
      return !chain.includes(each) && node?.invalid === undefined && (file === undefined || !files.has(file));
    });
}

function fileOf(node: BlockNode | undefined): string | undefined {
  return node?.filename === undefined ? undefined : fileKey(node.filename);
}

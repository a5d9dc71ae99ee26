import { amendNode, dropReleased, replaceNode, withAccess, withoutNode } from '../../graph/change.ts';
import { sizeText } from '../../graph/draw.ts';
import type { BlockGraph, BlockNode, NodeName, Refusal } from '../../graph/graph.ts';
import { holdsNodes } from '../../graph/job-nodes.ts';
import { hasBlindSpot } from '../../graph/partly-known.ts';
import { nodesUsing } from '../../graph/users.ts';
import { checkUnused } from '../rules/blocked.ts';
import { notAttached, quoted, refuse } from '../rules/refusals.ts';

/** Why no overlay can be put on this node: it is not the active layer, or a job is at it. */
export function checkActiveLayer(graph: BlockGraph, argument: string, name: NodeName): Refusal | undefined {
  return checkUnused(graph, argument, name);
}

/** Puts `overlay` between a node and everything that used it. */
export function putOverlay(graph: BlockGraph, below: BlockNode, overlay: BlockNode): BlockGraph {
  const known = amendNode(amendNode(graph, overlay.name, overlay), below.name, {});
  const moved = replaceNode(known, below.name, overlay.name);
  const linked = amendNode(moved, overlay.name, { backing: below.name });
  const closed = withAccess(linked, below.name, true);
  return dropReleased(graph, isLost(closed, overlay) ? withoutImage(closed, overlay.name) : closed);
}

/** Nothing keeps an overlay that the command itself opened and that nobody moved to. */
function isLost(graph: BlockGraph, { name, owner }: BlockNode): boolean {
  if (owner !== 'implicit' || !graph.complete || nodesUsing(graph, name).length > 0) return false;
  if ([...graph.jobs.values()].some(job => holdsNodes(job) && Object.values(job.on ?? {}).includes(name)))
    return false;
  return !graph.attachments.some(({ node }) => node === name);
}

function withoutImage(graph: BlockGraph, name: NodeName): BlockGraph {
  const file = graph.nodes.get(name)?.children?.['file'];
  const gone = withoutNode(graph, name);
  return file === undefined ? gone : withoutNode(gone, file);
}

/** What becomes of an overlay on a node that nothing uses, where that is surely so. */
export function unattached(graph: BlockGraph, argument: string, name: NodeName): Refusal | undefined {
  if (!graph.complete || hasUser(graph, name) || hasBlindSpot(graph)) return undefined;
  return notAttached(argument, name, 'nobody would write to the new overlay');
}

/** Whether something outside the graph reads the very node: of a filter the users of what it filters are not its own. */
function hasUser(graph: BlockGraph, name: NodeName): boolean {
  const reading = new Set([name]);
  for (const node of reading) for (const user of nodesUsing(graph, node)) reading.add(user.name);
  return graph.attachments.some(({ node }) => reading.has(node));
}

/** Why an overlay cuts off what is below it: the guest sees a disk of the overlay's size. */
export function cutsOff(
  argument: string,
  node: BlockNode,
  overlay: { readonly name: string; readonly size?: number },
): Refusal | undefined {
  const [below, above] = [node.size, overlay.size];
  if (below === undefined || above === undefined || above >= below) return undefined;
  return refuse(
    'overlay-too-small',
    argument,
    `${quoted(overlay.name)} has ${sizeText(above)} and ${quoted(node.name)} ${sizeText(below)}: the disk would become smaller, and what lies behind its new end could not be read.`,
    [`give an overlay of ${sizeText(below)} or more`],
  );
}

import { usersAbove } from '../../graph/chain.ts';
import { amendNode, dropReleased, replaceNode, withoutNode } from '../../graph/change.ts';
import type { BlockGraph, BlockNode, NodeName, Refusal } from '../../graph/graph.ts';
import { holdsNodes } from '../../graph/job-nodes.ts';
import { hasBlindSpot } from '../../graph/partly-known.ts';
import { nodesUsing } from '../../graph/users.ts';
import { checkUnused } from '../rules/blocked.ts';
import { notAttached } from '../rules/refusals.ts';

/** Why no overlay can be put on this node: it is not the active layer, or a job is at it. */
export function checkActiveLayer(graph: BlockGraph, argument: string, name: NodeName): Refusal | undefined {
  return checkUnused(graph, argument, name);
}

/** Puts `overlay` between a node and everything that used it. */
export function putOverlay(graph: BlockGraph, below: BlockNode, overlay: BlockNode): BlockGraph {
  const known = amendNode(amendNode(graph, overlay.name, overlay), below.name, {});
  const moved = replaceNode(known, below.name, overlay.name);
  const linked = amendNode(moved, overlay.name, { backing: below.name });
  const closed = amendNode(linked, below.name, { readOnly: true });
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
  if (!graph.complete || usersAbove(graph, name).length > 0 || hasBlindSpot(graph)) return undefined;
  return notAttached(argument, name, 'nobody would write to the new overlay');
}

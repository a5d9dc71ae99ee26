import { overlaysOf, usersAbove } from '../graph/chain.ts';
import { amendNode, dropReleased, replaceNode } from '../graph/change.ts';
import type { BlockGraph, BlockNode, NodeName, Refusal } from '../graph/graph.ts';
import { checkFree } from './find.ts';
import { chainFact, leftoverHelp, notAttached, quoted, refuse } from './refusals.ts';

/** Why no overlay can be put on this node: it is not the active layer, or a job is at it. */
export function checkActiveLayer(graph: BlockGraph, argument: string, name: NodeName): Refusal | undefined {
  const [overlay] = overlaysOf(graph, name);
  if (overlay !== undefined) {
    const message = `${quoted(name)} is already the backing of ${quoted(overlay)}; only an active layer gets a new overlay: ${chainFact(graph, name)}.`;
    return refuse('not-a-root', argument, message, leftoverHelp(graph, name));
  }
  return checkFree(graph, argument, name);
}

/** Puts `overlay` between a node and everything that used it. */
export function putOverlay(graph: BlockGraph, below: BlockNode, overlay: BlockNode): BlockGraph {
  const known = amendNode(amendNode(graph, overlay.name, overlay), below.name, {});
  const moved = replaceNode(known, below.name, overlay.name);
  const linked = amendNode(moved, overlay.name, { backing: below.name });
  return dropReleased(graph, amendNode(linked, below.name, { readOnly: true }));
}

/** What becomes of an overlay on a node that nothing uses, where that is surely so. */
export function unattached(graph: BlockGraph, argument: string, name: NodeName): Refusal | undefined {
  if (!graph.complete || usersAbove(graph, name).length > 0) return undefined;
  return notAttached(argument, name, 'nobody would write to the new overlay');
}

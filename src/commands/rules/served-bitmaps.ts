import type { BlockGraph, NodeName, Refusal } from '../../graph/graph.ts';
import type { Arguments } from '../define.ts';
import { quoted, refuse } from './refusals.ts';

/**
 * Why a command should not be sent that closes or resizes a node while an export shows one of its bitmaps: QEMU does not look,
 * and ends on the spot. A commit resizes its base as soon as it runs.
 */
export function disturbsServed(before: BlockGraph, after: BlockGraph, args: Arguments): Refusal | undefined {
  for (const { id, bitmaps } of after.attachments) {
    for (const { node, name } of bitmaps ?? []) {
      const does = !after.nodes.has(node) ? 'close' : isResized(before, after, node) ? 'resize' : undefined;
      if (does === undefined || !before.nodes.has(node)) continue;
      const message = `This would ${does} ${quoted(node)} while the export ${quoted(id)} shows its bitmap ${quoted(name)}: QEMU crashes at that.`;
      const help = [`end the export first: block-export-del id=${id}`];
      return { ...refuse('bitmap-busy', args.naming(node), message, help), harmful: true };
    }
  }
  return undefined;
}

function isResized(before: BlockGraph, after: BlockGraph, node: NodeName): boolean {
  const [was, now] = [before.nodes.get(node)?.size, after.nodes.get(node)?.size];
  if (was !== undefined && now !== undefined && was !== now) return true;
  return [...after.jobs.values()].some(
    job => job.grows && job.on?.['base-node'] === node && !before.jobs.has(job.id),
  );
}

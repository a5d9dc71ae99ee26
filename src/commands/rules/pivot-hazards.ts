import { attachmentsOf, isBelow } from '../../graph/chain.ts';
import type { BlockGraph, BlockJob, BlockNode, NodeName, Refusal } from '../../graph/graph.ts';
import { hasBlindSpot } from '../../graph/partly-known.ts';
import type { Caution } from '../define.ts';
import { notAttached, quoted, refuse } from './refusals.ts';

/** Why a job that is ready should not be completed: the guest would lose data, or nobody would move. */
export function pivotHazard(graph: BlockGraph, job: BlockJob, argument: string): Refusal | undefined {
  const { device, target, replaces } = job.on ?? {};
  const source = graph.nodes.get(device ?? '');
  const copy = graph.nodes.get(target ?? '');
  const partial = job.type === 'mirror' && source && copy ? partialCopy(graph, job, source, copy) : undefined;
  if (partial) {
    const help = [
      `end it without moving the guest: cancel ${job.id}`,
      'to move the guest, copy everything: sync=full',
    ];
    return { ...refuse(partial.code, argument, partial.message, help), since: { job: job.id } };
  }
  // What a job replaces is a child of another node, which has the users.
  if (device === undefined || replaces !== undefined || !graph.complete) return undefined;
  return attachmentsOf(graph, device).length > 0 || hasBlindSpot(graph)
    ? undefined
    : notAttached(argument, device, 'nobody would move to the other image');
}

function partialCopy(
  graph: BlockGraph,
  job: BlockJob,
  source: BlockNode,
  copy: BlockNode,
): { code: string; message: string } | undefined {
  if (isRemote(graph, copy)) return undefined;
  const { sync } = job;
  const [from, to] = [quoted(source.name), quoted(copy.name)];
  const backing = backingOnceWhole(job, copy);
  if (sync === 'top' && backing === null && source.backing) {
    return {
      code: 'target-without-backing',
      message: `${to} has only what ${from} itself holds and lies over nothing: the guest would lose what is below, from ${quoted(source.backing)} down.`,
    };
  }
  if (sync === 'top' && backing && source.backing && isBelow(graph, backing, source.backing)) {
    return {
      code: 'target-over-other-backing',
      message: `${to} has only what ${from} itself holds and lies over ${quoted(backing)}: the guest would lose what is between, from ${quoted(source.backing)} down.`,
    };
  }
  if (sync === 'none' && backing === null) {
    return {
      code: 'pivot-to-partial-copy',
      message: `With \`sync=none\` ${to} has only what was written to ${from} since the start: the guest would lose the rest.`,
    };
  }
  return undefined;
}

/** What a target lies over when the guest moves to it: QEMU attaches that at the end where it opened the target itself. */
function backingOnceWhole(job: BlockJob, copy: BlockNode): NodeName | null | undefined {
  if (job.backs !== undefined) return job.backs;
  if (copy.owner !== 'implicit' || copy.backing !== null) return copy.backing;
  // A file that was there brings what it records.
  return copy.backingString === null ? null : undefined;
}

/** Whether a target is on the other side of a network, where it may lie over anything. */
export function isRemote(graph: BlockGraph, node: BlockNode): boolean {
  const protocol = graph.nodes.get(node.children?.['file'] ?? '');
  return node.driver === 'nbd' || protocol?.driver === 'nbd';
}

/** A copy of the top alone goes over the target's own backing image: that has to hold what the source's holds. */
export function overOtherBacking(
  graph: BlockGraph,
  sync: string | undefined,
  source: BlockNode,
  target: BlockNode,
): Caution | undefined {
  if (sync !== 'top' || !target.backing || source.backing === undefined) return undefined;
  if (target.backing === source.backing || isRemote(graph, target)) return undefined;
  const over = source.backing === null ? 'nothing' : quoted(source.backing);
  return refuse(
    'target-over-other-backing',
    'target',
    `${quoted(target.name)} lies over ${quoted(target.backing)} and ${quoted(source.name)} over ${over}: where these differ, a copy of the top alone holds other data.`,
    [
      source.backing === null
        ? 'copy everything: sync=full'
        : `open the target with backing=${source.backing}; a true copy of that image is as good`,
    ],
  );
}

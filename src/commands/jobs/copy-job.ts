import { chainOf } from '../../graph/chain.ts';
import type { BlockGraph, BlockNode, NodeName, Refusal } from '../../graph/graph.ts';
import { type Arguments, isRefusal } from '../define.ts';
import { checkFree, findDeviceNode } from '../rules/find.ts';
import { saidByQemu } from '../rules/qemu-error.ts';
import { nodeInUse, quoted, refuse, sizeMismatch, usersOf } from '../rules/refusals.ts';
import { checkBackupBitmap, takeBitmap } from './backup-bitmap.ts';
import { checkFilterName, checkJobId, startJob } from './start-job.ts';

/** The two ends of a copy into a node that is already open. */
export interface Ends {
  readonly source: BlockNode;
  readonly target: BlockNode;
}

/** The source and the target that blockdev-mirror and blockdev-backup are given. */
export function findEnds(graph: BlockGraph, args: Arguments): Ends | Refusal | undefined {
  const source = findDeviceNode(graph, args, 'device');
  if (isRefusal(source)) return source;
  const target = findDeviceNode(graph, args, 'target');
  if (isRefusal(target)) return target;
  return source && target ? { source, target } : undefined;
}

/** Whether both sizes are known and differ. */
export function sizesDiffer({ source, target }: Ends): boolean {
  return source.size !== undefined && target.size !== undefined && source.size !== target.size;
}

/** Starts a backup into an open node, or says what stands against it. */
export function startBackup(graph: BlockGraph, args: Arguments, ends: Ends): BlockGraph | Refusal {
  const { source, target } = ends;
  const wrong =
    checkBackupBitmap(graph, args, source) ??
    checkSame(source.name, target.name, 'Source and target cannot be the same') ??
    checkFree(graph, 'device', source.name) ??
    checkFree(graph, 'target', target.name) ??
    (sizesDiffer(ends)
      ? saidByQemu(sizeMismatch(source, target), 'Source and target image have different sizes')
      : undefined) ??
    checkFilterName(graph, args) ??
    checkJobId(graph, args);
  if (wrong) return wrong;
  const taken = takeBitmap(graph, args, source);
  return startJob(taken, args, 'backup', { device: source.name, target: target.name });
}

function checkSame(source: NodeName, target: NodeName, desc: string): Refusal | undefined {
  if (source !== target) return undefined;
  const message = `${quoted(source)} can't be copied onto itself.`;
  return saidByQemu(refuse('target-is-source', 'target', message, ['give another target']), desc);
}

/** Why nothing good comes of a backup into this node, although QEMU makes it. */
export function targetHazard(graph: BlockGraph, source: NodeName, target: NodeName): Refusal | undefined {
  if (chainOf(graph, source).includes(target)) {
    return refuse('target-is-source', 'target', `${quoted(target)} is part of the chain that is copied.`, [
      'give a target that the source does not read from',
    ]);
  }
  const users = usersOf(graph, target);
  return users.length > 0
    ? nodeInUse('target', target, users, ['a copy needs its target for itself'])
    : undefined;
}

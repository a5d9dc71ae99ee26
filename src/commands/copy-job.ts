import { chainOf } from '../graph/chain.ts';
import { withNode } from '../graph/change.ts';
import type { BlockGraph, BlockNode, NodeName, Refusal } from '../graph/graph.ts';
import { type Arguments, isRefusal } from './define.ts';
import { checkFree, checkNewName, checkRoot, findDeviceNode, findNode, madeUpName } from './find.ts';
import { nodeInUse, quoted, refuse, sizeMismatch, usersOf } from './refusals.ts';
import { checkJobId, jobIdOf, startJob } from './start-job.ts';

/** The two ends of a copy into a node that is already open. */
export interface Ends {
  readonly source: BlockNode;
  readonly target: BlockNode;
}

/** The source and the target that blockdev-mirror and blockdev-backup are given. */
export function findEnds(graph: BlockGraph, args: Arguments): Ends | Refusal | undefined {
  const source = findDeviceNode(graph, args, 'device');
  if (isRefusal(source)) return source;
  const target = findNode(graph, args, 'target');
  if (isRefusal(target)) return target;
  return source && target ? { source, target } : undefined;
}

/** Whether both sizes are known and differ. */
export function sizesDiffer({ source, target }: Ends): boolean {
  return source.size !== undefined && target.size !== undefined && source.size !== target.size;
}

/** Starts a mirror or a backup into an open node, or says what stands against it. */
export function startCopy(
  graph: BlockGraph,
  args: Arguments,
  type: 'mirror' | 'backup',
  ends: Ends,
): BlockGraph | Refusal {
  const { source, target } = ends;
  const wrong =
    (type === 'mirror' ? checkRoot(graph, 'device', source.name) : checkFree(graph, 'device', source.name)) ??
    checkTarget(graph, source.name, target.name) ??
    (type === 'backup' && sizesDiffer(ends) ? sizeMismatch(source, target) : undefined) ??
    checkJobId(graph, args);
  if (wrong) return wrong;
  const replaces = type === 'mirror' ? args.text('replaces') : undefined;
  return startJob(graph, args, type, { device: source.name, target: target.name, replaces });
}

function checkTarget(graph: BlockGraph, source: NodeName, target: NodeName): Refusal | undefined {
  if (source === target) {
    return refuse('target-is-source', 'target', `${quoted(source)} can't be copied onto itself.`, [
      'give another target',
    ]);
  }
  const held = checkFree(graph, 'target', target);
  if (held) return held;
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

/** Starts drive-mirror or drive-backup: the job opens its target itself, which goes when nothing uses it any more. */
export function startDriveCopy(
  graph: BlockGraph,
  args: Arguments,
  type: 'mirror' | 'backup',
): BlockGraph | Refusal {
  const source = findDeviceNode(graph, args, 'device');
  if (!source) return graph;
  if (isRefusal(source)) return source;
  const name = args.text('node-name');
  const wrong =
    (type === 'mirror' ? checkRoot(graph, 'device', source.name) : checkFree(graph, 'device', source.name)) ??
    checkNewName(graph, 'node-name', name, source.name) ??
    checkJobId(graph, args);
  if (wrong) return wrong;
  const target: BlockNode = {
    name: name ?? madeUpName(graph, `target-of-${jobIdOf(graph, args) ?? type}`),
    owner: 'implicit',
    ...(args.text('target') === undefined ? {} : { filename: args.text('target') as string }),
    ...(args.text('format') === undefined ? {} : { driver: args.text('format') as string }),
    ...(source.size === undefined ? {} : { size: source.size }),
    ...backingOf(args, type, source),
  };
  return startJob(withNode(graph, target), args, type, { device: source.name, target: target.name });
}

/** QEMU opens a mirror's target with the backing that its `sync` calls for; a backup's reads nothing of the source's chain. */
function backingOf(
  args: Arguments,
  type: 'mirror' | 'backup',
  source: BlockNode,
): { backing?: NodeName | null } {
  if (args.text('mode') === 'existing') return {};
  const sync = args.text('sync');
  if (type === 'mirror' && sync === 'none') return { backing: source.name };
  if (sync === 'full') return { backing: null };
  return source.backing === undefined ? {} : { backing: source.backing };
}

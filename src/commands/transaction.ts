import { amendBitmap, withoutBitmap } from '../graph/bitmaps.ts';
import { withJob } from '../graph/change.ts';
import type { BlockGraph, NodeName, Refusal } from '../graph/graph.ts';
import { isObject } from '../qmp/json.ts';
import { blockDirtyBitmapAdd } from './block-dirty-bitmap-add.ts';
import { blockDirtyBitmapClear } from './block-dirty-bitmap-clear.ts';
import { blockDirtyBitmapDisable } from './block-dirty-bitmap-disable.ts';
import { blockDirtyBitmapEnable } from './block-dirty-bitmap-enable.ts';
import { blockDirtyBitmapMerge } from './block-dirty-bitmap-merge.ts';
import { blockdevBackup } from './blockdev-backup.ts';
import { blockdevSnapshot } from './blockdev-snapshot.ts';
import { blockdevSnapshotSync } from './blockdev-snapshot-sync.ts';
import { Arguments, type CommandModel, isRefusal } from './define.ts';
import { driveBackup } from './drive-backup.ts';
import { checkBitmap, findBitmap } from './rules/bitmaps.ts';
import { findDeviceNode } from './rules/find.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { quoted, refuse } from './rules/refusals.ts';

/** A removed bitmap is there, and in use, until all actions are prepared: its name isn't free for the others. */
const removal: CommandModel = {
  name: 'block-dirty-bitmap-remove',
  apply(graph, args) {
    const found = findBitmap(graph, args, 'node', 'name');
    if (!found || isRefusal(found)) return found ?? graph;
    const wrong = checkBitmap(found, 'remove', 'name');
    return wrong ?? amendBitmap(graph, found.node.name, found.name, { busy: true });
  },
};

/** The snapshot lies inside the image, where nothing is told of it. */
const internalSnapshot: CommandModel = {
  name: 'blockdev-snapshot-internal-sync',
  apply(graph, args) {
    const node = findDeviceNode(graph, args, 'device');
    return isRefusal(node) ? node : graph;
  },
};

const ACTIONS: ReadonlyMap<string, CommandModel> = new Map(
  [
    blockDirtyBitmapAdd,
    blockDirtyBitmapClear,
    blockDirtyBitmapDisable,
    blockDirtyBitmapEnable,
    blockDirtyBitmapMerge,
    blockdevBackup,
    blockdevSnapshot,
    blockdevSnapshotSync,
    driveBackup,
    internalSnapshot,
    removal,
  ].map(model => [model.name, model]),
);

const JOBS: ReadonlySet<string> = new Set(['blockdev-backup', 'drive-backup']);

/**
 * Applies its actions in their order, all of them or none; only files that they made stay. With `completion-mode=grouped`
 * the jobs that it starts end together.
 */
export const transaction: CommandModel = {
  name: 'transaction',
  apply(graph, args) {
    const prepared = each(graph, args, (now, model, data) => model.apply(now, data));
    if (isRefusal(prepared)) return prepared;
    const removed = removals(prepared, args).reduce(
      (now, [node, name]) => withoutBitmap(now, node, name),
      prepared,
    );
    return isGrouped(args) ? grouped(graph, removed) : removed;
  },
  hazard(graph, args) {
    const outcome = each(
      graph,
      args,
      (now, model, data) => model.hazard?.(now, data) ?? model.apply(now, data),
    );
    return isRefusal(outcome) ? outcome : undefined;
  },
};

function actionsOf(args: Arguments): { readonly type: string; readonly data: Arguments }[] {
  const actions = args.value('actions');
  return (Array.isArray(actions) ? actions : []).map(action => ({
    type: isObject(action) ? String(action['type']) : '',
    data: new Arguments(isObject(action) ? action['data'] : undefined),
  }));
}

function isGrouped(args: Arguments): boolean {
  return new Arguments(args.value('properties')).text('completion-mode') === 'grouped';
}

function each(
  graph: BlockGraph,
  args: Arguments,
  carryOut: (graph: BlockGraph, model: CommandModel, data: Arguments) => BlockGraph | Refusal,
): BlockGraph | Refusal {
  let now = graph;
  for (const [at, { type, data }] of actionsOf(args).entries()) {
    const path = `actions.${at}`;
    if (type === 'abort') return hanging(args, at, aborted(`${path}.type`));
    if (isGrouped(args) && ACTIONS.has(type) && !JOBS.has(type)) return hanging(args, at, notInGroup(type));
    const model = ACTIONS.get(type);
    if (!model) continue;
    const outcome = carryOut(now, model, data);
    if (isRefusal(outcome)) return hanging(args, at, crashing(type, inside(outcome, path)));
    now = outcome;
  }
  return now;
}

function inside(refusal: Refusal, path: string): Refusal {
  return { ...refusal, argument: `${path}.data.${refusal.argument ?? ''}` };
}

function aborted(argument: string): Refusal {
  const message = 'The action `abort` makes the whole transaction fail, so that nothing comes of it.';
  return saidByQemu(
    refuse('transaction-abort', argument, message, ['leave it out']),
    'Transaction aborted using Abort action',
  );
}

function notInGroup(type: string): Refusal {
  const message = `\`completion-mode=grouped\` is for jobs only, and ${quoted(type)} starts none.`;
  const refusal = refuse('not-in-group', 'properties.completion-mode', message, [
    'put the jobs into a transaction of their own',
  ]);
  const desc = `Action '${type}' does not support Transaction property completion-mode = grouped`;
  return crashing(type, saidByQemu(refusal, desc));
}

/** Taking back an `enable` that came to nothing crashes every QEMU so far. */
function crashing(type: string, refusal: Refusal): Refusal {
  if (type !== blockDirtyBitmapEnable.name) return refusal;
  const help = [...(refusal.help ?? []), 'do not try it: QEMU crashes when it refuses this in a transaction'];
  return { ...refusal, help, harmful: true };
}

/** Taking back two jobs of one group never comes to an end in any QEMU so far. */
function hanging(args: Arguments, at: number, refusal: Refusal): Refusal {
  const begun = actionsOf(args).slice(0, at);
  if (!isGrouped(args) || begun.filter(({ type }) => JOBS.has(type)).length < 2) return refusal;
  const help = [
    ...(refusal.help ?? []),
    'do not try it: QEMU hangs when it refuses this after it has begun two jobs of a group',
  ];
  return { ...refusal, help, harmful: true };
}

function removals(graph: BlockGraph, args: Arguments): [NodeName, string][] {
  return actionsOf(args).flatMap(({ type, data }): [NodeName, string][] => {
    if (type !== removal.name) return [];
    const node = findDeviceNode(graph, data, 'node');
    const name = data.text('name');
    return node && !isRefusal(node) && name !== undefined ? [[node.name, name]] : [];
  });
}

function grouped(before: BlockGraph, after: BlockGraph): BlockGraph {
  const started = [...after.jobs.values()].filter(job => before.jobs.get(job.id) !== job);
  const [first] = started;
  if (!first) return after;
  return started.reduce((now, job) => withJob(now, { ...job, group: first.id }), after);
}

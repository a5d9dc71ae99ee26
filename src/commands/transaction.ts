import type { BlockGraph, Refusal } from '../graph/graph.ts';
import { isObject } from '../qmp/json.ts';
import { blockdevBackup } from './blockdev-backup.ts';
import { blockdevSnapshot } from './blockdev-snapshot.ts';
import { blockdevSnapshotSync } from './blockdev-snapshot-sync.ts';
import { Arguments, type CommandModel, isRefusal } from './define.ts';
import { driveBackup } from './drive-backup.ts';

const ACTIONS = new Map(
  [blockdevBackup, blockdevSnapshot, blockdevSnapshotSync, driveBackup].map(model => [model.name, model]),
);

/** Applies its actions in their order, all of them or none. Actions that leave the graph alone are passed over. */
export const transaction: CommandModel = {
  name: 'transaction',
  apply(graph, args) {
    return each(graph, args, (now, model, data) => model.apply(now, data));
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

function each(
  graph: BlockGraph,
  args: Arguments,
  carryOut: (graph: BlockGraph, model: CommandModel, data: Arguments) => BlockGraph | Refusal,
): BlockGraph | Refusal {
  const actions = args.value('actions');
  let now = graph;
  for (const [at, action] of Array.isArray(actions) ? actions.entries() : []) {
    const model = isObject(action) ? ACTIONS.get(String(action['type'])) : undefined;
    if (!model) continue;
    const outcome = carryOut(now, model, new Arguments(action.data));
    if (isRefusal(outcome)) return { ...outcome, argument: `actions.${at}.data.${outcome.argument ?? ''}` };
    now = outcome;
  }
  return now;
}

import { chainOf } from '../graph/chain.ts';
import { amendNode, dropReleased } from '../graph/change.ts';
import type { BlockGraph, Refusal } from '../graph/graph.ts';
import { isObject } from '../qmp/json.ts';
import { Arguments, type CommandModel, isRefusal } from './define.ts';
import { checkFree, findNode } from './find.ts';
import { quoted, refuse } from './refusals.ts';

/** Gives open nodes new options, of which the backing and the access count here; all of them or none. */
export const blockdevReopen: CommandModel = {
  name: 'blockdev-reopen',
  apply(graph, args) {
    const options = args.value('options');
    let now = graph;
    for (const one of Array.isArray(options) ? options.filter(isObject) : []) {
      const outcome = reopen(now, new Arguments(one));
      if (isRefusal(outcome)) return outcome;
      now = outcome;
    }
    return dropReleased(graph, now);
  },
};

function reopen(graph: BlockGraph, args: Arguments): BlockGraph | Refusal {
  const node = findNode(graph, args, 'node-name');
  if (!node || isRefusal(node)) return node ?? graph;
  const readOnly = args.flag('read-only') ?? false;
  const access = amendNode(graph, node.name, { readOnly });
  if (args.value('backing') === null) {
    return checkFree(graph, 'node-name', node.name) ?? amendNode(access, node.name, { backing: null });
  }
  const backing = findNode(access, args, 'backing');
  if (!backing || isRefusal(backing)) return backing ?? access;
  if (backing.name === node.backing) return access;
  if (chainOf(access, backing.name).includes(node.name)) {
    const message = `${quoted(backing.name)} reads from ${quoted(node.name)}, so it can't be its backing.`;
    return refuse('backing-cycle', 'backing', message);
  }
  const held = checkFree(graph, 'node-name', node.name);
  const known = amendNode(access, backing.name, {});
  return held ?? amendNode(known, node.name, { backing: backing.name });
}

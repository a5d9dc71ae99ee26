import { dropReleased, withoutNode } from '../graph/change.ts';
import { type CommandModel, isRefusal } from './define.ts';
import { checkFree, findNode } from './find.ts';
import { nodeInUse, quoted, refuse, usersOf } from './refusals.ts';

/** Lets go of a node that blockdev-add made; its implicit children go with it. */
export const blockdevDel: CommandModel = {
  name: 'blockdev-del',
  apply(graph, args) {
    const node = findNode(graph, args, 'node-name');
    if (!node || isRefusal(node)) return node ?? graph;
    const held = checkFree(graph, 'node-name', node.name);
    if (held) return held;
    const users = usersOf(graph, node.name);
    if (users.length > 0)
      return nodeInUse('node-name', node.name, users, ['nodes are deleted from the top down']);
    if (node.owner === 'implicit') {
      return refuse(
        'not-monitor-owned',
        'node-name',
        `${quoted(node.name)} was not made by blockdev-add, so it can't be deleted.`,
        ['it goes by itself when nothing uses it any more'],
      );
    }
    const gone = withoutNode(graph, node.name);
    const children = [node.backing, ...Object.values(node.children ?? {})].filter(
      child => typeof child === 'string',
    );
    return children.some(child => gone.nodes.has(child)) ? dropReleased(graph, gone) : gone;
  },
};

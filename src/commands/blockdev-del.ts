import { attachmentsOf } from '../graph/chain.ts';
import { dropReleased, withoutNode } from '../graph/change.ts';
import type { BlockGraph, NodeName } from '../graph/graph.ts';
import { hasEnded, isActiveCommit } from '../graph/job.ts';
import { type CommandModel, isRefusal } from './define.ts';
import { checkFree, checkUnused } from './rules/blocked.ts';
import { findOwnNode } from './rules/find.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { nodeInUse, quoted, refuse, usersOf } from './rules/refusals.ts';

/** Lets go of a node that blockdev-add made; its implicit children go with it. */
export const blockdevDel: CommandModel = {
  name: 'blockdev-del',
  apply(graph, args) {
    const node = findOwnNode(graph, args, 'node-name');
    if (!node || isRefusal(node)) return node ?? graph;
    const users = usersOf(graph, node.name);
    const inUse = nodeInUse('node-name', node.name, users, howToFree(graph, node.name));
    if (hasBackend(graph, node.name))
      return saidByQemu(
        users.length > 0 ? inUse : (checkFree(graph, 'node-name', node.name) ?? inUse),
        `Node ${node.name} is in use`,
      );
    const held = checkUnused(graph, 'node-name', node.name);
    if (held)
      return users.length > 0 && held.code === 'not-a-root'
        ? { ...inUse, ...(held.qemu ? { qemu: held.qemu } : {}) }
        : held;
    if (node.owner === 'implicit') {
      return saidByQemu(
        refuse(
          'not-monitor-owned',
          'node-name',
          `${quoted(node.name)} was not made by blockdev-add, so it can't be deleted.`,
          ['it goes by itself when nothing uses it any more'],
        ),
        `Node ${node.name} is not owned by the monitor`,
      );
    }
    if (users.length > 0) return saidByQemu(inUse, `Block device ${node.name} is in use`);
    const gone = withoutNode(graph, node.name);
    const children = [node.backing, ...Object.values(node.children ?? {})].filter(
      child => typeof child === 'string',
    );
    return children.some(child => gone.nodes.has(child)) ? dropReleased(graph, gone) : gone;
  },
};

/** Whether a user from outside the graph, or a job's own, is directly at the node. */
function hasBackend(graph: BlockGraph, name: NodeName): boolean {
  if (graph.attachments.some(({ node }) => node === name)) return true;
  return [...graph.jobs.values()].some(job => {
    if (hasEnded(job.status)) return false;
    const { target, 'base-node': base, 'top-node': top } = job.on ?? {};
    if (job.type === 'mirror') return target === name;
    if (job.type === 'stream') return job.filter === name;
    return job.type === 'commit' && (base === name || (!isActiveCommit(job) && top === name));
  });
}

/** What has to go before a node can. */
function howToFree(graph: BlockGraph, name: NodeName): string[] {
  const help = attachmentsOf(graph, name).flatMap(({ kind, id }) => {
    if (kind === 'export') return [`end the export first: block-export-del id=${id}`];
    return kind === 'device' ? [`take the disk from the guest first: device_del id=${id}`] : [];
  });
  return help.length > 0 ? help : ['nodes are deleted from the top down'];
}

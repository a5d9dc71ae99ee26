import { beneathFilters } from '../graph/chain.ts';
import { amendNode, dropReleased } from '../graph/change.ts';
import type { BlockGraph, BlockNode, Refusal } from '../graph/graph.ts';
import { readsFrom } from '../graph/users.ts';
import { isObject } from '../qmp/json.ts';
import { Arguments, type CommandModel, isRefusal } from './define.ts';
import { checkLink } from './rules/blocked.ts';
import { findNode, findOwnNode } from './rules/find.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { invalidNode, quoted, refuse } from './rules/refusals.ts';

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
  hazard(graph, args) {
    const options = args.value('options');
    if (!Array.isArray(options)) return undefined;
    if (options.length === 0) {
      return refuse('empty-list', 'options', 'An empty list of options crashes QEMU.', [
        'name the nodes to reopen: options=[{"node-name": …, "driver": …}]',
      ]);
    }
    for (const [at, one] of options.entries()) {
      const backing = isObject(one) ? graph.nodes.get(String(one['backing'])) : undefined;
      if (backing?.invalid !== undefined) return invalidNode(`options.${at}.backing`, backing);
    }
    return undefined;
  },
};

/** The same before QEMU 6.1: one node, its options not in a list. */
export const xBlockdevReopen: CommandModel = {
  name: 'x-blockdev-reopen',
  apply(graph, args) {
    const outcome = reopen(graph, args);
    return isRefusal(outcome) ? outcome : dropReleased(graph, outcome);
  },
};

function reopen(graph: BlockGraph, args: Arguments): BlockGraph | Refusal {
  const node = findOwnNode(graph, args, 'node-name');
  if (!node || isRefusal(node)) return node ?? graph;
  const driver = args.text('driver');
  if (driver !== undefined && node.driver !== undefined && driver !== node.driver) {
    const message = `${quoted(node.name)} is open as ${node.driver}, and stays so.`;
    return saidByQemu(
      refuse('bad-value', 'driver', message, [`give driver=${node.driver}`]),
      "Cannot change the option 'driver'",
    );
  }
  const closed = checkOwnFile(graph, args, node);
  if (closed) return closed;
  const access = amendNode(graph, node.name, { readOnly: args.flag('read-only') ?? false });
  const given = args.value('backing');
  if (given === undefined) return mustSayBacking(node) ?? access;
  const backing = given === null ? null : findNode(access, args, 'backing');
  if (backing && isRefusal(backing)) return backing;
  if (backing === undefined || (backing?.name ?? null) === node.backing) return access;
  if (node.backing?.startsWith('#') && graph.nodes.get(node.backing)?.filter) {
    if (backing?.name === beneathFilters(graph, node.backing)) return access;
    const message = `A job's filter lies between ${quoted(node.name)} and its backing, and it stays there.`;
    return saidByQemu(
      refuse('frozen-link', 'backing', message, ['wait for the job to end']),
      `Cannot replace implicit backing child of ${node.name}`,
    );
  }
  if (backing && readsFrom(access, backing.name, node.name)) {
    const message = `${quoted(backing.name)} reads from ${quoted(node.name)}, so it can't be its backing.`;
    return saidByQemu(
      refuse('backing-cycle', 'backing', message),
      `Making '${backing.name}' a backing child of '${node.name}' would create a cycle`,
    );
  }
  const frozen = checkLink(graph, 'node-name', node.name);
  if (frozen) return frozen;
  const known = backing ? amendNode(access, backing.name, {}) : access;
  return amendNode(known, node.name, { backing: backing?.name ?? null });
}

/** A file that was opened with its image follows it to `read-only=false` only where that is said. */
function checkOwnFile(graph: BlockGraph, args: Arguments, node: BlockNode): Refusal | undefined {
  const file = graph.nodes.get(node.children?.['file'] ?? '');
  if (args.has('read-only') || node.readOnly !== true || node.driver === 'raw' || file?.owner !== 'implicit')
    return undefined;
  const message = `The file of ${quoted(node.name)} is read-only, and a reopen that does not say otherwise leaves it so.`;
  return saidByQemu(
    refuse('missing-argument', 'read-only', message, ['give read-only=true or read-only=false']),
    'Block node is read-only',
  );
}

/** What a reopen leaves unsaid goes back to its default, and of the backing QEMU wants it said. */
function mustSayBacking(node: BlockNode): Refusal | undefined {
  if (node.filter || (!node.backing && !node.backingString)) return undefined;
  return saidByQemu(
    refuse('missing-argument', 'backing', `A reopen of ${quoted(node.name)} has to name its backing again.`, [
      `give backing=${node.backing ?? 'null'}`,
    ]),
    `backing is missing for '${node.name}'`,
  );
}

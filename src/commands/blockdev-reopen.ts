import { beneathFilters } from '../graph/chain.ts';
import { amendNode, dropReleased, withAccess } from '../graph/change.ts';
import type { BlockGraph, BlockNode, Refusal } from '../graph/graph.ts';
import { tellingOptions } from '../graph/node-options.ts';
import { readsFrom } from '../graph/users.ts';
import { isObject } from '../qmp/json.ts';
import { Arguments, type CommandModel, isRefusal } from './define.ts';
import { checkLink } from './rules/blocked.ts';
import { findNode, findOwnNode } from './rules/find.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { invalidNode, quoted, refuse } from './rules/refusals.ts';
import { hidesImages, otherFile, perhapsHidesImages } from './rules/reopen-hazards.ts';

/** Gives open nodes new options, of which the file, the backing and the access count here; all of them or none. */
export const blockdevReopen: CommandModel = {
  name: 'blockdev-reopen',
  apply(graph, args) {
    const outcome = reopenAll(graph, args);
    return isRefusal(outcome) ? outcome : dropReleased(graph, outcome);
  },
  hazard(graph, args) {
    const options = args.value('options');
    if (!Array.isArray(options)) return undefined;
    if (options.length === 0) {
      const refusal = refuse('empty-list', 'options', 'An empty list of options crashes QEMU.', [
        'name the nodes to reopen: options=[{"node-name": …, "driver": …}]',
      ]);
      return { ...refusal, harmful: true };
    }
    for (const [at, one] of options.entries()) {
      const backing = isObject(one) ? graph.nodes.get(String(one['backing'])) : undefined;
      if (backing?.invalid !== undefined) return invalidNode(`options.${at}.backing`, backing);
    }
    return firstHiding(graph, args, 'file', otherFile) ?? firstHiding(graph, args, 'backing', hidesImages);
  },
  caution: (graph, args) => firstHiding(graph, args, 'backing', perhapsHidesImages),
};

function reopenAll(graph: BlockGraph, args: Arguments): BlockGraph | Refusal {
  const options = args.value('options');
  let now = graph;
  for (const one of Array.isArray(options) ? options.filter(isObject) : []) {
    const outcome = reopen(now, new Arguments(one), withFile);
    if (isRefusal(outcome)) return outcome;
    now = outcome;
  }
  return now;
}

/** What the whole list makes of the chains counts: one of its nodes may come between two others. */
function firstHiding<T>(
  graph: BlockGraph,
  args: Arguments,
  member: string,
  rule: HidingRule<T>,
): T | undefined {
  const options = args.value('options');
  const after = reopenAll(graph, args);
  if (!Array.isArray(options) || isRefusal(after)) return undefined;
  for (const [at, one] of options.entries()) {
    const name = isObject(one) ? one['node-name'] : undefined;
    const found = typeof name === 'string' ? rule(graph, after, name, `options.${at}.${member}`) : undefined;
    if (found) return found;
  }
  return undefined;
}

type HidingRule<T> = (before: BlockGraph, after: BlockGraph, name: string, argument: string) => T | undefined;

/** The same before QEMU 6.1: one node, its options not in a list, and its file stays what it is. */
export const xBlockdevReopen: CommandModel = {
  name: 'x-blockdev-reopen',
  apply(graph, args) {
    const outcome = reopen(graph, args, keepsFile);
    return isRefusal(outcome) ? outcome : dropReleased(graph, outcome);
  },
  hazard: (graph, args) => hidingAlone(graph, args, hidesImages),
  caution: (graph, args) => hidingAlone(graph, args, perhapsHidesImages),
};

function hidingAlone<T>(graph: BlockGraph, args: Arguments, rule: HidingRule<T>): T | undefined {
  const after = reopen(graph, args, keepsFile);
  return isRefusal(after) ? undefined : rule(graph, after, args.text('node-name') ?? '', 'backing');
}

type FileRule = (graph: BlockGraph, args: Arguments, node: BlockNode) => BlockGraph | Refusal;

function reopen(graph: BlockGraph, args: Arguments, fileRule: FileRule): BlockGraph | Refusal {
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
  const wrong = checkStored(args, node) ?? checkOwnFile(graph, args, node);
  if (wrong) return wrong;
  const moved = fileRule(graph, args, node);
  if (isRefusal(moved)) return moved;
  const access = reopened(moved, args, moved.nodes.get(node.name) ?? node);
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

/** The graph with the node on the file that a reopen names; a file that is not known to be another stays. */
function withFile(graph: BlockGraph, args: Arguments, node: BlockNode): BlockGraph | Refusal {
  const old = fileOf(node);
  const given = args.text('file');
  // QEMU makes up other names than the model does, and of a graph known in part this may be the name of the very same node.
  const isUnclear = given?.startsWith('#') || !graph.complete;
  if (given === undefined || (isUnclear && !graph.nodes.has(given))) return graph;
  const file = findNode(graph, args, 'file');
  if (!file || isRefusal(file)) return file ?? graph;
  // What the script itself has opened is not what an image of its `chain` lines was opened with.
  const isNew = !old && !graph.complete && file.owner === 'monitor';
  const isBeneath = old?.startsWith('#') && beneathFilters(graph, old) === file.name;
  if (!old ? !isNew : old === file.name || isBeneath) return graph;
  if (readsFrom(graph, file.name, node.name)) {
    const message = `${quoted(file.name)} reads from ${quoted(node.name)}, so it can't be its file.`;
    return saidByQemu(
      refuse('backing-cycle', 'file', message),
      `Making '${file.name}' a file child of '${node.name}' would create a cycle`,
    );
  }
  const named = file.filename === undefined ? {} : { filename: file.filename };
  const on = node.filter ? { backing: file.name } : { children: { ...node.children, file: file.name } };
  return amendNode(amendNode(graph, file.name, {}), node.name, { ...on, ...named });
}

function keepsFile(graph: BlockGraph, args: Arguments, node: BlockNode): BlockGraph | Refusal {
  const old = fileOf(node);
  const file = args.text('file');
  if (file === undefined || old === undefined || old === file) return graph;
  const message = `This QEMU can't give ${quoted(node.name)} another file.`;
  return saidByQemu(
    refuse('bad-value', 'file', message, [`give file=${old}`]),
    "Cannot change the option 'file'",
  );
}

function fileOf(node: BlockNode) {
  return node.filter ? node.backing : node.children?.['file'];
}

/** The graph with what a reopen says of the node alone, and the defaults of what it leaves out. */
function reopened(graph: BlockGraph, args: Arguments, node: BlockNode): BlockGraph {
  const said = args.flag('read-only');
  const options = tellingOptions(args.value('cache'), args.value('detect-zeroes'));
  const same = !options && !node.options;
  const now = same ? graph : amendNode(graph, node.name, { options: options ?? {} });
  if (said !== undefined) return withAccess(now, node.name, said);
  // What only the run will tell is not the same as what is left out.
  return args.has('read-only') ? now : amendNode(now, node.name, { readOnly: false });
}

/** A reopen to read-only stores the bitmaps, which an image that is read-only already can't do with new ones. */
function checkStored(args: Arguments, node: BlockNode): Refusal | undefined {
  if (args.flag('read-only') !== true || node.readOnly !== true) return undefined;
  const bitmap = node.bitmaps?.find(one => one.persistent && !one.readOnly && !one.inconsistent);
  if (!bitmap) return undefined;
  const message = `${quoted(node.name)} is read-only, so its bitmap ${quoted(bitmap.name)} can't be stored in it.`;
  return saidByQemu(
    refuse('bitmap-not-stored', 'read-only', message, [
      `remove the bitmap first: block-dirty-bitmap-remove node=${node.name} name=${bitmap.name}`,
    ]),
    'No write access',
  );
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

import { OPEN_FIRST } from '../../diagnostics/catalogue/graph.ts';
import type { BlockGraph, BlockNode, NodeName, Refusal } from '../../graph/graph.ts';
import { nodesUsing } from '../../graph/users.ts';
import type { Arguments } from '../define.ts';
import { checkFree } from './blocked.ts';
import { saidByQemu } from './qemu-error.ts';
import { duplicateNode, notARoot, quoted, refuse, unknownNode } from './refusals.ts';

/**
 * The node that an argument names by its node-name: bare where only a part of the graph is known, a refusal where there
 * surely is none, undefined where the argument is not there.
 */
export function findNode(
  graph: BlockGraph,
  args: Arguments,
  argument: string,
): BlockNode | Refusal | undefined {
  return find(graph, args, argument, name => `Cannot find device='' nor node-name='${name}'`);
}

/** As findNode, for the commands that say of a missing node that they failed to find it. */
export function findOwnNode(
  graph: BlockGraph,
  args: Arguments,
  argument: string,
): BlockNode | Refusal | undefined {
  return find(graph, args, argument, name => `Failed to find node with node-name='${name}'`);
}

function find(
  graph: BlockGraph,
  args: Arguments,
  argument: string,
  missing: (name: string) => string,
): BlockNode | Refusal | undefined {
  const name = args.text(argument);
  if (name === undefined) return undefined;
  const node = graph.nodes.get(name);
  if (node) return node;
  return graph.complete ? saidByQemu(unknownNode(graph, argument, name), missing(name)) : { name };
}

/** As findNode, for arguments that take a block backend's name as well, which QEMU looks for first. */
export function findDeviceNode(
  graph: BlockGraph,
  args: Arguments,
  argument: string,
): BlockNode | Refusal | undefined {
  const name = args.text(argument);
  const backend = name
    ? graph.attachments.find(({ kind, id }) => kind === 'backend' && id === name)
    : undefined;
  const node = backend && graph.nodes.get(backend.node);
  return node ?? find(graph, args, argument, word => `Cannot find device='${word}' nor node-name='${word}'`);
}

/**
 * The node that commands are about which take a block backend as `device` or a node as `node-name`: the backend's where there
 * is one. Undefined where an argument is there without being known.
 */
export function findEither(
  graph: BlockGraph,
  args: Arguments,
): { readonly argument: string; readonly node: BlockNode | Refusal } | undefined {
  const [device, name] = [args.text('device'), args.text('node-name')];
  if ((args.has('device') && device === undefined) || (args.has('node-name') && name === undefined))
    return undefined;
  const backend = device
    ? graph.attachments.find(({ kind, id }) => kind === 'backend' && id === device)
    : undefined;
  const served = graph.nodes.get(backend?.node ?? '');
  if (served) return { argument: 'device', node: served };
  const argument = name === undefined && device !== undefined ? 'device' : 'node-name';
  const node = graph.nodes.get(name ?? '');
  if (node) return { argument, node };
  if (!graph.complete && (name ?? device) !== undefined) {
    // What has the word for its name may be a backend that is not known, or the node itself.
    const word = name ?? device ?? '';
    return { argument, node: graph.nodes.get(word) ?? { name: word } };
  }
  const desc = `Cannot find device='${device ?? ''}' nor node-name='${name ?? ''}'`;
  return { argument, node: saidByQemu(neither(graph, argument, name, device), desc) };
}

function neither(
  graph: BlockGraph,
  argument: string,
  name: string | undefined,
  device: string | undefined,
): Refusal {
  if (name !== undefined) return unknownNode(graph, argument, name);
  if (device === undefined)
    return refuse('missing-argument', argument, 'The command is not told which node it is about.', [
      'add node-name=NODE',
    ]);
  const message = `There is no block backend ${quoted(device)}.`;
  return refuse('unknown-device', argument, message, [
    graph.nodes.has(device)
      ? `${quoted(device)} is a node: give it as node-name=${device}`
      : graph.nodes.size === 0
        ? OPEN_FIRST
        : 'give the node instead: node-name=NODE',
  ]);
}

/** Why this node is not a root as QEMU sees it, if it is not: the filter of a job counts as well as any node above. */
export function checkRoot(graph: BlockGraph, argument: string, name: NodeName): Refusal | undefined {
  const held = checkFree(graph, argument, name);
  if (!held && nodesUsing(graph, name).length === 0) return undefined;
  return saidByQemu(held ?? notARoot(graph, argument, name), 'Need a root block node');
}

/**
 * Why no node can be given this name; where QEMU would make a name of its own, nothing. `taken` are names that the command
 * itself uses, which a graph known in part need not hold.
 */
export function checkNewName(
  graph: BlockGraph,
  argument: string,
  name: string | undefined,
  ...taken: readonly NodeName[]
): Refusal | undefined {
  if (name === undefined) return undefined;
  const holder = graph.nodes.get(name);
  if ((holder && !holder.released) || taken.includes(name)) {
    return saidByQemu(duplicateNode(argument, name), `Duplicate nodes with node-name='${name}'`);
  }
  if (graph.attachments.some(({ kind, id }) => kind === 'backend' && id === name)) {
    const refusal = refuse(
      'duplicate-node',
      argument,
      `${quoted(name)} is already the name of a block backend.`,
    );
    return saidByQemu(refusal, `node-name=${name} is conflicting with a device id`);
  }
  const well = /^[A-Za-z][A-Za-z0-9._-]*$/.test(name);
  if (well && name.length <= 31) return undefined;
  const refusal = refuse('bad-node-name', argument, `${JSON.stringify(name)} can't be a node's name.`, [
    'a node-name begins with a letter, holds letters, digits, `-`, `.` and `_`, and has at most 31 characters',
  ]);
  return saidByQemu(refusal, well ? 'Node name too long' : `Invalid node-name: '${name}'`);
}

/** Whether a name is one that `madeUpName` gave, and none that QEMU did. */
export function isStandIn(name: NodeName): boolean {
  return /^#(?!block\d+$)/.test(name);
}

/** A stand-in for the name that QEMU will make up: it begins with `#`, as those do, and no node has it yet. */
export function madeUpName(graph: BlockGraph, what: string): NodeName {
  const named = (number: number) => (number === 0 ? `#${what}` : `#${what}.${number}`);
  let free = 0;
  while (free < 16 && graph.nodes.has(named(free))) free++;
  if (free < 16) return named(free);
  // Of so many names in a row the end is found by halves.
  let taken = free - 1;
  while (graph.nodes.has(named(free))) [taken, free] = [free, free * 2];
  while (free - taken > 1) {
    const between = Math.floor((taken + free) / 2);
    if (graph.nodes.has(named(between))) taken = between;
    else free = between;
  }
  return named(free);
}

export { checkFree } from './blocked.ts';

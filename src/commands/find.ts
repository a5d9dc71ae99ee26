import { beneathFilters, parentsOf } from '../graph/chain.ts';
import type { BlockGraph, BlockNode, NodeName, Refusal } from '../graph/graph.ts';
import { holderOf } from '../graph/job.ts';
import type { Arguments } from './define.ts';
import { duplicateNode, heldByJob, notARoot, quoted, refuse, unknownNode } from './refusals.ts';

/**
 * The node that an argument names by its node-name: bare where only a part of the graph is known, a refusal where there
 * surely is none, undefined where the argument is not there.
 */
export function findNode(
  graph: BlockGraph,
  args: Arguments,
  argument: string,
): BlockNode | Refusal | undefined {
  const name = args.text(argument);
  if (name === undefined) return undefined;
  const node = graph.nodes.get(name);
  if (node) return node;
  return graph.complete ? unknownNode(graph, argument, name) : { name };
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
  return node ?? findNode(graph, args, argument);
}

/** The first of the arguments that is there, with its node; for commands that take `device` or `node-name`. */
export function findEither(
  graph: BlockGraph,
  args: Arguments,
  ...names: readonly string[]
): { readonly argument: string; readonly node: BlockNode | Refusal } | undefined {
  for (const argument of names) {
    const node = findDeviceNode(graph, args, argument);
    if (node) return { argument, node };
  }
  return undefined;
}

/** Why a job stands in the way of changing this node, if one does. */
export function checkFree(graph: BlockGraph, argument: string, name: NodeName): Refusal | undefined {
  const hold = holderOf(graph, beneathFilters(graph, name)) ?? holderOf(graph, name);
  return hold && heldByJob(argument, name, hold);
}

/** Why this node is not a root as QEMU sees it, if it is not: jobs on it count as well as nodes above. */
export function checkRoot(graph: BlockGraph, argument: string, name: NodeName): Refusal | undefined {
  const held = checkFree(graph, argument, name);
  if (held) return held;
  return parentsOf(graph, name).length > 0 ? notARoot(graph, argument, name) : undefined;
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
  if (graph.nodes.has(name) || taken.includes(name)) {
    return duplicateNode(argument, name);
  }
  if (graph.attachments.some(({ kind, id }) => kind === 'backend' && id === name)) {
    return refuse('duplicate-node', argument, `${quoted(name)} is already the name of a block backend.`);
  }
  const well = /^[A-Za-z][A-Za-z0-9._-]*$/.test(name);
  if (well && name.length <= 31) return undefined;
  return refuse('bad-node-name', argument, `${JSON.stringify(name)} can't be a node's name.`, [
    'a node-name begins with a letter, holds letters, digits, `-`, `.` and `_`, and has at most 31 characters',
  ]);
}

/** A stand-in for the name that QEMU will make up: it begins with `#`, as those do, and no node has it yet. */
export function madeUpName(graph: BlockGraph, what: string): NodeName {
  for (let number = 0; ; number++) {
    const name = number === 0 ? `#${what}` : `#${what}.${number}`;
    if (!graph.nodes.has(name)) return name;
  }
}

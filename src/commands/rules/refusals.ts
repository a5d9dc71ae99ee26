import { OPEN_FIRST } from '../../diagnostics/catalogue/graph.ts';
import {
  allAbove,
  attachmentsOf,
  beneathFilters,
  chainEnds,
  chainOf,
  overlaysOf,
  rootAbove,
  usersAbove,
} from '../../graph/chain.ts';
import { drawChain, sizeText } from '../../graph/draw.ts';
import type { Attachment, BlockGraph, BlockJob, BlockNode, NodeName, Refusal } from '../../graph/graph.ts';
import type { Hold } from '../../graph/job.ts';
import { filterOf } from '../../graph/job-nodes.ts';
import { nodesUsing } from '../../graph/users.ts';
import { harmless } from '../../text/harmless.ts';
import { suggest } from '../../text/suggest.ts';

/** A name as messages quote it. */
export function quoted(name: string): string {
  return `\`${harmless(name)}\``;
}

/** A refusal of one argument; without help it carries none. */
export function refuse(
  code: string,
  argument: string | undefined,
  message: string,
  help: readonly string[] = [],
): Refusal {
  return {
    refused: true,
    code,
    message,
    ...(argument === undefined ? {} : { argument }),
    ...(help.length === 0 ? {} : { help }),
  };
}

/** `the chain is A <- B <- C`, for the chain that a node is in. */
export function chainFact(graph: BlockGraph, name: NodeName): string {
  return `the chain is ${drawChain(graph, rootAbove(graph, name) ?? name)}`;
}

/** There is no such node in a graph that is wholly known. */
export function unknownNode(graph: BlockGraph, argument: string, name: string): Refusal {
  const names = [...graph.nodes.keys()].filter(node => !node.startsWith('#'));
  const near = suggest(name, names);
  const help =
    near.length > 0
      ? [`did you mean ${near.map(quoted).join(' or ')}?`]
      : names.length > 0
        ? [`the nodes are ${names.slice(0, 12).map(quoted).join(', ')}${names.length > 12 ? ', …' : ''}`]
        : [graph.nodes.size === 0 ? OPEN_FIRST : 'no node has a name'];
  return refuse('unknown-node', argument, `There is no node ${quoted(name)}.`, help);
}

/** The name is already a node's. */
export function duplicateNode(argument: string, name: string): Refusal {
  return refuse('duplicate-node', argument, `There is already a node ${quoted(name)}.`, [
    'choose a name that no node has',
  ]);
}

/** Overlays that nothing uses any more, as a commit leaves them open, keep a node from being a root. */
export function leftoverHelp(graph: BlockGraph, name: NodeName): string[] {
  const left = allAbove(graph, name)
    .filter(above => !graph.nodes.get(above)?.filter)
    .reverse();
  if (left.length === 0 || overlaysOf(graph, name).some(over => usersAbove(graph, over).length > 0))
    return [];
  return [
    `nothing uses ${left.map(quoted).join(', ')} any more; close what is left over it: ${left.map(over => `del ${over}`).join('; ')}`,
  ];
}

/** QEMU wants the uppermost node of a chain, and this one has others above it. */
export function notARoot(graph: BlockGraph, argument: string, name: NodeName): Refusal {
  const root = rootAbove(graph, name);
  const over = overlaysOf(graph, name);
  const above =
    over.length > 0
      ? `${over.map(quoted).join(' and ')} ${over.length > 1 ? 'are' : 'is'} backed by it`
      : nodesUsing(graph, name).some(node => node.filter)
        ? 'a filter is above it'
        : usersOf(graph, name).join(', ');
  const help =
    root === undefined || root === name
      ? leftoverHelp(graph, name)
      : [`the root of its chain is ${quoted(root)}`];
  return refuse(
    'not-a-root',
    argument,
    `${quoted(name)} is not the root of a chain: ${above}; ${chainFact(graph, name)}.`,
    help,
  );
}

/** A job keeps the node, or the links around it, from being changed. */
export function heldByJob(
  graph: BlockGraph,
  argument: string,
  node: NodeName,
  { job, spanned }: Hold,
): Refusal {
  // Nobody has written the name of a filter that QEMU has named: the image beneath it is held just so.
  const name = node.startsWith('#') ? beneathFilters(graph, node) : node;
  const what = `the ${job.type} job ${quoted(job.id)}`;
  const help = [`wait for ${quoted(job.id)} to end, or cancel it`];
  const refusal = spanned
    ? refuse(
        'frozen-link',
        argument,
        `${quoted(name)} lies on the links that ${what} works along, and they stay as they are until it ends.`,
        help,
      )
    : refuse('node-in-use', argument, `${quoted(name)} is in use by ${what}.`, help);
  return { ...refusal, since: { job: job.id } };
}

/** Something outside the graph, or a node above, uses it. */
export function nodeInUse(
  argument: string,
  name: NodeName,
  users: readonly string[],
  help: readonly string[],
): Refusal {
  return refuse('node-in-use', argument, `${quoted(name)} is in use: ${users.join(', ')}.`, help);
}

/** Who uses a node, in words: attachments, nodes above it, and the nodes that it is a child of. */
export function usersOf(graph: BlockGraph, name: NodeName): string[] {
  const users = attachmentsOf(graph, name).map(attachmentText);
  for (const node of nodesUsing(graph, name)) {
    const job = node.filter ? makerOf(graph, node.name) : undefined;
    if (job) {
      users.push(`the ${job.type} job ${quoted(job.id)} works on it`);
      continue;
    }
    if (node.backing === name)
      users.push(`${quoted(node.name)} is ${node.filter ? 'a filter on it' : 'backed by it'}`);
    for (const [role, child] of Object.entries(node.children ?? {})) {
      if (child === name && child !== node.backing)
        users.push(`it is the ${harmless(role)} of ${quoted(node.name)}`);
    }
  }
  return users;
}

/** The job that made a filter: its name was made up, so who reads of it knows the job at best. */
function makerOf(graph: BlockGraph, filter: NodeName): BlockJob | undefined {
  return [...graph.jobs.values()].find(job => filterOf(graph, job) === filter);
}

/** An attachment in words: `it is exported as …`. */
export function attachmentText({ kind, id }: Attachment): string {
  if (id === '') return 'a block backend has it open';
  return kind === 'device'
    ? `the guest's device ${quoted(id)} has it open`
    : kind === 'export'
      ? `it is exported as ${quoted(id)}`
      : `the block backend ${quoted(id)} has it open`;
}

/** A node that should be below another is not, or is not in its chain at all. */
export function notInChain(
  graph: BlockGraph,
  argument: string,
  name: NodeName,
  top: NodeName,
): Refusal | undefined {
  if (!chainEnds(graph, top) || chainOf(graph, top).includes(name)) return undefined;
  return refuse(
    'not-in-chain',
    argument,
    `${quoted(name)} is not in the chain of ${quoted(top)}: ${chainFact(graph, top)}.`,
  );
}

/** The contents of the node have gone bad under a finished job. */
export function invalidNode(argument: string, node: BlockNode): Refusal {
  const refusal = refuse(
    'invalid-node-used',
    argument,
    `The contents of ${quoted(node.name)} are of no use any more, because ${harmless(node.invalid ?? 'a job changed them')}.`,
    [`it can only be closed, \`del ${harmless(node.name)}\`; \`show chain\` draws what the guest uses now`],
  );
  return { ...refusal, since: { node: node.name } };
}

/** Two images that must be of one size are not. */
export function sizeMismatch(source: BlockNode, target: BlockNode): Refusal {
  return refuse(
    'size-mismatch',
    'target',
    `${quoted(target.name)} has ${sizeText(target.size ?? 0)} and ${quoted(source.name)} ${sizeText(source.size ?? 0)}: a copy needs the same size.`,
    [`resize ${target.name} size=${sizeText(source.size ?? 0)}, or make another target of that size`],
  );
}

/** Nothing uses the chain, so that its new top would vanish, or nobody would move to the target. */
export function notAttached(argument: string, name: NodeName, consequence: string): Refusal {
  return refuse('not-attached', argument, `Nothing uses ${quoted(name)}: ${consequence}.`, [
    'attach it to a guest device, or export it (block-export-add), first',
  ]);
}

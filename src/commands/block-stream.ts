import { beneathFilters, chainEnds, chainOf, isBelow, linksDown, parentsOf } from '../graph/chain.ts';
import { withAccess } from '../graph/change.ts';
import { drawChain } from '../graph/draw.ts';
import type { BlockGraph, BlockNode, NodeName, Refusal } from '../graph/graph.ts';
import { type Arguments, type CommandModel, isRefusal } from './define.ts';
import { checkFilterName, checkJobId, startJob } from './jobs/start-job.ts';
import { checkFree, checkLink } from './rules/blocked.ts';
import { findDeviceNode, findNode } from './rules/find.ts';
import { hiddenEnd } from './rules/hidden-end.ts';
import { recordedWrongly } from './rules/lost-backing.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { heldByJob, quoted, refuse } from './rules/refusals.ts';

/** Copies into an image what it reads from the images below it, down to `base-node`, which becomes its backing. */
export const blockStream: CommandModel = {
  name: 'block-stream',
  reads: ['device', 'base-node', 'bottom'],
  apply(graph, args) {
    const device = findDeviceNode(graph, args, 'device');
    if (!device) return graph;
    if (isRefusal(device)) return device;
    const top = beneathFilters(graph, device.name);
    const base = checkOneEnd(args) ?? baseOf(graph, args, top);
    if (isRefusal(base)) return base;
    const bottom = args.text('bottom') ?? lastAbove(graph, top, base?.name);
    const wrong =
      checkSpan(graph, device.name, args.has('bottom') ? belowBottom(graph, bottom) : base?.name) ??
      checkRecorded(graph, args, top, base) ??
      checkLinks(graph, top, bottom) ??
      checkFilterName(graph, args) ??
      checkJobId(graph, args);
    if (wrong) return wrong;
    const reopened = graph.nodes.get(top)?.readOnly ? top : undefined;
    const opened = reopened === undefined ? graph : withAccess(graph, top, false);
    const facts = { ...(reopened === undefined ? {} : { reopened }), ...recordedName(args) };
    return startJob(opened, args, 'stream', { device: top, 'base-node': base?.name, bottom }, facts);
  },
  hazard(graph, args) {
    const device = args.text('device');
    if (device === undefined) return undefined;
    const top = beneathFilters(graph, device);
    const base = baseOf(graph, args, top);
    if (base === undefined || isRefusal(base)) return undefined;
    return hiddenEnd(graph, top, base.name, (all, end) => all.slice(1, end), graph.nodes.get(top)?.size);
  },
  caution(graph, args) {
    const top = beneathFilters(graph, args.text('device') ?? '');
    const base = baseOf(graph, args, top);
    if (base === undefined || isRefusal(base)) return undefined;
    return recordedWrongly(graph, args.text('backing-file'), graph.nodes.get(top), base);
  },
};

function recordedName(args: Arguments): { readonly records?: string } {
  const records = args.text('backing-file');
  return records === undefined ? {} : { records };
}

/** `base`, `base-node` and `bottom` say the same thing in three ways. */
function checkOneEnd(args: Arguments): Refusal | undefined {
  for (const [one, other] of [
    ['base', 'base-node'],
    ['base', 'bottom'],
    ['bottom', 'base-node'],
  ] as const) {
    if (!args.has(one) || !args.has(other)) continue;
    return saidByQemu(
      refuse('clashing-arguments', other, `A stream ends in one place: give \`${one}\` or \`${other}\`.`),
      `'${one}' and '${other}' cannot be specified at the same time`,
    );
  }
  return undefined;
}

function baseOf(graph: BlockGraph, args: Arguments, top: NodeName): BlockNode | Refusal | undefined {
  const node = findNode(graph, args, 'base-node');
  if (node) {
    const desc = `Node '${args.text('base-node')}' is not a backing image of '${args.text('device')}'`;
    return isRefusal(node) ? node : (checkBelow(graph, 'base-node', node.name, top, desc) ?? node);
  }
  const bottom = findNode(graph, args, 'bottom');
  if (bottom) {
    if (isRefusal(bottom)) return bottom;
    const desc = `Node '${bottom.name}' is not in a chain starting from '${args.text('device')}'`;
    const wrong = bottom.name === top ? undefined : checkBelow(graph, 'bottom', bottom.name, top, desc);
    if (wrong) return wrong;
    const below = chainOf(graph, bottom.name)[1];
    return below === undefined ? undefined : graph.nodes.get(below);
  }
  const file = args.text('base');
  const holder = chainOf(graph, top).find(
    name => file !== undefined && graph.nodes.get(name)?.filename === file,
  );
  return holder === undefined ? undefined : graph.nodes.get(holder);
}

function checkBelow(
  graph: BlockGraph,
  argument: string,
  name: NodeName,
  top: NodeName,
  desc: string,
): Refusal | undefined {
  if (isBelow(graph, name, top) !== false && name !== top) return undefined;
  const chain = `the chain is ${drawChain(graph, isBelow(graph, top, name) ? name : top)}`;
  const relation = isBelow(graph, top, name)
    ? 'is above it'
    : name === top
      ? 'is that image itself'
      : 'is not below it';
  const message = `A stream into ${quoted(top)} ends at an image below it, and ${quoted(name)} ${relation}: ${chain}.`;
  return saidByQemu(refuse('base-not-below', argument, message), desc);
}

/** The image whose backing will be the base: the lowest that the stream takes in. */
function lastAbove(graph: BlockGraph, top: NodeName, base: NodeName | undefined): NodeName | undefined {
  const chain = chainOf(graph, top);
  if (base !== undefined) return chain[chain.indexOf(base) - 1];
  return chainEnds(graph, top) ? chain.at(-1) : undefined;
}

/** Every node down to the base must be free of other jobs, filters too. */
function checkSpan(graph: BlockGraph, from: NodeName, base: NodeName | undefined): Refusal | undefined {
  for (const name of linksDown(graph, from)) {
    if (name === base) break;
    const held = checkFree(graph, 'device', name);
    if (held) return held;
  }
  return undefined;
}

function belowBottom(graph: BlockGraph, bottom: NodeName | undefined): NodeName | undefined {
  return graph.nodes.get(bottom ?? '')?.backing ?? undefined;
}

function checkRecorded(
  graph: BlockGraph,
  args: Arguments,
  top: NodeName,
  base: BlockNode | undefined,
): Refusal | undefined {
  // QEMU takes a `bottom` for no base here.
  const ends = base && !args.has('bottom');
  if (ends || args.text('backing-file') === undefined || !chainEnds(graph, top)) return undefined;
  return saidByQemu(
    refuse(
      'clashing-arguments',
      'backing-file',
      'A stream of the whole chain leaves no backing file to record.',
      ['leave `backing-file` out, or give a base'],
    ),
    'backing file specified, but streaming the entire chain',
  );
}

/** The links that the stream works along, and the one that leads to its filter, must not be another job's. */
function checkLinks(graph: BlockGraph, top: NodeName, bottom: NodeName | undefined): Refusal | undefined {
  for (const at of linksDown(graph, top)) {
    const { backing } = graph.nodes.get(at) ?? {};
    if (at === bottom || !backing) break;
    const frozen =
      checkLink(graph, 'device', at, below => `Cannot freeze 'backing' link to '${below}'`) ??
      checkFreezable(graph, backing);
    if (frozen) return frozen;
  }
  for (const parent of parentsOf(graph, top)) {
    const frozen = checkLink(graph, 'device', parent);
    if (frozen) return frozen;
  }
  return undefined;
}

/** A commit's filter goes with its job, so no other job can count on the link to it. */
function checkFreezable(graph: BlockGraph, name: NodeName): Refusal | undefined {
  if (graph.nodes.get(name)?.driver !== 'commit_top') return undefined;
  const job = [...graph.jobs.values()].find(({ filter }) => filter === name);
  return (
    job &&
    saidByQemu(
      heldByJob(graph, 'device', name, { job, spanned: true }),
      `Cannot freeze 'backing' link to '${name}'`,
    )
  );
}

import {
  beneathFilters,
  chainEnds,
  chainOf,
  isBelow,
  linksDown,
  parentsOf,
  rootAbove,
} from '../graph/chain.ts';
import { withAccess } from '../graph/change.ts';
import { drawChain } from '../graph/draw.ts';
import {
  type BlockGraph,
  type BlockNode,
  type NodeName,
  type QemuError,
  type Refusal,
  unknownGraph,
} from '../graph/graph.ts';
import { isWritten } from '../graph/permissions.ts';
import type { Arguments, CommandModel } from './define.ts';
import { isRefusal } from './define.ts';
import { checkFilterName, checkJobId, startJob } from './jobs/start-job.ts';
import { checkFree, checkLink } from './rules/blocked.ts';
import { checkRoot, findDeviceNode, findNode } from './rules/find.ts';
import { hiddenEnd } from './rules/hidden-end.ts';
import { recordedWrongly } from './rules/lost-backing.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { notInChain, quoted, refuse } from './rules/refusals.ts';
import { sharedBase, sharedFile, sharedWithLeftovers } from './rules/shared-base.ts';

/** Merges `top-node`, and what lies between, into `base-node`. With the active layer as top the job parks at READY. */
export const blockCommit: CommandModel = {
  name: 'block-commit',
  reads: ['device', 'top-node', 'base-node'],
  apply(graph, args) {
    const root = findDeviceNode(graph, args, 'device');
    if (!root) return graph;
    if (isRefusal(root)) return { ...root, qemu: notThere(args.text('device')) };
    const wrongRoot = checkRoot(graph, 'device', root.name) ?? checkFree(graph, 'device', root.name);
    if (wrongRoot) return wrongRoot;
    const active = beneathFilters(graph, root.name);
    if (namesUnknownFile(graph, args, active)) return { ...unknownGraph, jobs: graph.jobs };
    const given = named(graph, args, 'top', active);
    if (isRefusal(given)) return given;
    // A filter at the top is part of what an active commit takes away, unless the image under it is named.
    const isActive = given === undefined || given.name === root.name;
    const top = isActive ? { name: active } : given;
    const wrongTop = checkWithin(graph, 'top-node', top.name, root.name);
    if (wrongTop) return wrongTop;
    const base = named(graph, args, 'base', active) ?? lowest(graph, active);
    if (isRefusal(base)) return base;
    // A top that somebody writes to is committed like an active layer, whatever lies above it.
    const written = !isActive && (top.name === active || isWritten(graph, top.name));
    const wrong =
      checkOrder(graph, active, top.name, base?.name) ??
      checkPart(graph, active, top.name, base?.name) ??
      checkItself(graph, active, top.name, base?.name) ??
      checkRecorded(args, active, top.name, written) ??
      (written ? undefined : checkOverlay(graph, active, top.name)) ??
      checkJobId(graph, args) ??
      checkFilterName(graph, args) ??
      checkLinks(graph, active, top.name, base?.name);
    if (wrong) return wrong;
    const reopened = base && graph.nodes.get(base.name)?.readOnly ? base.name : undefined;
    const opened = reopened === undefined ? graph : withAccess(graph, reopened, false);
    const records = args.text('backing-file');
    const facts = {
      ...(reopened === undefined || top.name === active || written ? {} : { reopened }),
      ...(records === undefined ? {} : { records }),
      ...(isSmaller(graph, base, top) ? { grows: true } : {}),
    };
    const on = {
      device: isActive ? root.name : written ? top.name : active,
      'top-node': isActive ? root.name : top.name,
      'base-node': base?.name,
    };
    return startJob(opened, args, 'commit', on, facts);
  },
  hazard(graph, args) {
    const root = args.text('device');
    if (root === undefined) return undefined;
    const active = beneathFilters(graph, root);
    if (namesUnknownFile(graph, args, active)) return undefined;
    const { top, base } = endsOf(graph, args, active);
    const chain = chainOf(graph, active);
    const above = chain[chain.indexOf(top) - 1];
    const reach = above === undefined ? undefined : graph.nodes.get(above)?.size;
    const shared = base === undefined ? undefined : sharedBase(graph, active, top, base);
    return (
      shared ??
      hiddenEnd(graph, active, base, (all, end) => all.slice(Math.max(0, all.indexOf(top)), end), reach)
    );
  },
  caution(graph, args) {
    const root = args.text('device');
    if (root === undefined) return undefined;
    const active = beneathFilters(graph, root);
    const { top, base } = endsOf(graph, args, active);
    const chain = chainOf(graph, active);
    const overlay = graph.nodes.get(chain[chain.indexOf(top) - 1] ?? '');
    return (
      recordedWrongly(graph, args.text('backing-file'), overlay, graph.nodes.get(base ?? '')) ??
      (base === undefined
        ? undefined
        : (sharedWithLeftovers(graph, active, top, base) ?? sharedFile(graph, active, top, base)))
    );
  },
};

/** The top and the base, by name and beneath their filters, of arguments that nothing stands against. */
function endsOf(graph: BlockGraph, args: Arguments, active: NodeName) {
  const [top, base] = [named(graph, args, 'top', active), named(graph, args, 'base', active)];
  return {
    top: top && !isRefusal(top) ? beneathFilters(graph, top.name) : active,
    base: base && !isRefusal(base) ? beneathFilters(graph, base.name) : lowest(graph, active)?.name,
  };
}

/** Whether an end is given by a file name that no known image has: of a graph known in part it may be any image's. */
function namesUnknownFile(graph: BlockGraph, args: Arguments, active: NodeName): boolean {
  if (graph.complete) return false;
  return (['top', 'base'] as const).some(
    end => args.has(end) && named(graph, args, end, active) === undefined,
  );
}

function named(
  graph: BlockGraph,
  args: Arguments,
  end: 'top' | 'base',
  active: NodeName,
): BlockNode | Refusal | undefined {
  const node = findNode(graph, args, `${end}-node`);
  if (node) return node;
  const file = args.text(end);
  const holders = chainOf(graph, active).filter(
    name => file !== undefined && graph.nodes.get(name)?.filename === file,
  );
  return holders[0] === undefined ? undefined : graph.nodes.get(holders[0]);
}

function lowest(graph: BlockGraph, active: NodeName): BlockNode | undefined {
  if (!chainEnds(graph, active)) return undefined;
  const last = chainOf(graph, active).at(-1);
  return last === undefined ? undefined : graph.nodes.get(last);
}

function isSmaller(graph: BlockGraph, base: BlockNode | undefined, top: BlockNode): boolean {
  const size = graph.nodes.get(top.name)?.size;
  return base?.size !== undefined && size !== undefined && base.size < size;
}

function notThere(device: string | undefined): QemuError {
  return { class: 'DeviceNotFound', desc: `Device '${device}' not found` };
}

function checkWithin(
  graph: BlockGraph,
  argument: string,
  name: NodeName,
  top: NodeName,
): Refusal | undefined {
  // Chains are drawn without filters, but QEMU takes one for an end as well.
  if (graph.nodes.get(name)?.filter && linksDown(graph, top).includes(name)) return undefined;
  const wrong = notInChain(graph, argument, name, top);
  return wrong && saidByQemu(wrong, `'${name}' is not in this backing file chain`);
}

function checkItself(
  graph: BlockGraph,
  active: NodeName,
  top: NodeName,
  base: NodeName | undefined,
): Refusal | undefined {
  if (base === undefined || base !== beneathFilters(graph, top)) return undefined;
  const chain = `the chain is ${drawChain(graph, active)}`;
  return saidByQemu(
    refuse('base-is-top', 'base-node', `${quoted(top)} can't be committed into itself: ${chain}.`, [
      'give a base that lies below the top',
    ]),
    base === top
      ? 'cannot commit an image into itself'
      : 'Invalid files for merge: top and base are the same',
  );
}

function checkOrder(
  graph: BlockGraph,
  active: NodeName,
  top: NodeName,
  base: NodeName | undefined,
): Refusal | undefined {
  if (base === undefined || base === top) return undefined;
  if (graph.nodes.get(base)?.filter) return checkWithin(graph, 'base-node', base, top);
  if (base === beneathFilters(graph, top)) return undefined;
  if (!isBelow(graph, top, base)) return checkWithin(graph, 'base-node', base, active);
  const refusal = refuse(
    'base-above-top',
    'base-node',
    `${quoted(base)} is above ${quoted(top)}, so it cannot be the base of a commit: the chain is ${drawChain(graph, active)}.`,
    [`swap them: commit top=${base} base=${top}`],
  );
  return saidByQemu(refusal, `'${base}' is not in this backing file chain`);
}

/** Every image from the top to the base, the base included, must be free of other jobs. */
function checkPart(
  graph: BlockGraph,
  active: NodeName,
  top: NodeName,
  base: NodeName | undefined,
): Refusal | undefined {
  const chain = linksDown(graph, rootAbove(graph, active) ?? active);
  const from = chain.indexOf(top);
  const to = base === undefined ? chain.length - 1 : chain.indexOf(base);
  for (const name of from < 0 || to < 0 ? [] : chain.slice(from, to + 1)) {
    const isBase = name === base || beneathFilters(graph, name) === base;
    const held = checkFree(graph, isBase ? 'base-node' : 'top-node', name);
    if (held) return held;
  }
  return undefined;
}

function checkRecorded(
  args: Arguments,
  active: NodeName,
  top: NodeName,
  written: boolean,
): Refusal | undefined {
  if ((top !== active && !written) || args.text('backing-file') === undefined) return undefined;
  return saidByQemu(
    refuse(
      'clashing-arguments',
      'backing-file',
      written
        ? `${quoted(top)} is written to, so its users move to the base and no backing file is recorded.`
        : `${quoted(top)} is the active layer: nothing above it records a backing file.`,
      ['leave `backing-file` out'],
    ),
    `'backing-file' specified, but 'top' ${written ? 'has a writer on it' : 'is the active layer'}`,
  );
}

/** The image above the top is rewritten at the end. */
function checkOverlay(graph: BlockGraph, active: NodeName, top: NodeName): Refusal | undefined {
  const chain = chainOf(graph, active);
  const overlay = chain[chain.indexOf(beneathFilters(graph, top)) - 1];
  return overlay === undefined ? undefined : checkFree(graph, 'top-node', overlay);
}

/** The links that the commit works along, and those that lead to its top, must not be another job's. */
function checkLinks(
  graph: BlockGraph,
  active: NodeName,
  top: NodeName,
  base: NodeName | undefined,
): Refusal | undefined {
  if (top !== active) {
    for (const parent of parentsOf(graph, top)) {
      const frozen = checkLink(graph, 'top-node', parent);
      if (frozen) return frozen;
    }
  }
  for (const at of linksDown(graph, top)) {
    if (at === base) break;
    const frozen = checkLink(graph, 'top-node', at, below => `Cannot freeze 'backing' link to '${below}'`);
    if (frozen) return frozen;
  }
  return undefined;
}

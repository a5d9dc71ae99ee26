import { beneathFilters, chainEnds, chainOf, isBelow, rootAbove } from '../graph/chain.ts';
import { drawChain } from '../graph/draw.ts';
import type { BlockGraph, BlockNode, NodeName, Refusal } from '../graph/graph.ts';
import type { Arguments, CommandModel } from './define.ts';
import { isRefusal } from './define.ts';
import { checkFree, checkRoot, findDeviceNode, findNode } from './find.ts';
import { hiddenEnd } from './hidden-end.ts';
import { notInChain, quoted, refuse } from './refusals.ts';
import { checkJobId, startJob } from './start-job.ts';

/** Merges `top-node`, and what lies between, into `base-node`. With the active layer as top the job parks at READY. */
export const blockCommit: CommandModel = {
  name: 'block-commit',
  reads: ['device', 'top-node', 'base-node'],
  apply(graph, args) {
    const root = findDeviceNode(graph, args, 'device');
    if (!root) return graph;
    if (isRefusal(root)) return root;
    const active = beneathFilters(graph, root.name);
    const top = named(graph, args, 'top', active) ?? { name: active };
    if (isRefusal(top)) return top;
    const base = named(graph, args, 'base', active) ?? lowest(graph, active);
    if (isRefusal(base)) return base;
    const wrong =
      checkRoot(graph, 'device', root.name) ??
      notInChain(graph, 'top-node', top.name, active) ??
      checkOrder(graph, active, top.name, base?.name) ??
      checkPart(graph, active, top.name, base?.name) ??
      checkJobId(graph, args);
    return (
      wrong ??
      startJob(graph, args, 'commit', { device: active, 'top-node': top.name, 'base-node': base?.name })
    );
  },
  hazard(graph, args) {
    const root = args.text('device');
    if (root === undefined) return undefined;
    const active = beneathFilters(graph, root);
    const top = args.text('top-node') ?? active;
    const base = args.text('base-node') ?? lowest(graph, active)?.name;
    const chain = chainOf(graph, active);
    const above = chain[chain.indexOf(top) - 1];
    const reach = above === undefined ? undefined : graph.nodes.get(above)?.size;
    return hiddenEnd(graph, active, base, (all, end) => all.slice(Math.max(0, all.indexOf(top)), end), reach);
  },
};

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

function checkOrder(
  graph: BlockGraph,
  active: NodeName,
  top: NodeName,
  base: NodeName | undefined,
): Refusal | undefined {
  const chain = `the chain is ${drawChain(graph, active)}`;
  if (base === undefined) return undefined;
  if (base === top) {
    return refuse('base-is-top', 'base-node', `${quoted(top)} can't be committed into itself: ${chain}.`, [
      'give a base that lies below the top',
    ]);
  }
  if (isBelow(graph, top, base)) {
    return refuse(
      'base-above-top',
      'base-node',
      `${quoted(base)} is above ${quoted(top)}, so it cannot be the base of a commit: ${chain}.`,
      [`swap them: commit top=${base} base=${top}`],
    );
  }
  return notInChain(graph, 'base-node', base, active);
}

/** Every image from the top to the base, the base included, must be free of other jobs. */
function checkPart(
  graph: BlockGraph,
  active: NodeName,
  top: NodeName,
  base: NodeName | undefined,
): Refusal | undefined {
  const chain = chainOf(graph, rootAbove(graph, active) ?? active);
  const from = chain.indexOf(top);
  const to = base === undefined ? chain.length - 1 : chain.indexOf(base);
  for (const name of from < 0 || to < 0 ? [] : chain.slice(from, to + 1)) {
    const held = checkFree(graph, name === base ? 'base-node' : 'top-node', name);
    if (held) return held;
  }
  return undefined;
}

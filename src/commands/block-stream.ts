import { beneathFilters, chainEnds, chainOf, isBelow } from '../graph/chain.ts';
import { drawChain } from '../graph/draw.ts';
import type { BlockGraph, BlockNode, NodeName, Refusal } from '../graph/graph.ts';
import { type Arguments, type CommandModel, isRefusal } from './define.ts';
import { checkFree, findDeviceNode, findNode } from './find.ts';
import { hiddenEnd } from './hidden-end.ts';
import { quoted, refuse } from './refusals.ts';
import { checkJobId, startJob } from './start-job.ts';

/** Copies into an image what it reads from the images below it, down to `base-node`, which becomes its backing. */
export const blockStream: CommandModel = {
  name: 'block-stream',
  reads: ['device', 'base-node', 'bottom'],
  apply(graph, args) {
    const device = findDeviceNode(graph, args, 'device');
    if (!device) return graph;
    if (isRefusal(device)) return device;
    const top = beneathFilters(graph, device.name);
    const base = baseOf(graph, args, top);
    if (isRefusal(base)) return base;
    const wrong = checkSpan(graph, top, base?.name) ?? checkJobId(graph, args);
    return wrong ?? startJob(graph, args, 'stream', { device: top, 'base-node': base?.name });
  },
  hazard(graph, args) {
    const device = args.text('device');
    if (device === undefined) return undefined;
    const top = beneathFilters(graph, device);
    const base = baseOf(graph, args, top);
    if (base === undefined || isRefusal(base)) return undefined;
    return hiddenEnd(graph, top, base.name, (all, end) => all.slice(1, end), graph.nodes.get(top)?.size);
  },
};

function baseOf(graph: BlockGraph, args: Arguments, top: NodeName): BlockNode | Refusal | undefined {
  const node = findNode(graph, args, 'base-node');
  if (node) return isRefusal(node) ? node : (checkBelow(graph, 'base-node', node.name, top) ?? node);
  const bottom = findNode(graph, args, 'bottom');
  if (bottom) {
    if (isRefusal(bottom)) return bottom;
    const wrong = checkBelow(graph, 'bottom', bottom.name, top);
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

function checkBelow(graph: BlockGraph, argument: string, name: NodeName, top: NodeName): Refusal | undefined {
  if (isBelow(graph, name, top) !== false && name !== top) return undefined;
  const chain = `the chain is ${drawChain(graph, isBelow(graph, top, name) ? name : top)}`;
  const relation = isBelow(graph, top, name)
    ? 'is above it'
    : name === top
      ? 'is that image itself'
      : 'is not below it';
  return refuse(
    'base-not-below',
    argument,
    `A stream into ${quoted(top)} ends at an image below it, and ${quoted(name)} ${relation}: ${chain}.`,
  );
}

function checkSpan(graph: BlockGraph, top: NodeName, base: NodeName | undefined): Refusal | undefined {
  const chain = chainOf(graph, top);
  const end = base === undefined ? (chainEnds(graph, top) ? chain.length : 1) : chain.indexOf(base);
  for (const name of chain.slice(0, Math.max(1, end))) {
    const held = checkFree(graph, 'device', name);
    if (held) return held;
  }
  return undefined;
}

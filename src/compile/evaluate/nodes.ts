import { OPEN_FIRST, undeclaredNode } from '../../diagnostics/catalogue/graph.ts';
import * as problems from '../../diagnostics/catalogue/verbs.ts';
import { chainBelow } from '../../graph/attached.ts';
import { findDevice } from '../../graph/chain.ts';
import type { BlockGraph, BlockNode } from '../../graph/graph.ts';
import { NodeDatum, type Sighting } from '../../statements/datum.ts';
import type { Span } from '../../text/source.ts';
import type { Context } from './context.ts';
import { refusedHere } from './failure.ts';
import { nodesToOffer, refuseUnmade } from './left-open.ts';

/** What can be told of a node after it is gone. */
export function sightingOf(node: BlockNode | undefined): Sighting {
  return {
    ...(node?.filename === undefined ? {} : { filename: node.filename }),
    ...(node?.size === undefined ? {} : { size: node.size }),
  };
}

/**
 * The node that a script means by `name`: one that it has bound, else one with this node-name. It is never guessed: where
 * the whole graph is known, any other name is an error. `madeWith` is the parameter that would make such a node.
 */
export async function resolveNode(
  name: string,
  span: Span,
  context: Context,
  madeWith?: string,
): Promise<NodeDatum> {
  const graph = await context.world.graph();
  const bound = context.scope.node(name);
  if (bound) return stillOpen(bound, graph, span, context);
  const node = graph.nodes.get(name);
  if (node || !graph.complete || context.unchecked) {
    if (!node && !context.unchecked && madeWith === undefined) warnUndeclared(name, span, graph, context);
    return new NodeDatum(name, name, sightingOf(node));
  }
  throw refusedHere(
    problems.unknownNode(
      span,
      name,
      [...nodesToOffer(context), ...namedNodes(graph)],
      hintFor(name, graph, madeWith),
    ),
  );
}

/**
 * Where `chain` lines are all that is known, a node that none of them has is most likely misspelled; a device's name surely
 * is no node of theirs. Images that a chain leaves out may have any name.
 */
function warnUndeclared(name: string, span: Span, graph: BlockGraph, context: Context): void {
  if (!context.world.planning) return;
  const declared = graph.attachments.filter(({ kind }) => kind !== 'export');
  const device = findDevice(graph, name);
  const chains = declared.map(({ node }) => chainBelow(graph, node));
  const isWhole = chains.length > 0 && chains.every(chain => chain.ends);
  if (!device && !isWhole) return;
  const known = [...new Set([...nodesToOffer(context), ...namedNodes(graph)])];
  const finding = undeclaredNode(span, name, known, device?.node);
  const isSaid = context.findings.some(
    ({ code, primary }) => code === finding.code && primary?.span.start === span.start,
  );
  if (!isSaid) context.findings.push(finding);
}

/** A name that the script has bound, unless its node is surely gone. */
export function stillOpen(bound: NodeDatum, graph: BlockGraph, span: Span, context: Context): NodeDatum {
  const { name, nodeName } = bound;
  refuseUnmade(bound);
  if (typeof nodeName !== 'string' || graph.nodes.has(nodeName) || !graph.complete || context.unchecked)
    return bound;
  throw refusedHere(problems.nodeGone(span, name, nodeName));
}

/** Nodes that somebody gave a name; QEMU's own begin with `#`. */
function namedNodes(graph: BlockGraph): string[] {
  return [...graph.nodes.keys()].filter(name => !name.startsWith('#'));
}

function hintFor(name: string, graph: BlockGraph, madeWith: string | undefined): string | undefined {
  if (madeWith !== undefined) return `to make it, say where: ${madeWith}=…`;
  const device = findDevice(graph, name);
  if (device) return `\`${name}\` is a device; the node that it uses is \`${device.node}\``;
  if (graph.nodes.size === 0) return OPEN_FIRST;
  const files = [...graph.nodes.values()].filter(node => node.filename === name && node.driver !== 'file');
  const [file] = files;
  return file ? `\`${name}\` is a file; the node that has it open is \`${file.name}\`` : undefined;
}

import * as problems from '../../diagnostics/catalogue/graph.ts';
import type { Finding } from '../../diagnostics/diagnostic.ts';
import {
  type ChainMatch,
  type ChainMismatch,
  type ChainPattern,
  compareChain as compare,
  matchChain,
} from '../../graph/chain-pattern.ts';
import { graphFromChain, mergeGraphs } from '../../graph/declared.ts';
import { type BlockGraph, unknownGraph } from '../../graph/graph.ts';
import { Later } from '../../qapi/placeholder.ts';
import { type Datum, NodeDatum } from '../../statements/datum.ts';
import type { CheckStep } from '../../statements/step.ts';
import type { ChainPattern as ChainSyntax, Link } from '../../syntax/ast.ts';
import type { Answer } from './answer.ts';
import { evaluateAs } from './arguments.ts';
import type { Context } from './context.ts';
import { StatementFailure } from './failure.ts';
import { knownGraph } from './known-graph.ts';
import { sightingOf } from './nodes.ts';
import { datumText, evaluateValue } from './values.ts';

/**
 * `chain …`: holds what the script starts from against what is there, and binds its names. Where nothing is known of the
 * QEMU, what the chain says becomes what is known.
 */
export async function declareChain(chain: ChainSyntax, context: Context): Promise<Datum> {
  const pattern = await patternOf(chain, context, declaredName);
  // Which chain is meant is not known before the device is: then the line says all there is.
  const isOpen = pattern.device?.startsWith('$') && (await context.world.graph()).complete;
  if (isOpen) context.world.learn(unknownGraph);
  const graph = await knownGraph(context.world, chain.span);
  const match = matchChain(pattern, graph);
  if (match.matched) {
    bindMatch(match, graph, context);
    warnOfHiddenNodes(chain, match, graph, context);
    await context.world.perform(chainCheck(pattern, match.chain));
    return null;
  }
  if (!isUnknown(match, graph) || !context.world.planning)
    throw new StatementFailure('expectation', mismatch(chain, match));
  const declared = mergeGraphs(graph, graphFromChain(pattern));
  context.world.learn(declared);
  bindDeclared(pattern, declared, context);
  await context.world.perform(chainCheck(pattern, patternNames(pattern)));
  return null;
}

/** `expect chain …`: binds nothing, compares names with the nodes that they stand for. */
export async function compareChain(chain: ChainSyntax, context: Context): Promise<Answer> {
  const pattern = await patternOf(chain, context, nodeNameOf);
  const graph = await knownGraph(context.world, chain.span);
  if (pattern.links.some(link => link.name === UNKNOWN)) return { holds: 'later' };
  const match = compare(pattern, graph);
  if (match.matched) {
    await context.world.perform(chainCheck(pattern, match.chain));
    return { holds: true };
  }
  if (context.world.planning && isUnknown(match, graph)) return { holds: 'later' };
  return { holds: false, finding: mismatch(chain, match) };
}

/** For whoever follows the plan without qblk: the chain by its node-names, base first; null stands for any number of images. */
function chainCheck(pattern: ChainPattern, nodes: readonly (string | null)[]): CheckStep {
  const device = pattern.device?.startsWith('$') ? undefined : pattern.device;
  return { kind: 'check', check: { kind: 'chain', nodes, ...(device === undefined ? {} : { device }) } };
}

function patternNames(pattern: ChainPattern): (string | null)[] {
  return pattern.links.map(link => ('rest' in link ? null : link.name));
}

/** Whether the graph knows too little to say that the chain is another. */
function isUnknown(match: ChainMismatch, graph: BlockGraph): boolean {
  if (graph.complete) return false;
  return match.code === 'chain-unknown' || match.code === 'unknown-device' || match.code === 'unknown-image';
}

function mismatch(chain: ChainSyntax, match: ChainMismatch): Finding {
  const link = match.link === undefined ? undefined : chain.links[match.link];
  const at = match.code === 'unknown-device' ? (chain.device ?? chain) : (link ?? chain);
  return problems.chainDiffers(at.span, match.code, match.message, match.word);
}

function bindMatch(match: ChainMatch, graph: BlockGraph, context: Context): void {
  for (const [name, node] of match.bindings) bindNode(name, node, graph, context);
  for (const [name, nodes] of match.rests) {
    const list = nodes.map(node => new NodeDatum(node, node, sightingOf(graph.nodes.get(node))));
    context.scope.bind(name, list);
  }
}

/** A procedure's names are its own and end with it: whoever wrote it can't know what is open around it. */
function warnOfHiddenNodes(chain: ChainSyntax, match: ChainMatch, graph: BlockGraph, context: Context): void {
  if (!context.world.planning || context.calls.open.length > 0) return;
  for (const link of chain.links) {
    if (link.kind === 'rest' || link.name.kind !== 'bare') continue;
    const { text, span } = link.name;
    const node = match.bindings.get(text);
    if (node !== undefined && node !== text && graph.nodes.has(text))
      context.findings.push(problems.nodeNameHidden(span, text, node));
  }
}

function bindDeclared(pattern: ChainPattern, graph: BlockGraph, context: Context): void {
  for (const link of pattern.links) {
    if (!('rest' in link)) bindNode(link.name, link.name, graph, context);
    else if (link.name !== undefined) context.scope.bind(link.name, new Later(`the images ${link.name}`));
  }
}

function bindNode(name: string, node: string, graph: BlockGraph, context: Context): void {
  context.scope.bindNode(name, new NodeDatum(name, node, sightingOf(graph.nodes.get(node))));
}

/** Stands in a pattern for a node whose name only the run will show; no node can be called so. */
const UNKNOWN = '<later>';

type NameOf = (link: Extract<Link, { kind: 'image' }>, context: Context) => Promise<string>;

/** In `chain` a bare word is a name to bind. */
const declaredName: NameOf = async (link, context) =>
  link.name.kind === 'bare' ? link.name.text : nodeNameOf(link, context);

/** In `expect chain` a word is a node that the script has bound, or else a node-name. */
const nodeNameOf: NameOf = async (link, context) => {
  const datum = link.name.kind === 'bare' ? link.name.text : await evaluateValue(link.name, context);
  const node = typeof datum === 'string' ? (context.scope.node(datum)?.nodeName ?? datum) : datum;
  if (node instanceof Later || (node instanceof NodeDatum && node.nodeName instanceof Later)) return UNKNOWN;
  return datumText(node);
};

async function patternOf(chain: ChainSyntax, context: Context, nameOf: NameOf): Promise<ChainPattern> {
  const device = chain.device && (await evaluateAs({ is: 'device' }, 'device', chain.device, context));
  const links: ChainPattern['links'][number][] = [];
  for (const link of chain.links) {
    if (link.kind === 'rest') {
      links.push({ rest: true, ...(link.name ? { name: link.name.text } : {}) });
      continue;
    }
    links.push({ name: await nameOf(link, context), ...(await attributesOf(link, context)) });
  }
  return device === undefined
    ? { links }
    : { device: device instanceof Later ? `$${device.what}` : String(device), links };
}

async function attributesOf(link: Extract<Link, { kind: 'image' }>, context: Context) {
  const filename = link.filename && (await evaluateAs({ is: 'path' }, 'filename', link.filename, context));
  const attribute = async (kind: 'size' | 'string', name: string) => {
    const found = link.attributes.find(({ key }) => key.text === name);
    return found && evaluateAs({ is: kind }, name, found.value, context);
  };
  const size = await attribute('size', 'size');
  const format = await attribute('string', 'format');
  return {
    ...(typeof filename === 'string' ? { filename } : {}),
    ...(typeof size === 'number' ? { size } : {}),
    ...(typeof format === 'string' ? { format } : {}),
  };
}

import { amendBitmap } from '../../graph/bitmaps.ts';
import { withNode } from '../../graph/change.ts';
import type { Attachment, BlockGraph, BlockNode, NodeName, Refusal } from '../../graph/graph.ts';
import { isObject } from '../../qmp/json.ts';
import { Arguments, isRefusal } from '../define.ts';
import { checkBitmap, type FoundBitmap, findBitmap } from './bitmaps.ts';
import { saidByQemu } from './qemu-error.ts';
import { quoted, refuse } from './refusals.ts';

type Served = NonNullable<Attachment['bitmaps']>;

/** The bitmaps that an export is to show to its clients, those of the images below its node too, or why it can't. */
export function findServed(graph: BlockGraph, args: Arguments, node: BlockNode): Served | Refusal {
  const served: { node: NodeName; name: string }[] = [];
  const list = args.value('bitmaps');
  for (const [at, item] of Array.isArray(list) ? list.entries() : []) {
    const argument = `bitmaps.${at}`;
    const found = isObject(item)
      ? findBitmap(graph, new Arguments(item), 'node', 'name')
      : typeof item === 'string'
        ? bitmapBelow(graph, args, node, item, argument)
        : undefined;
    if (isRefusal(found))
      return isObject(item) ? { ...found, argument: `${argument}.${found.argument}` } : found;
    const wrong = found && checkBitmap(found, 'read', argument);
    if (wrong) return wrong;
    if (found) served.push({ node: found.node.name, name: found.name });
  }
  return served;
}

function bitmapBelow(
  graph: BlockGraph,
  args: Arguments,
  node: BlockNode,
  name: string,
  argument: string,
): FoundBitmap | Refusal | undefined {
  const seen = new Set<NodeName>();
  let at: BlockNode | undefined = node;
  while (at && !seen.has(at.name)) {
    seen.add(at.name);
    const bitmap = at.bitmaps?.find(one => one.name === name);
    if (bitmap) {
      const found = { node: at, name, bitmap };
      return args.flag('writable') ? found : (checkStill(found, argument) ?? found);
    }
    if (!at.bitmaps || at.backing === undefined) return undefined;
    if (at.backing === null) break;
    at = graph.nodes.get(at.backing);
  }
  if (!graph.complete) return undefined;
  const message = `Neither ${quoted(node.name)} nor an image below it has a bitmap ${quoted(name)}.`;
  return saidByQemu(refuse('unknown-bitmap', argument, message), `Bitmap '${name}' is not found`);
}

/** A read-only export shows a bitmap as it is, so that one must not go on noting writes. */
function checkStill({ node, name, bitmap }: FoundBitmap, argument: string): Refusal | undefined {
  if (node.readOnly !== false || !bitmap?.recording) return undefined;
  const message = `The bitmap ${quoted(name)} still takes note of writes, and the export is read-only.`;
  return saidByQemu(
    refuse('bitmap-enabled', argument, message, [
      `disable it first: bitmap disable ${node.name} name=${name}`,
      'or let clients write: writable=on',
    ]),
    `Enabled bitmap '${name}' incompatible with readonly export`,
  );
}

/** The graph with the bitmaps of a new export in use. */
export function takeServed(graph: BlockGraph, served: Served): BlockGraph {
  return served.reduce((now, { node, name }) => amendBitmap(now, node, name, { busy: true }), graph);
}

/** `after`, with the bitmaps free again that exports used which it has no more. */
export function releaseServed(before: BlockGraph, after: BlockGraph): BlockGraph {
  if (before.attachments === after.attachments) return after;
  const kept = new Set(after.attachments.map(({ kind, id }) => `${kind} ${id}`));
  const ended = before.attachments.filter(({ kind, id }) => kind === 'export' && !kept.has(`${kind} ${id}`));
  let now = after;
  for (const { bitmaps } of ended) {
    // Which bitmaps an export uses that was found there can't be asked.
    if (!bitmaps) now = forgetBusy(now);
    for (const { node, name } of bitmaps ?? []) now = amendBitmap(now, node, name, { busy: false });
  }
  return now;
}

/** The graph in which nothing is said of the bitmaps of nodes where one is in use; `source` narrows it to one node. */
export function forgetBusy(graph: BlockGraph, source?: NodeName): BlockGraph {
  let now = graph;
  for (const node of source === undefined ? graph.nodes.values() : [graph.nodes.get(source)]) {
    if (!node?.bitmaps?.some(({ busy }) => busy)) continue;
    const { bitmaps: _, ...rest } = node;
    now = withNode(now, rest);
  }
  return now;
}

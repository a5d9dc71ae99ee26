import { findDevice, rootOf } from '../../graph/chain.ts';
import { chainRecord, linesAbove } from '../../graph/chain-record.ts';
import { chainTops, sizeText } from '../../graph/draw.ts';
import { drawTree } from '../../graph/draw-tree.ts';
import type { BlockGraph, BlockNode } from '../../graph/graph.ts';
import { type Datum, isDatumObject } from '../../statements/datum.ts';
import { execute } from '../../statements/step.ts';
import { harmless } from '../../text/harmless.ts';
import type { Span } from '../../text/source.ts';
import { knownGraph } from './known-graph.ts';
import type { World } from './world.ts';

/** What `show` can show. */
export const subjects: readonly string[] = ['chain', 'nodes', 'jobs', 'bitmaps', 'exports', 'status'];

export interface Shown {
  readonly text: string;
  readonly value: Datum;
}

/**
 * One look at the QEMU: text for people, and the same as data. `name` narrows it to what is called so. Throws a StatementFailure at `span`
 * where there can be no look.
 */
export async function show(
  subject: string,
  name: string | undefined,
  world: World,
  span: Span,
): Promise<Shown> {
  switch (subject) {
    case 'chain':
      return showChain(await knownGraph(world, span), name);
    case 'nodes':
      return showNodes(await knownGraph(world, span), name);
    case 'jobs':
      return showRecords(await world.perform(execute('query-jobs')), name, jobLine, 'job');
    case 'bitmaps':
      return showBitmaps(await world.perform(execute('query-named-block-nodes', { flat: true })), name);
    case 'exports':
      return showRecords(await world.perform(execute('query-block-exports')), name, exportLine, 'export');
    default:
      return showStatus(world);
  }
}

function showChain(graph: BlockGraph, name: string | undefined): Shown {
  const device = name === undefined ? undefined : findDevice(graph, name);
  const tops =
    name === undefined
      ? chainTops(graph)
      : [device ? rootOf(graph, device) : name].filter(top => graph.nodes.has(top));
  const value = tops.map(top => chainRecord(graph, top));
  if (tops.length > 0) {
    const above = name === undefined ? [] : tops.flatMap(top => linesAbove(graph, top));
    return { text: [drawTree(graph, tops), ...above].join('\n'), value };
  }
  const text = name === undefined ? 'no images' : `no device and no node is called ${harmless(name)}`;
  return { text, value };
}

function showNodes(graph: BlockGraph, name: string | undefined): Shown {
  const nodes = [...graph.nodes.values()].filter(node => name === undefined || node.name === name);
  const value = nodes.map(node => ({
    'node-name': node.name,
    driver: node.driver ?? null,
    size: node.size ?? null,
    'read-only': node.readOnly ?? null,
    filename: node.filename ?? null,
    backing: node.backing ?? null,
  }));
  const known = [...graph.nodes.keys()].filter(node => !node.startsWith('#'));
  const none = absent('node', name, known) ?? 'no nodes';
  return { text: nodes.length === 0 ? none : table(nodes.map(nodeRow)), value };
}

/** That nothing is called `name`, and what there is; undefined where no name was asked for. */
function absent(what: string, name: string | undefined, known: readonly string[]): string | undefined {
  if (name === undefined) return undefined;
  const there = known.length === 0 ? 'there is none' : `there is ${known.map(harmless).join(', ')}`;
  return `there is no ${what} \`${harmless(name)}\`: ${there}`;
}

function nodeRow(node: BlockNode): string[] {
  const access = node.readOnly === undefined ? '' : node.readOnly ? 'ro' : 'rw';
  return [
    node.name,
    node.driver ?? '',
    node.size === undefined ? '' : sizeText(node.size),
    access,
    node.filename ?? '',
  ];
}

function showRecords(
  reply: Datum,
  name: string | undefined,
  line: (record: Record<string, Datum>) => string[],
  what: string,
): Shown {
  const all = Array.isArray(reply) ? (reply as readonly Datum[]).filter(isDatumObject) : [];
  const records = all.filter(record => name === undefined || record['id'] === name);
  const none =
    absent(
      what,
      name,
      all.map(record => String(record['id'])),
    ) ?? `no ${what}s`;
  return { text: records.length === 0 ? none : table(records.map(line)), value: records };
}

function jobLine(record: Record<string, Datum>): string[] {
  const done = Number(record['current-progress'] ?? 0);
  const total = Number(record['total-progress'] ?? 0);
  const share = total > 0 ? `${Math.floor((100 * done) / total)}%` : '';
  const error = record['error'] ? String(record['error']) : '';
  return [
    String(record['id']),
    String(record['type']),
    String(record['status']),
    share,
    `${done} of ${total}`,
    error,
  ];
}

function exportLine(record: Record<string, Datum>): string[] {
  const state = record['shutting-down'] ? 'ending' : '';
  return [String(record['id']), String(record['type']), String(record['node-name']), state];
}

function showBitmaps(reply: Datum, name: string | undefined): Shown {
  const nodes = Array.isArray(reply) ? (reply as readonly Datum[]).filter(isDatumObject) : [];
  const bitmaps = nodes.flatMap(node => {
    const list = node['dirty-bitmaps'];
    const own = Array.isArray(list) ? (list as readonly Datum[]).filter(isDatumObject) : [];
    return own.map(bitmap => ({ node: String(node['node-name']), ...bitmap }));
  });
  const wanted = bitmaps.filter(
    bitmap => name === undefined || bitmap.node === name || bitmap['name' as never] === name,
  );
  return showRecords(wanted, undefined, bitmapLine, 'bitmap');
}

function bitmapLine(record: Record<string, Datum>): string[] {
  const state = [
    record['recording'] ? 'recording' : 'disabled',
    record['busy'] ? 'busy' : '',
    record['persistent'] ? 'persistent' : '',
    record['inconsistent'] ? 'inconsistent' : '',
  ];
  return [
    String(record['node']),
    String(record['name']),
    `${sizeText(Number(record['count'] ?? 0))} dirty`,
    `granularity ${sizeText(Number(record['granularity'] ?? 0))}`,
    state.filter(Boolean).join(', '),
  ];
}

async function showStatus(world: World): Promise<Shown> {
  if (!world.schema.command('query-status')) return { text: 'no machine: a storage daemon', value: null };
  const reply = await world.perform(execute('query-status'));
  return { text: isDatumObject(reply) ? String(reply['status']) : '', value: reply };
}

/** Rows with their columns aligned; every cell is made harmless. */
function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map(row => row.map(harmless));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map(row => row[column]?.length ?? 0)));
  return cells
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

import { attachedChains, looseChains } from '../graph/attached.ts';
import { attachmentsOf, beneathFilters, storageNodes } from '../graph/chain.ts';
import { sizeText } from '../graph/draw.ts';
import type { BlockGraph, BlockNode, DirtyBitmap, NodeName } from '../graph/graph.ts';
import type { Fits } from '../statements/fits.ts';
import { harmless } from '../text/harmless.ts';
import type { Candidate } from './completion.ts';
import { written } from './quoting.ts';
import type { Scene } from './scene.ts';
import type { EditorWorld } from './world.ts';

const ALL: Fits = () => true;

type Kind = Candidate['kind'];

/** A candidate for something that has a name of its own. */
export function named(name: string, summary: string, kind: Kind, { typed }: Scene): Candidate {
  const text = written(name, typed);
  return { text, ...(text === name ? {} : { label: name }), summary: harmless(summary), kind };
}

/** The same, those that fit alone, in two ranks. */
export function fitting<T>(items: readonly T[], nameOf: (item: T) => string, fits: Fits = ALL): T[] {
  const ranked = items.map(item => [item, fits(nameOf(item))] as const);
  const of = (rank: boolean | 'last') => ranked.flatMap(([item, fit]) => (fit === rank ? [item] : []));
  return [...of(true), ...of('last')];
}

/**
 * The images of the graph, a chain after the other from its top, under the names that a script has for them. Nodes of
 * QEMU's own naming come last; those that only hold the bytes of images, and filters, only where `#` or their own
 * beginning was typed.
 */
export function nodes(scene: Scene, fits: Fits = ALL): Candidate[] {
  const { graph } = scene.qemu;
  const candidates: Candidate[] = [];
  const generated: Candidate[] = [];
  for (const node of fitting(inOrder(graph, scene), ({ name }) => name, fits)) {
    const candidate = named(node.name, nodeSummary(graph, node), 'node', scene);
    (node.name.startsWith('#') ? generated : candidates).push(candidate);
  }
  return [...aliases(scene, fits), ...candidates, ...generated];
}

/** The names that a script has bound to nodes which QEMU calls otherwise. */
function aliases(scene: Scene, fits: Fits): Candidate[] {
  const { graph } = scene.qemu;
  const bound = scene.world.carried?.scope.at(scene.endpoint).nodes() ?? new Map();
  const found = [...bound].flatMap(([name, { nodeName }]) => {
    const node = typeof nodeName === 'string' && nodeName !== name ? graph.nodes.get(nodeName) : undefined;
    return node ? [{ name, node }] : [];
  });
  return fitting(found, ({ node }) => node.name, fits).map(({ name, node }) =>
    named(name, `${node.name}: ${nodeSummary(graph, node)}`, 'node', scene),
  );
}

function inOrder(graph: BlockGraph, { typed }: Scene): BlockNode[] {
  const chains = [...attachedChains(graph).values(), ...looseChains(graph).values()];
  const images = new Set(chains.flatMap(chain => [...chain.nodes].reverse()));
  const hidden = storageNodes(graph);
  const wantsHidden = typed.text.startsWith('#');
  const isWanted = ({ name, filter }: BlockNode) =>
    wantsHidden || (!filter && !hidden.has(name)) || (typed.text !== '' && !name.startsWith('#'));
  const rest = [...graph.nodes.keys()].filter(name => !images.has(name));
  return [...images, ...rest].flatMap(name => graph.nodes.get(name) ?? []).filter(isWanted);
}

/** `qcow2, 64M, c.qcow2; active layer of disk0`. */
function nodeSummary(graph: BlockGraph, node: BlockNode): string {
  const { driver, size, filename, filter } = node;
  const facts = [driver, size === undefined ? undefined : sizeText(size), filename?.split('/').at(-1)];
  const users = filter ? [] : attachmentsOf(graph, node.name);
  const use = users.map(({ id, kind }) => id || kind).join(', ');
  return facts.filter(Boolean).join(', ') + (use && `; ${use} uses it`) || 'a node';
}

/** What a node-name is that a script's word stands for. */
export function nodeNamed(word: string, { world, endpoint }: Scene): NodeName {
  const bound = world.carried?.scope.at(endpoint).node(word)?.nodeName;
  return typeof bound === 'string' ? bound : word;
}

/** What uses nodes from outside: guest devices and block backends, or exports. */
export function devices(scene: Scene): Candidate[] {
  const { graph } = scene.qemu;
  return graph.attachments.flatMap(({ kind, id, node }) =>
    kind === 'export' || id === ''
      ? []
      : [named(id, `${kind} on ${beneathFilters(graph, node)}`, 'device', scene)],
  );
}

export function exports(scene: Scene): Candidate[] {
  return scene.qemu.graph.attachments.flatMap(item => {
    if (item.kind !== 'export') return [];
    const how = item.exportType ?? 'export';
    return [named(item.id, `${how} of ${item.node}${item.writable ? ', writable' : ''}`, 'export', scene)];
  });
}

export function jobs(scene: Scene, fits: Fits = ALL): Candidate[] {
  return fitting([...scene.qemu.graph.jobs.values()], ({ id }) => id, fits).map(({ id, type, status }) =>
    named(id, `${type}, ${status}`, 'job', scene),
  );
}

/** The bitmaps of one node, or of all where none is named. */
export function bitmaps(scene: Scene, node: NodeName | undefined, fits: Fits = ALL): Candidate[] {
  const { graph } = scene.qemu;
  const nodes = node === undefined ? [...graph.nodes.values()] : [graph.nodes.get(node)];
  const found = nodes.flatMap(owner => owner?.bitmaps?.map(bitmap => ({ bitmap, owner })) ?? []);
  return fitting(found, ({ bitmap }) => bitmap.name, fits).map(({ bitmap, owner }) => {
    const where = node === undefined ? `of ${owner.name}, ` : '';
    return named(bitmap.name, where + bitmapSummary(bitmap), 'bitmap', scene);
  });
}

function bitmapSummary({ recording, persistent, busy, inconsistent, granularity }: DirtyBitmap): string {
  if (inconsistent) return 'inconsistent: it can only be removed';
  const facts = [recording ? 'takes note of writes' : 'disabled', ...(persistent ? ['persistent'] : [])];
  if (busy) facts.push('in use');
  if (granularity !== undefined) facts.push(`granularity ${sizeText(granularity)}`);
  return facts.join(', ');
}

/** The files that the path which is being typed can go on to. */
export function paths({ world, typed }: Scene): Candidate[] {
  return filesAfter(typed.text, world).map(candidate => {
    const { text: path, isOpen } = candidate;
    const text = written(path, typed);
    if (text === path) return candidate;
    // A folder's quotes stay open: its path goes on.
    return { ...candidate, text: isOpen ? text.slice(0, -1) : text, label: path };
  });
}

/** The same without quotes, for whatever takes a path as it stands. */
export function filesAfter(typed: string, world: EditorWorld): Candidate[] {
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1);
  return (world.paths?.(typed) ?? []).map((name): Candidate => {
    const path = name.startsWith(folder) ? name : folder + name;
    if (!path.endsWith('/')) return { text: path, summary: 'file', kind: 'path' };
    return { text: path, summary: 'folder', kind: 'path', isOpen: true };
  });
}

/** Words of the language or of an enumeration. */
export function words(list: readonly string[], summary: string, kind: Kind = 'word'): Candidate[] {
  return list.map(text => ({ text, summary, kind }));
}

import { columnsOf, cutStart } from '../text/columns.ts';
import { harmless } from '../text/harmless.ts';
import { type ChainPicture, chainPictures, type PicturedImage } from './chain-picture.ts';
import { chainTops, drawChain, sizeText } from './draw.ts';
import type { BlockGraph, DirtyBitmap, NodeName } from './graph.ts';
import { hasEnded } from './job.ts';
import { brackets, type Place, placesOf } from './tree-jobs.ts';

/** As wide as a tree gets where its names allow it: what a terminal has at the least. */
const WIDTH = 80;
/** What is left of a file's name in any case. */
const LEAST_FILE = 16;

/** One line of a tree, in its parts. */
export interface Row {
  /** The lines of the tree up to here, and the mark of an image. */
  readonly lead: string;
  readonly text: string;
  /** What is in columns behind the name of an image. */
  readonly facts?: readonly string[];
  readonly file?: string;
  /** The image, in its own row. */
  readonly node?: NodeName;
}

/**
 * The chains below `tops` for `show chain`: each as a script writes it, then as a tree: who uses it, the active layer and
 * what it is backed by, an image a line, with bitmaps, filters and jobs where they are. An image that several chains share
 * stands once, below all of them.
 */
export function drawTree(graph: BlockGraph, tops: readonly NodeName[] = chainTops(graph)): string {
  const pictures = chainPictures(graph, tops);
  const upon = new Map<NodeName, ChainPicture[]>();
  const roots: ChainPicture[] = [];
  for (const picture of pictures) {
    const [lowest] = picture.images;
    if (!lowest?.elsewhere) roots.push(picture);
    else upon.set(lowest.node, [...(upon.get(lowest.node) ?? []), picture]);
  }
  const placed = new Set(pictures.flatMap(({ jobs }) => jobs.map(({ id }) => id)));
  const trees = roots.map(root =>
    drawOne({ graph, upon, places: placesOf(graph, together(root, upon)) }, root),
  );
  // Those of other chains are no matter of who asked for one.
  const asked = new Set(tops);
  const isWhole = chainTops(graph).every(top => asked.has(top));
  const lost = [...graph.jobs.values()].filter(
    job => isWhole && !hasEnded(job.status) && !placed.has(job.id),
  );
  const rest = lost.map(({ id, type, status }) => harmless(`${id}: ${type}, ${status}`)).join('\n');
  return [...trees, ...(rest === '' ? [] : [rest])].join('\n\n');
}

interface Drawing {
  readonly graph: BlockGraph;
  /** The chains that begin with an image of another. */
  readonly upon: ReadonlyMap<NodeName, readonly ChainPicture[]>;
  readonly places: readonly Place[];
}

/** A chain, and all that are upon its images, as they come in the tree. */
function together(root: ChainPicture, upon: Drawing['upon']): ChainPicture[] {
  const others = root.images
    .toReversed()
    .flatMap(({ node, elsewhere }) => (elsewhere ? [] : (upon.get(node) ?? [])));
  return [root, ...others.flatMap(other => together(other, upon))];
}

function drawOne(drawing: Drawing, root: ChainPicture): string {
  const { graph, upon, places } = drawing;
  const heads = together(root, upon).map(({ top, users }) =>
    [drawChain(graph, top), ...(users.length > 0 ? [usersText(users)] : [])].join(' <- '),
  );
  const rows = [...branch(drawing, root, '')];
  const left = brackets(places, rows);
  const indent = left[0]?.length ?? 0;
  const widths = [0, 1, 2].map(at => widest(rows.map(({ facts }) => facts?.[at] ?? '')));
  const named = widest(rows.map(({ lead, text, node }) => (node === undefined ? '' : lead + text)));
  const lines = rows.map(({ lead, text, facts, file = '' }, at) => {
    const start = `${left[at] ?? ''}${padded(lead + text, facts ? named : 0)}`;
    if (!facts) return start;
    const cells = facts.map((fact, column) => padded(fact, widths[column] ?? 0));
    const used = indent + named + widths.reduce((sum, width) => sum + (width > 0 ? width + 2 : 0), 0) + 2;
    const shown = cutStart(file, Math.max(LEAST_FILE, WIDTH - used));
    return [start, ...cells.filter(cell => cell !== ''), shown].join('  ');
  });
  return [...heads, ...lines.map(line => line.trimEnd())].join('\n');
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, columnsIn(text)), 0);
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsIn(text)));
}

/** The signs that a tree is drawn with take one column each. */
function columnsIn(text: string): number {
  const own = text.match(/[\u2500-\u257f\u25c7-\u25cf\u2717]/g)?.length ?? 0;
  return columnsOf(text) - own;
}

/** From the users of a chain down to its base, or to where it meets the chain that it is upon. */
function* branch(drawing: Drawing, picture: ChainPicture, before: string): Generator<Row> {
  const { users, images, ends } = picture;
  const own = images.filter(({ elsewhere }) => !elsewhere).reverse();
  const isUpon = own.length < images.length;
  if (users.length > 0) yield { lead: before, text: usersText(users) };
  for (const [at, image] of own.entries()) {
    const isLowest = at === own.length - 1;
    for (const filter of (image.filters ?? []).toReversed())
      yield { lead: `${before}◇ `, text: `${harmless(filter)}, a filter` };
    const above = at > 0 || users.length > 0 || image.filters !== undefined;
    yield* joined(drawing, image.node, before, above);
    const below = !isLowest || isUpon || !ends ? '│' : ' ';
    yield* imageRows(drawing, image, before, below);
    if (isLowest && !isUpon && !ends) yield { lead: `${before}┆ `, text: 'what is below is not known' };
  }
}

/** The other chains that are upon an image, each in a column of its own, and their way to it. */
function* joined(drawing: Drawing, node: NodeName, before: string, isFirst: boolean): Generator<Row> {
  const others = drawing.upon.get(node) ?? [];
  for (const [at, other] of others.entries()) {
    const passed = `${isFirst ? '│' : ' '}  ${'│  '.repeat(at)}`;
    yield* branch(drawing, other, before + passed);
  }
  if (others.length > 0)
    yield { lead: `${before}${isFirst ? '├' : '╭'}──${'┴──'.repeat(others.length - 1)}╯`, text: '' };
}

function* imageRows(
  { graph, places }: Drawing,
  image: PicturedImage,
  before: string,
  below: string,
): Generator<Row> {
  const { node, file, format = '', size = '', invalid } = image;
  const { readOnly, bitmaps = [] } = graph.nodes.get(node) ?? {};
  const mark = invalid !== undefined ? '✗' : readOnly === false ? '●' : '○';
  const access = readOnly === undefined ? '' : readOnly ? 'ro' : 'rw';
  yield {
    node,
    lead: `${before}${mark} `,
    text: harmless(node),
    facts: [harmless(format), size, access],
    ...(file === undefined ? {} : { file: harmless(file) }),
  };
  const details = [
    ...(invalid === undefined ? [] : [`invalid: ${invalid}`]),
    ...bitmaps.map(bitmapText),
    ...places.flatMap(({ rows, label }) => (rows[0] === node ? [label] : [])),
    ...places.flatMap(({ written, label }) => (written === node ? [`written by ${label}`] : [])),
  ];
  for (const detail of details) yield { lead: `${before}${below}   `, text: harmless(detail) };
}

function bitmapText({ name, granularity, recording, busy, persistent, inconsistent }: DirtyBitmap): string {
  const facts = [
    recording ? 'recording' : 'disabled',
    ...(busy ? ['busy'] : []),
    ...(persistent ? ['persistent'] : []),
    ...(inconsistent ? ['inconsistent'] : []),
    ...(granularity === undefined ? [] : [`granularity ${sizeText(granularity)}`]),
  ];
  return `bitmap ${name}: ${facts.join(', ')}`;
}

/** The users of a chain, as they stand at its end: `[disk0, export e0]`. */
export function usersText(users: ChainPicture['users']): string {
  const names = users.map(({ kind, name }) => `${kind === 'export' ? 'export ' : ''}${harmless(name)}`);
  return `[${names.join(', ')}]`;
}

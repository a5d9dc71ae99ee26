import { attachmentsOf, beneathFilters, chainEnds, linksDown, overlaysOf, parentsOf } from './chain.ts';
import { knownUsers, nameOf } from './device-name.ts';
import { chainText, chainTops, sizeText } from './draw.ts';
import type { Attachment, BlockGraph, BlockJob, BlockNode, NodeName } from './graph.ts';
import { hasEnded } from './job.ts';
import { between } from './job-nodes.ts';
import { nodesUsing } from './users.ts';

/** One chain as a picture shows it: plain data, with names as they are. */
export interface ChainPicture {
  /** Its active layer. */
  readonly top: NodeName;
  /** What uses the chain: from outside the graph, or a node that is no overlay, as a quorum; none for one that is only open. */
  readonly users: readonly { readonly kind: Attachment['kind'] | 'node'; readonly name: string }[];
  /** Base first. */
  readonly images: readonly PicturedImage[];
  /** Whether the lowest image is surely the end. */
  readonly ends: boolean;
  readonly jobs: readonly PicturedJob[];
}

export interface PicturedImage {
  readonly node: NodeName;
  /** It is drawn in the picture of another chain, and stands here for what is below. */
  readonly elsewhere?: true;
  readonly file?: string;
  readonly format?: string;
  /** As `64M`. */
  readonly size?: string;
  /** Why its contents are of no use any more. */
  readonly invalid?: string;
  /** The drivers of the filters directly above it, the lowest first. */
  readonly filters?: readonly string[];
  readonly bitmaps?: readonly {
    readonly name: string;
    readonly recording: boolean;
    readonly busy: boolean;
    readonly persistent: boolean;
  }[];
}

/** A job over the images that it works on, by their places in the chain. */
export interface PicturedJob {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly from: number;
  readonly to: number;
  /** Which end its data go to; missing where both ends are one image. */
  readonly toward?: 'base' | 'active';
  /** The image outside this chain that it writes. */
  readonly target?: NodeName;
  /** This chain is what it writes. */
  readonly isTarget?: true;
}

/**
 * The chains below `tops`: every chain of a graph where none are given, what has users first. Filters are told with the
 * image below them. An image that several chains share is drawn in the first; the others begin with its name alone.
 */
export function chainPictures(
  graph: BlockGraph,
  tops: readonly NodeName[] = chainTops(graph),
): ChainPicture[] {
  const drawn = new Set<NodeName>();
  return tops.map(top => {
    const images = imagesBelow(graph, top, drawn);
    for (const { node } of images) drawn.add(node);
    const users = chainUsers(graph, top);
    return { top, users, images, ends: chainEnds(graph, top), jobs: jobsOn(graph, images) };
  });
}

/** The pictures that differ between two graphs, each list without what is the same in both. */
export function changedPictures(
  before: BlockGraph,
  after: BlockGraph,
): { readonly before: ChainPicture[]; readonly after: ChainPicture[] } {
  if (before === after) return { before: [], after: [] };
  const was = new Map(chainPictures(before).map(picture => [JSON.stringify(picture), picture]));
  const is = new Map(chainPictures(after).map(picture => [JSON.stringify(picture), picture]));
  return {
    before: [...was].flatMap(([text, picture]) => (is.has(text) ? [] : picture)),
    after: [...is].flatMap(([text, picture]) => (was.has(text) ? [] : picture)),
  };
}

/** A picture in one line, for those who can't see it. */
export function pictureText({ users, images, ends, jobs }: ChainPicture): string {
  const names = images.map(({ node, invalid }) => `${node}${invalid === undefined ? '' : ' (invalid)'}`);
  const chain = chainText(ends || images[0]?.elsewhere ? names : ['...', ...names]);
  const who = users.map(({ kind, name }) => (kind === 'export' ? `export ${name}` : name)).join(', ');
  const work = jobs.map(({ id, type, status }) => `; ${id}: ${type}, ${status}`).join('');
  return `${who === '' ? '' : `${who}: `}${chain}${work}`;
}

/** What uses the chain below `top`. */
export function chainUsers(graph: BlockGraph, top: NodeName): ChainPicture['users'] {
  const users = knownUsers(attachmentsOf(graph, top));
  const parents = nodesUsing(graph, top).filter(node => node.backing !== top);
  return [
    ...users.map(user => ({ kind: user.kind, name: nameOf(user) })),
    ...parents.map(({ driver = 'node', name }) => ({ kind: 'node' as const, name: `${driver} ${name}` })),
  ];
}

function imagesBelow(graph: BlockGraph, top: NodeName, drawn: ReadonlySet<NodeName>): PicturedImage[] {
  const images: PicturedImage[] = [];
  const filters: string[] = [];
  for (const name of linksDown(graph, highestFilter(graph, top))) {
    const node: BlockNode = graph.nodes.get(name) ?? { name };
    if (node.filter) {
      filters.unshift(node.driver ?? 'filter');
      continue;
    }
    const elsewhere = drawn.has(name);
    images.push(elsewhere ? { node: name, elsewhere } : pictured(node, filters.splice(0)));
    if (elsewhere) break;
  }
  return images.reverse();
}

function highestFilter(graph: BlockGraph, top: NodeName): NodeName {
  const seen = new Set<NodeName>();
  for (let at = top; ; ) {
    seen.add(at);
    const above = parentsOf(graph, at).find(name => graph.nodes.get(name)?.filter && !seen.has(name));
    if (above === undefined) return at;
    at = above;
  }
}

function pictured(node: BlockNode, filters: readonly string[]): PicturedImage {
  const { name, driver, filename, size, invalid, bitmaps = [] } = node;
  return {
    node: name,
    ...(filename === undefined ? {} : { file: filename }),
    ...(driver === undefined ? {} : { format: driver }),
    ...(size === undefined ? {} : { size: sizeText(size) }),
    ...(invalid === undefined ? {} : { invalid }),
    ...(filters.length === 0 ? {} : { filters }),
    ...(bitmaps.length === 0
      ? {}
      : {
          bitmaps: bitmaps.map(({ name, recording, busy, persistent }) => ({
            name,
            recording,
            busy,
            persistent,
          })),
        }),
  };
}

function jobsOn(graph: BlockGraph, images: readonly PicturedImage[]): PicturedJob[] {
  const places = new Map(images.map(({ node, elsewhere }, at) => [elsewhere ? undefined : node, at]));
  const going = [...graph.jobs.values()].filter(({ status }) => !hasEnded(status));
  return going.flatMap(job => jobOver(graph, job, places) ?? []);
}

function jobOver(
  graph: BlockGraph,
  job: BlockJob,
  places: ReadonlyMap<NodeName | undefined, number>,
): PicturedJob | undefined {
  const { id, type, status } = job;
  const at = nodesOf(graph, job).flatMap(node => places.get(node) ?? []);
  const target = job.on?.['target'];
  if (at.length === 0) {
    const written = target === undefined ? undefined : places.get(beneathFilters(graph, target));
    return written === undefined
      ? undefined
      : { id, type, status, from: written, to: written, isTarget: true };
  }
  const [from, to] = [Math.min(...at), Math.max(...at)];
  return {
    id,
    type,
    status,
    from,
    to,
    ...(from === to ? {} : { toward: type === 'commit' ? 'base' : 'active' }),
    ...(target === undefined ? {} : { target }),
  };
}

/** The images that a job reads, and those of the chain that it writes. The device of a commit is only its way in. */
function nodesOf(graph: BlockGraph, job: BlockJob): NodeName[] {
  const given = Object.entries(job.on ?? {}).flatMap(([role, node]) =>
    role === 'target' || (role === 'device' && job.type === 'commit' && job.on?.['top-node'] !== undefined)
      ? []
      : [beneathFilters(graph, node)],
  );
  const amid = between(graph, job);
  const [highest] = amid;
  // Where the QEMU does not tell what a stream was given, it still writes what is above the images that it copies from.
  const above = job.on || job.type !== 'stream' || highest === undefined ? [] : overlaysOf(graph, highest);
  return [...given, ...amid, ...above];
}

import type { NodeName } from './graph.ts';

/** One image of a pattern; what it says of file, size (in bytes) and format must be so as well. */
export interface ImageLink {
  readonly name: string;
  readonly filename?: string;
  readonly size?: number;
  readonly format?: string;
}

/** `...` or `older...`: any number of images, none included. */
export interface RestLink {
  readonly rest: true;
  readonly name?: string;
}

export type Link = ImageLink | RestLink;

/** Whether a link stands for any number of images. */
export function isRest(link: Link): link is RestLink {
  return 'rest' in link;
}

/** Whether a file name as a person writes it means this one: the whole of it, or its last part. */
export function sameFile(written: string, filename: string | undefined): boolean {
  return (
    filename !== undefined &&
    (filename === written || filename.slice(filename.lastIndexOf('/') + 1) === written)
  );
}

/** One way to lay a pattern on a chain. */
export interface Alignment {
  readonly bindings: ReadonlyMap<string, NodeName>;
  readonly rests: ReadonlyMap<string, readonly NodeName[]>;
}

/** The ways to lay links on a chain, both base first: none, the only one, or the first two. Looks at each pair once. */
export function alignments(
  links: readonly Link[],
  chain: readonly NodeName[],
  fits: (link: ImageLink, name: NodeName) => boolean,
): Alignment[] {
  // ways[i][j]: in how many ways (two stand for many) the links from i on fit the chain from j on.
  const ways = links.map(() => new Array<number>(chain.length + 1).fill(0));
  ways.push([...new Array<number>(chain.length).fill(0), 1]);
  const count = (at: number, from: number) => ways[at]?.[from] ?? 0;
  const lies = (link: ImageLink, from: number) => from < chain.length && fits(link, chain[from] as NodeName);
  for (let at = links.length - 1; at >= 0; at--) {
    const link = links[at] as Link;
    for (let from = chain.length; from >= 0; from--) {
      const number = isRest(link)
        ? count(at + 1, from) + (from < chain.length ? count(at, from + 1) : 0)
        : lies(link, from)
          ? count(at + 1, from + 1)
          : 0;
      (ways[at] as number[])[from] = Math.min(2, number);
    }
  }
  return Array.from({ length: count(0, 0) }, () => trace(links, chain, count));
}

function trace(
  links: readonly Link[],
  chain: readonly NodeName[],
  count: (at: number, from: number) => number,
): Alignment {
  const bindings = new Map<string, NodeName>();
  const rests = new Map<string, NodeName[]>();
  let from = 0;
  for (const [at, link] of links.entries()) {
    if (!isRest(link)) {
      bindings.set(link.name, chain[from++] as NodeName);
      continue;
    }
    const begin = from;
    while (count(at + 1, from) === 0) from++;
    if (link.name !== undefined) rests.set(link.name, chain.slice(begin, from));
  }
  return { bindings, rests };
}

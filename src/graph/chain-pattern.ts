import {
  attachmentsOf,
  chainEnds,
  chainOf,
  findDevice,
  overlaysOf,
  rootAbove,
  rootOf,
  storageNodes,
} from './chain.ts';
import { alignments, type ImageLink, isRest, type Link, sameFile } from './chain-align.ts';
import { chainText, drawChain } from './draw.ts';
import type { BlockGraph, NodeName } from './graph.ts';

export type { Link } from './chain-align.ts';

/** A chain as a script writes it: base first, active layer last. */
export interface ChainPattern {
  /** A guest device's id or QOM path, a block backend's name, or an export's id. */
  readonly device?: string;
  readonly links: readonly Link[];
}

/** A pattern that fits: which node each of its names stands for. */
export interface ChainMatch {
  readonly matched: true;
  readonly bindings: ReadonlyMap<string, NodeName>;
  /** What each named rest stands for, base first. */
  readonly rests: ReadonlyMap<string, readonly NodeName[]>;
  /** The whole chain that was looked at, base first. */
  readonly chain: readonly NodeName[];
}

/** A pattern that does not fit, with both chains drawn for people. */
export interface ChainMismatch {
  readonly matched: false;
  readonly code:
    | 'unknown-device'
    | 'unknown-image'
    | 'ambiguous-image'
    | 'duplicate-name'
    | 'name-elsewhere'
    | 'chain-differs'
    | 'chain-unknown'
    | 'ambiguous-chain';
  /** A whole sentence. */
  readonly message: string;
  readonly expected: string;
  /** The chain that is there, where one was found. */
  readonly actual?: string;
  /** The link of the pattern that is at fault, where it is one. */
  readonly link?: number;
  /** What the word in the place of the device is instead, where none is called so. */
  readonly word?: WordForDevice;
}

/** A word that stands where a device does, and names none. */
export interface WordForDevice {
  readonly name: string;
  /** The chain that ends with the node of that name, as it is written, where there is such a node. */
  readonly chain?: string;
  /** The chain's device, where it has one. */
  readonly device?: string;
  /** Whether no device, block backend or export has any image. */
  readonly isBare: boolean;
  /** Whether there is no node either. */
  readonly isEmpty: boolean;
}

/**
 * Binds a pattern's names to nodes. With a device they bind by position, whatever they are; a name that is the node-name
 * of another image of that chain is refused, since one of the two must be meant. Without a device, and with several
 * rests, names are node-names, else file names (whole, or without folders) that one image only has.
 */
export function matchChain(pattern: ChainPattern, graph: BlockGraph): ChainMatch | ChainMismatch {
  const device = pattern.device;
  const rests = pattern.links.filter(isRest).length;
  return match(pattern, graph, device !== undefined && rests < 2);
}

/** Whether a chain is there now, its names being node-names; file names and sizes that links carry count as well. */
export function compareChain(pattern: ChainPattern, graph: BlockGraph): ChainMatch | ChainMismatch {
  return match(pattern, graph, false, true);
}

function match(
  pattern: ChainPattern,
  graph: BlockGraph,
  byPosition: boolean,
  namesOnly = false,
): ChainMatch | ChainMismatch {
  const expected = patternText(pattern);
  const fail = (
    code: ChainMismatch['code'],
    message: string,
    more: Partial<ChainMismatch> = {},
  ): ChainMismatch => ({
    matched: false,
    code,
    message,
    expected,
    ...more,
  });
  const repeated = repeatedName(pattern);
  if (repeated !== undefined) {
    return fail('duplicate-name', `The chain names \`${repeated.name}\` twice.`, { link: repeated.at });
  }
  const found = findTop(pattern, graph, namesOnly);
  if ('code' in found) return fail(found.code, found.message, found);
  const chain = chainOf(graph, found.top).reverse();
  const actual = drawChain(graph, found.top);
  const fits = (link: ImageLink, name: NodeName) =>
    (byPosition || isNamed(graph, link, name, namesOnly)) && hasAttributes(graph, link, name);
  const whose = pattern.device === undefined ? 'The chain' : `The chain of ${chainText([pattern.device])}`;
  const [first, second] = alignments(pattern.links, chain, fits);
  const lowest = pattern.links[0];
  if (!chainEnds(graph, found.top) && !(lowest && isRest(lowest))) {
    return fail(
      'chain-unknown',
      `What lies at the end of the chain is not known: expected ${expected}, found ${actual}.`,
      { actual },
    );
  }
  if (!first)
    return fail('chain-differs', `${whose} is ${actual}, not ${patternText({ links: pattern.links })}.`, {
      actual,
    });
  if (second) return fail('ambiguous-chain', `${expected} fits ${actual} in more than one way.`, { actual });
  if (byPosition) {
    const elsewhere = [...first.bindings].find(([name, node]) => name !== node && chain.includes(name));
    if (elsewhere) {
      const [name, node] = elsewhere;
      const message = `\`${name}\` would stand for the node \`${node}\`, but another image of that chain is named \`${name}\`: the chain is ${actual}.`;
      return fail('name-elsewhere', message, {
        actual,
        link: pattern.links.findIndex(link => !isRest(link) && link.name === name),
      });
    }
  }
  return { matched: true, ...first, chain };
}

/** A pattern as it is written: `disk0: A <- older... <- D`. */
export function patternText(pattern: ChainPattern): string {
  const names = pattern.links.map(link => (isRest(link) ? `${link.name ?? ''}...` : link.name));
  return `${pattern.device === undefined ? '' : `${chainText([pattern.device])}: `}${chainText(names)}`;
}

function repeatedName(pattern: ChainPattern): { name: string; at: number } | undefined {
  const seen = new Set<string>();
  for (const [at, { name }] of pattern.links.entries()) {
    if (name !== undefined && seen.has(name)) return { name, at };
    if (name !== undefined) seen.add(name);
  }
  return undefined;
}

type Failure = Pick<ChainMismatch, 'code' | 'message' | 'link' | 'word'>;

function findTop(pattern: ChainPattern, graph: BlockGraph, namesOnly: boolean): { top: NodeName } | Failure {
  if (pattern.device !== undefined) {
    const device = findDevice(graph, pattern.device);
    if (device) return { top: rootOf(graph, device) };
    const ids = graph.attachments.filter(({ id }) => id !== '').map(({ id }) => id);
    const there = ids.length > 0 ? `: there are ${chainListText(ids)}` : ', and nothing is attached';
    return {
      code: 'unknown-device',
      message: `There is no device, block backend or export \`${pattern.device}\`${there}.`,
      word: wordFor(pattern.device, graph),
    };
  }
  const at = pattern.links.findLastIndex(link => !isRest(link));
  const link = pattern.links[at];
  if (!link || isRest(link)) {
    return {
      code: 'ambiguous-chain',
      message: 'A chain without a device needs the name of at least one image.',
    };
  }
  const candidates = images(graph).filter(name => isNamed(graph, link, name, namesOnly));
  const exact = candidates.filter(name => name === link.name);
  const [node, another] = exact.length > 0 ? exact : candidates;
  if (node === undefined)
    return { code: 'unknown-image', message: `There is no image \`${link.name}\`.`, link: at };
  if (another !== undefined) {
    return {
      code: 'ambiguous-image',
      message: `More than one image is named \`${link.name}\`: ${chainListText(candidates)}.`,
      link: at,
    };
  }
  if (at < pattern.links.length - 1) return { top: rootAbove(graph, node) ?? node };
  const [overlay] = overlaysOf(graph, node);
  if (overlay === undefined || attachmentsOf(graph, node).length > 0) return { top: node };
  // The last image of a pattern is the active layer; the chain to compare with is the one that goes on above it.
  return { top: rootAbove(graph, node) ?? overlay };
}

function wordFor(name: string, graph: BlockGraph): WordForDevice {
  const node = graph.nodes.get(name);
  const [user] = node ? attachmentsOf(graph, rootAbove(graph, name) ?? name) : [];
  return {
    name,
    isBare: graph.attachments.length === 0,
    isEmpty: graph.nodes.size === 0,
    ...(node ? { chain: drawChain(graph, name) } : {}),
    ...(user && user.id !== '' ? { device: user.id } : {}),
  };
}

function chainListText(names: readonly string[]): string {
  return names.map(name => `\`${chainText([name])}\``).join(', ');
}

/** Nodes that can be an image of a chain: no filters, and not the protocol nodes below the images. */
function images(graph: BlockGraph): NodeName[] {
  const storage = storageNodes(graph);
  return [...graph.nodes.values()]
    .filter(node => !node.filter && !storage.has(node.name))
    .map(node => node.name);
}

function isNamed(graph: BlockGraph, link: ImageLink, name: NodeName, namesOnly: boolean): boolean {
  if (link.name === name) return true;
  if (namesOnly || graph.nodes.has(link.name)) return false;
  return sameFile(link.name, graph.nodes.get(name)?.filename);
}

function hasAttributes(graph: BlockGraph, link: ImageLink, name: NodeName): boolean {
  const node = graph.nodes.get(name);
  const differs = (wanted: unknown, known: unknown) =>
    wanted !== undefined && known !== undefined && wanted !== known;
  if (link.filename !== undefined && node?.filename !== undefined && !sameFile(link.filename, node.filename))
    return false;
  return !differs(link.size, node?.size) && !differs(link.format, node?.driver);
}

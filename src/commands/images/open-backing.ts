import { withNode } from '../../graph/change.ts';
import { fileNamed, isMissing, loadBitmaps, resolveBacking } from '../../graph/files.ts';
import type { BlockGraph, BlockNode, ImageFile, NodeName, Refusal } from '../../graph/graph.ts';
import { isRefusal } from '../define.ts';
import { checkLock, locksItsFile } from '../rules/file-locks.ts';
import { madeUpName } from '../rules/find.ts';
import { checkThere, openedImage } from './made-image.ts';

/** Chains are deep, but one that goes deeper than this has no end. */
const DEEPEST = 200;

/** A backing that QEMU opened by itself; undefined: it did, and what there is below is not known. */
export interface OpenedBacking {
  readonly graph: BlockGraph;
  readonly backing: NodeName | null | undefined;
}

/**
 * Opens what an image records as its backing, and so on down, in new nodes that are nobody's but the image's: QEMU uses no
 * node that is already there. Only files that are known are followed.
 */
export function openBacking(
  graph: BlockGraph,
  image: ImageFile | undefined,
  argument: string,
  depth = 0,
): OpenedBacking | Refusal {
  if (image?.backing === null) return { graph, backing: null };
  if (image?.backing === undefined || depth >= DEEPEST) return { graph, backing: undefined };
  const filename = resolveBacking(image.filename, image.backing);
  if (isMissing(graph, filename)) {
    const missing = checkThere(graph, argument, filename);
    return missing ? whileOpeningBacking(missing) : { graph, backing: undefined };
  }
  const file = fileNamed(graph, filename);
  if (!file) return { graph, backing: undefined };
  const locked = locksItsFile(image.backingFormat ?? file.format)
    ? checkLock(graph, filename, false, argument)
    : undefined;
  if (locked) return whileOpeningBacking(locked);
  return openChain(graph, { ...file, filename }, image.backingFormat ?? file.format, argument, depth);
}

/** A refusal from the opening of a backing, as QEMU words it for the image above. */
export function whileOpeningBacking(refusal: Refusal): Refusal {
  const { qemu } = refusal;
  return qemu
    ? { ...refusal, qemu: { ...qemu, desc: `Could not open backing file: ${qemu.desc}` } }
    : refusal;
}

function openChain(
  graph: BlockGraph,
  file: ImageFile,
  driver: string | undefined,
  argument: string,
  depth: number,
): OpenedBacking | Refusal {
  const last = file.filename.slice(file.filename.lastIndexOf('/') + 1);
  const name = madeUpName(graph, last);
  const named = withNode(graph, { name });
  const agrees = driver === file.format;
  const under = agrees ? openBacking(named, file, argument, depth + 1) : { graph: named, backing: undefined };
  if (isRefusal(under)) return under;
  const protocol = madeUpName(under.graph, `${last}.file`);
  const shared = { filename: file.filename, readOnly: true, owner: 'implicit' as const };
  const bitmaps = loadBitmaps(file, true);
  const node: BlockNode = {
    name,
    ...shared,
    ...(driver === undefined ? {} : { driver }),
    ...(agrees ? openedImage(file) : {}),
    ...(agrees && bitmaps ? { bitmaps } : {}),
    ...(driver === 'raw' ? { backing: null } : under.backing === undefined ? {} : { backing: under.backing }),
    children: { file: protocol },
  };
  const withProtocol = withNode(under.graph, { name: protocol, driver: 'file', backing: null, ...shared });
  return { graph: withNode(withProtocol, node), backing: name };
}

import { beneathFilters } from '../../graph/chain.ts';
import { plainPath } from '../../graph/file-users.ts';
import type { BlockGraph, BlockNode, Refusal } from '../../graph/graph.ts';
import type { Caution } from '../define.ts';
import { isRelative, lastPart, meantBy, wholeName } from './recorded-name.ts';
import { quoted, refuse } from './refusals.ts';

/**
 * Why a new image's file would not find the image below it once it is opened again: QEMU records the relative name that the
 * lower image was opened by, and looks for it from the new image's folder. While both are open nobody notices.
 */
export function unfindable(
  graph: BlockGraph,
  argument: string,
  filename: string | undefined,
  below: BlockNode | undefined,
): Refusal | undefined {
  const recorded = wholeName(graph, below);
  if (!below || recorded === undefined || filename === undefined) return undefined;
  if (!isRelative(recorded) || !isRelative(filename)) return undefined;
  const meant = meantBy(filename, recorded);
  if (meant === plainPath(recorded)) return undefined;
  return refuse(
    'backing-not-found-later',
    argument,
    `${quoted(filename)} would record ${quoted(recorded)} as its backing file, and mean ${quoted(meant)}: relative names count from the folder of the image, so the chain could not be opened again.`,
    [`put it into the folder of ${quoted(below.name)}, or open ${quoted(below.name)} by an absolute path`],
  );
}

/** The same doubt where the new image's absolute folder may, or may not, be QEMU's working folder. */
export function perhapsUnfindable(
  graph: BlockGraph,
  argument: string,
  filename: string | undefined,
  below: BlockNode | undefined,
): Caution | undefined {
  const recorded = wholeName(graph, below);
  if (recorded === undefined || filename === undefined) return undefined;
  if (!isRelative(recorded) || !filename.startsWith('/')) return undefined;
  const meant = meantBy(filename, recorded);
  return refuse(
    'backing-not-found-later',
    argument,
    `${quoted(filename)} will record ${quoted(recorded)} as its backing file, and mean ${quoted(meant)}; if QEMU's working folder is another, the chain can't be opened again.`,
    ['open the images of a chain by absolute paths'],
  );
}

/** A node put over `below` whose own file records another backing file, or none: live it works, opened again it does not. */
export function recordsOther(graph: BlockGraph, node: BlockNode, below: BlockNode): Caution | undefined {
  const { backingString: recorded } = node;
  if (recorded === undefined) return undefined;
  const file = wholeName(graph, below);
  if (recorded === null) {
    return refuse(
      'backing-not-recorded',
      'overlay',
      `The file of ${quoted(node.name)} records no backing file: opened by itself later, it will not have the data of ${quoted(below.name)}.`,
      [recordHelp(node, below, file ?? `<the file of ${below.name}>`)],
    );
  }
  if (file === undefined || !differs(node.filename, recorded, file)) return undefined;
  return refuse(
    'backing-not-recorded',
    'overlay',
    `The file of ${quoted(node.name)} records ${quoted(recorded)} as its backing file, and ${quoted(below.name)} is ${quoted(file)}: opened by itself later, it will lie over another image.`,
    [recordHelp(node, below, file)],
  );
}

function recordHelp(node: BlockNode, below: BlockNode, file: string): string {
  if (below.driver !== undefined && below.driver !== node.driver) return rebaseHelp(node, below.driver, file);
  return `record it once it is on top: change-backing-file device=${node.name} image-node-name=${node.name} backing-file=${file}`;
}

function rebaseHelp(
  { driver = 'FORMAT', filename = 'IMAGE' }: BlockNode,
  format: string,
  file: string,
): string {
  return `record it once QEMU has let go of the image: $ qemu-img rebase -u -f ${driver} -b ${file} -F ${format} ${filename}`;
}

/** A name to be recorded in the image of `node` that is not the file of what it will lie over. */
export function recordedWrongly(
  graph: BlockGraph,
  recorded: string | undefined,
  node: BlockNode | undefined,
  below: BlockNode | undefined,
): Caution | undefined {
  const file = wholeName(graph, below);
  if (recorded === undefined || file === undefined || !node || !below) return undefined;
  if (!differs(node.filename, recorded, file)) return undefined;
  return refuse(
    'other-backing-file',
    'backing-file',
    `${quoted(node.name)} will lie over ${quoted(below.name)}, which is ${quoted(file)}, and record ${quoted(recorded)}: opened again, it will lie over another image.`,
    ["leave it out, and QEMU records the file's own name"],
  );
}

/**
 * `change-backing-file` writes the format of the image itself beside the new name, whatever the image below is: a raw one would be
 * read as qcow2 the next time, and what a guest has written into its first sectors decided what that opens.
 */
export function recordsOwnFormat(
  graph: BlockGraph,
  recorded: string | undefined,
  node: BlockNode | undefined,
): Caution | undefined {
  if (!recorded || !node?.backing || node.driver === undefined) return undefined;
  const below = graph.nodes.get(beneathFilters(graph, node.backing));
  if (below?.driver === undefined || below.filter || below.driver === node.driver) return undefined;
  return refuse(
    'other-backing-format',
    'backing-file',
    `QEMU would record that ${quoted(recorded)} is ${node.driver}, as ${quoted(node.name)} is itself, and ${quoted(below.name)} is ${below.driver}: opened again, it would be read as what it is not.`,
    [rebaseHelp(node, below.driver, recorded)],
  );
}

/** Names with the same last part may be one file by other ways to its folder. */
function differs(filename: string | undefined, recorded: string, file: string): boolean {
  if (lastPart(recorded) === lastPart(file)) return false;
  return filename === undefined || meantBy(filename, recorded) !== plainPath(file);
}

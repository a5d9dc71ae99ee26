import { withNode } from '../../graph/change.ts';
import { isMissing } from '../../graph/files.ts';
import type { BlockGraph, BlockNode, ImageFile, Refusal } from '../../graph/graph.ts';
import { shownName } from '../../graph/shown-name.ts';
import { checkLock } from '../rules/file-locks.ts';
import { madeUpName } from '../rules/find.ts';
import { saidByQemu } from '../rules/qemu-error.ts';
import { quoted, refuse } from '../rules/refusals.ts';

/** The formats whose images can lie over another. */
export const OVERLAY_FORMATS: ReadonlySet<string> = new Set(['qcow2', 'qcow', 'qed', 'vmdk']);

/** The image that QEMU makes in passing, for a snapshot or a copy; `backing` is the node whose file it records. */
export function newImage(
  graph: BlockGraph,
  filename: string,
  format: string | undefined,
  size: number | undefined,
  backing: BlockNode | null | undefined,
): ImageFile {
  const recorded = backing ? shownName(graph, backing.name) : undefined;
  return {
    filename,
    bitmaps: [],
    ...(format === undefined ? {} : { format }),
    ...(size === undefined ? {} : { size }),
    ...(format === 'qcow2' ? { clusterSize: 65536 } : {}),
    ...(backing === null ? { backing: null } : recorded === undefined ? {} : { backing: recorded }),
    ...(backing?.driver === undefined ? {} : { backingFormat: backing.driver }),
  };
}

/** Why the image can't be made: its format knows no backing, or its file is open. */
export function checkMade(
  graph: BlockGraph,
  argument: string,
  { filename, format, backing }: ImageFile,
): Refusal | undefined {
  if (format === 'raw' && typeof backing === 'string') {
    const message = "A raw image can't lie over another, and this one has to.";
    return saidByQemu(
      refuse('raw-has-no-backing', 'format', message, ['give format=qcow2']),
      "Backing file not supported for file format 'raw'",
    );
  }
  return checkLock(graph, filename, true, argument);
}

/** Why an existing file can't be opened: there is none of that name. */
export function checkThere(graph: BlockGraph, argument: string, filename: string): Refusal | undefined {
  if (!isMissing(graph, filename)) return undefined;
  return saidByQemu(
    refuse('file-missing', argument, `There is no file ${quoted(filename)}.`, [
      'see to the path: a relative one is looked for in the folder that QEMU was started in',
    ]),
    `Could not open '${filename}': No such file or directory`,
  );
}

/** The graph with an image that QEMU opened by its file name: the file is a node of its own. */
export function withImage(graph: BlockGraph, node: BlockNode): BlockGraph {
  if (node.filename === undefined) return withNode(graph, node);
  const file: BlockNode = {
    name: madeUpName(graph, `${node.name.replace(/^#/, '')}.file`),
    driver: 'file',
    filename: node.filename,
    owner: 'implicit',
    backing: null,
  };
  return withNode(withNode(graph, file), { ...node, children: { ...node.children, file: file.name } });
}

/** What is known of a node as soon as the image of this file is open in it. */
export function openedImage(file: ImageFile): Partial<BlockNode> {
  return {
    ...(file.size === undefined ? {} : { size: file.size }),
    ...(file.clusterSize === undefined ? {} : { clusterSize: file.clusterSize }),
    ...(file.backing === undefined ? {} : { backingString: file.backing }),
    ...(file.bitmaps === undefined ? {} : { bitmaps: file.bitmaps }),
  };
}

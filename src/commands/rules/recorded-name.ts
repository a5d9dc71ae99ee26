import { plainPath } from '../../graph/file-users.ts';
import { resolveBacking } from '../../graph/files.ts';
import type { BlockGraph, BlockNode } from '../../graph/graph.ts';

/**
 * The whole name of a node's file, as QEMU has it. A `chain` line may give the last part alone, so of a graph known in part
 * only a name with a folder, or of a node that the script itself has opened, is surely whole.
 */
export function wholeName(graph: BlockGraph, node: BlockNode | undefined): string | undefined {
  const name = node?.filename;
  if (name === undefined) return undefined;
  return graph.complete || name.includes('/') || node?.owner !== undefined ? name : undefined;
}

/** Whether a name is looked for in a folder: neither absolute nor behind a protocol such as `nbd:`. */
export function isRelative(filename: string): boolean {
  return !filename.startsWith('/') && !/^[a-z][a-z0-9+.-]*:/i.test(filename);
}

/** The file that an image at `filename` means by a recorded name, without detours. */
export function meantBy(filename: string, recorded: string): string {
  return plainPath(resolveBacking(filename, recorded));
}

/** The last part of a path. */
export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

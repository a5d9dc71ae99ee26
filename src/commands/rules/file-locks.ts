import { nodesOfFile } from '../../graph/file-users.ts';
import { fileKey } from '../../graph/files.ts';
import type { BlockGraph, NodeName, Refusal } from '../../graph/graph.ts';
import { saidByQemu } from './qemu-error.ts';
import { quoted, refuse } from './refusals.ts';

const LOCKING: ReadonlySet<string | undefined> = new Set([
  'parallels',
  'qcow',
  'qcow2',
  'qed',
  'vdi',
  'vhdx',
  'vmdk',
  'vpc',
]);

/** Whether a node of this driver locks its file as soon as it is open: image formats do, for their own records in it. */
export function locksItsFile(driver: string | undefined): boolean {
  return LOCKING.has(driver);
}

/**
 * Why a file can't be opened once more: QEMU locks it for whoever writes to it, and against writers for whoever reads. A raw
 * image holds no lock of its own, nor does a protocol node; what is not known to be read-only or not holds nobody up.
 */
export function checkLock(
  graph: BlockGraph,
  filename: string,
  writes: boolean,
  argument: string,
): Refusal | undefined {
  const holder = lockHolder(graph, filename, writes);
  if (holder === undefined) return undefined;
  const message = `${quoted(filename)} is open as ${quoted(holder)}, so QEMU can't open it ${writes ? 'to write to it' : 'beside that writer'}.`;
  return saidByQemu(
    refuse('file-locked', argument, message, [`use ${quoted(holder)}, or another file`]),
    writes ? 'Failed to get "write" lock' : 'Failed to get shared "write" lock',
  );
}

function lockHolder(graph: BlockGraph, filename: string, writes: boolean): NodeName | undefined {
  const key = fileKey(filename);
  if (key === undefined) return undefined;
  for (const { name, driver, filename: other, readOnly, released } of nodesOfFile(graph, filename)) {
    if (released || !locksItsFile(driver) || other === undefined || fileKey(other) !== key) continue;
    if (writes ? readOnly !== undefined : readOnly === false) return name;
  }
  return undefined;
}

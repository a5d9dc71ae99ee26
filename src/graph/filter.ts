import type { NodeName } from './graph.ts';

/** The drivers whose nodes show another node's data unchanged: what QEMU's own sources call filters. */
export const FILTER_DRIVERS: ReadonlySet<string> = new Set([
  'backup-top',
  'blkdebug',
  'blklogwrites',
  'blkreplay',
  'blkverify',
  'commit_top',
  'compress',
  'copy-before-write',
  'copy-on-read',
  'mirror_top',
  'preallocate',
  'replication',
  'throttle',
]);

/** The child whose data a filter shows, of its children by role. Drivers differ in what they call it. */
export function filteredChild(children: Readonly<Record<string, NodeName>>): NodeName | undefined {
  return children['backing'] ?? children['file'] ?? children['image'] ?? children['test'];
}

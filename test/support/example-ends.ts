/** Where each example's guest is at the end, base first: QEMU's document for the numbered cases. */
export const ends: Readonly<Record<string, readonly string[]>> = {
  'card.qblk': ['A'],
  'commit-1-one-into-base.qblk': ['A', 'C', 'D'],
  'commit-2-middle-into-base.qblk': ['A', 'D'],
  'commit-3-active-into-base.qblk': ['A'],
  'commit-3-active-two-phases.qblk': ['A'],
  'commit-4-one-into-middle.qblk': ['A', 'B', 'D'],
  'commit-5-active-into-middle.qblk': ['A', 'B'],
  'commit-5-active-then-cancel.qblk': ['A', 'B', 'C', 'D'],
  'stream-1-all-into-active.qblk': ['D'],
  'stream-2-middle-into-active.qblk': ['A', 'D'],
  'stream-3-intermediate.qblk': ['A', 'C', 'D'],
};

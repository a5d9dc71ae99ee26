import type { CommandModel } from './define.ts';
import { isRefusal } from './define.ts';
import { findEnds, sizesDiffer } from './jobs/copy-job.ts';
import { startMirror } from './jobs/mirror-job.ts';
import { overOtherBacking } from './rules/pivot-hazards.ts';
import { sizeMismatch } from './rules/refusals.ts';

/** Copies to an open node and keeps it in step, until it is told to complete or cancelled. */
export const blockdevMirror: CommandModel = {
  name: 'blockdev-mirror',
  reads: ['device'],
  apply(graph, args) {
    const ends = findEnds(graph, args);
    if (!ends || isRefusal(ends)) return ends ?? graph;
    return startMirror(graph, args, ends);
  },
  // QEMU starts such a mirror and lets it fail later.
  hazard(graph, args) {
    const ends = findEnds(graph, args);
    return ends && !isRefusal(ends) && sizesDiffer(ends) ? sizeMismatch(ends.source, ends.target) : undefined;
  },
  caution(graph, args) {
    const ends = findEnds(graph, args);
    if (!ends || isRefusal(ends)) return undefined;
    return overOtherBacking(graph, args.text('sync'), ends.source, ends.target);
  },
};

import { findEnds, startCopy } from './copy-job.ts';
import { type CommandModel, isRefusal } from './define.ts';

/** Copies an image as of the job's start to an open node; the chain stays as it is. */
export const blockdevBackup: CommandModel = {
  name: 'blockdev-backup',
  reads: ['device'],
  apply(graph, args) {
    const ends = findEnds(graph, args);
    if (!ends || isRefusal(ends)) return ends ?? graph;
    return startCopy(graph, args, 'backup', ends);
  },
};

import { type CommandModel, isRefusal } from './define.ts';
import { findEnds, startBackup, targetHazard } from './jobs/copy-job.ts';
import { overOtherBacking } from './rules/pivot-hazards.ts';

/** Copies an image as of the job's start to an open node; the chain stays as it is. */
export const blockdevBackup: CommandModel = {
  name: 'blockdev-backup',
  reads: ['device'],
  apply(graph, args) {
    const ends = findEnds(graph, args);
    if (!ends || isRefusal(ends)) return ends ?? graph;
    return startBackup(graph, args, ends);
  },
  hazard(graph, args) {
    const ends = findEnds(graph, args);
    return !ends || isRefusal(ends) ? undefined : targetHazard(graph, ends.source.name, ends.target.name);
  },
  caution(graph, args) {
    const ends = findEnds(graph, args);
    if (!ends || isRefusal(ends)) return undefined;
    return overOtherBacking(graph, args.text('sync'), ends.source, ends.target);
  },
};

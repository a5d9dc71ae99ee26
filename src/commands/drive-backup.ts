import { startDriveCopy } from './copy-job.ts';
import type { CommandModel } from './define.ts';

/** A backup that makes and opens its target itself. */
export const driveBackup: CommandModel = {
  name: 'drive-backup',
  reads: ['device'],
  apply: (graph, args) => startDriveCopy(graph, args, 'backup'),
};

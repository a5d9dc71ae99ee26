import type { CommandModel } from './define.ts';
import { startDriveCopy, unfindableTarget } from './jobs/drive-copy.ts';

/** A backup that makes and opens its target itself. */
export const driveBackup: CommandModel = {
  name: 'drive-backup',
  reads: ['device'],
  apply: (graph, args) => startDriveCopy(graph, args, 'backup'),
  hazard: (graph, args) => unfindableTarget(graph, args, 'backup'),
};

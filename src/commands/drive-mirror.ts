import { startDriveCopy } from './copy-job.ts';
import type { CommandModel } from './define.ts';

/** A mirror that makes and opens its target itself, with the backing that fits `sync`. */
export const driveMirror: CommandModel = {
  name: 'drive-mirror',
  reads: ['device'],
  apply: (graph, args) => startDriveCopy(graph, args, 'mirror'),
};

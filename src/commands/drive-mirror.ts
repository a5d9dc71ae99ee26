import type { CommandModel } from './define.ts';
import { startDriveCopy, unfindableTarget } from './jobs/drive-copy.ts';

/** A mirror that makes and opens its target itself, with the backing that fits `sync`. */
export const driveMirror: CommandModel = {
  name: 'drive-mirror',
  reads: ['device'],
  apply: (graph, args) => startDriveCopy(graph, args, 'mirror'),
  hazard: (graph, args) => unfindableTarget(graph, args, 'mirror'),
};

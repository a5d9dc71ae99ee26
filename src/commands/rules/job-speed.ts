import type { Refusal } from '../../graph/graph.ts';
import type { Arguments } from '../define.ts';
import { saidByQemu } from './qemu-error.ts';
import { refuse } from './refusals.ts';

/** Why no job can go at the `speed` of these arguments. */
export function checkSpeed(args: Arguments): Refusal | undefined {
  const speed = args.integer('speed');
  if (speed === undefined || speed >= 0) return undefined;
  return saidByQemu(
    refuse('out-of-range', 'speed', `A speed of ${speed} bytes a second can't be.`, [
      'give 0 for a job that goes as fast as it can',
    ]),
    "Parameter 'speed' expects a non-negative value",
  );
}

import type { BlockGraph, Refusal } from '../../graph/graph.ts';
import { saidByQemu } from './qemu-error.ts';
import { refuse } from './refusals.ts';

/** Why nothing can be served over NBD, if that is known. */
export function checkServer(graph: BlockGraph): Refusal | undefined {
  if (graph.nbdServer !== false) return undefined;
  return saidByQemu(
    refuse('nbd-server', undefined, 'No NBD server runs.', ['start one first: nbd start HOST:PORT']),
    'NBD server not running',
  );
}

import type { Refusal } from '../../graph/graph.ts';

/** The refusal with the words that QEMU itself answers such a command with, in the class of nearly all its errors. */
export function saidByQemu(refusal: Refusal, desc: string): Refusal {
  return { ...refusal, qemu: { class: 'GenericError', desc } };
}

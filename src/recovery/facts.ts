import { chainOf } from '../graph/chain.ts';
import type { BlockGraph } from '../graph/graph.ts';

/** What a look at a QEMU tells for sure, one by one: `node E`, `chain disk0`, `bitmap D/b0`. */
export type Facts = ReadonlyMap<string, string>;

/** The facts of a graph. Names that QEMU made up count as one: they can't be foreseen. */
export function factsOf(graph: BlockGraph): Facts {
  const facts = new Map<string, string>();
  for (const node of graph.nodes.values()) {
    if (node.name.startsWith('#') || node.filter) continue;
    facts.set(`node ${node.name}`, 'there');
    if (node.size !== undefined) facts.set(`size ${node.name}`, String(node.size));
    facts.set(`chain ${node.name}`, chainFrom(graph, node.name));
    for (const { name, recording } of node.bitmaps ?? [])
      facts.set(`bitmap ${node.name}/${name}`, recording ? 'recording' : 'still');
  }
  for (const { kind, id, path, node } of graph.attachments)
    facts.set(`${kind} ${id || path}`, chainFrom(graph, node));
  for (const id of graph.jobs.keys()) facts.set(`job ${id}`, 'there');
  return facts;
}

function chainFrom(graph: BlockGraph, top: string): string {
  return chainOf(graph, top)
    .map(name => (name.startsWith('#') ? '#' : name))
    .join(' -> ');
}

/** What a command changes: the facts that are not the same after it. */
export function changedFacts(before: Facts, after: Facts): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter(name => before.get(name) !== after.get(name));
}

/** Whether so many facts are the same. */
export function agreeOn(names: readonly string[], one: Facts, other: Facts): boolean {
  return names.every(name => one.get(name) === other.get(name));
}

/** The facts that say which image a guest, or somebody who looks from outside, gets. */
export function usersIn(facts: Facts): string[] {
  return [...facts.keys()].filter(name => /^(device|backend|export) /.test(name));
}

import type { BlockGraph } from '../../graph/graph.ts';
import { differences, withoutEntry } from '../../graph/shared-map.ts';

/** What two graphs have in common. */
export function agreedGraph(one: BlockGraph, other: BlockGraph): BlockGraph {
  if (one === other) return one;
  const same = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b);
  const common = <V extends object>(left: ReadonlyMap<string, V>, right: ReadonlyMap<string, V>) =>
    differences(left, right)
      .filter(name => !same(left.get(name), right.get(name)))
      .reduce(withoutEntry<V>, left);
  const nodes = common(one.nodes, other.nodes);
  const jobs = common(one.jobs, other.jobs);
  const attachments = one.attachments.filter(item =>
    other.attachments.some(candidate => same(item, candidate)),
  );
  const isSame =
    [one, other].every(graph => graph.nodes.size === nodes.size && graph.jobs.size === jobs.size) &&
    [one, other].every(graph => graph.attachments.length === attachments.length);
  return {
    nodes,
    jobs,
    attachments,
    ...(one.files && other.files ? { files: common(one.files, other.files) } : {}),
    complete: one.complete && other.complete && isSame,
  };
}

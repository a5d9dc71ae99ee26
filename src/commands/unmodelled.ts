import { withNode } from '../graph/change.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { Arguments } from './define.ts';

/** The commands without a model that change who uses which nodes, with the arguments that name a node or a device. */
const CHANGES: ReadonlyMap<string, readonly string[]> = new Map([
  ['blockdev-change-medium', ['device', 'id']],
  ['blockdev-insert-medium', ['id']],
  ['blockdev-remove-medium', ['id']],
  ['change', ['device']],
  ['device_add', ['drive']],
  ['device_del', ['id']],
  ['drive_del', ['id']],
  ['eject', ['device', 'id']],
  ['x-blockdev-change', ['parent']],
]);

/** What is still known after a command that has no model: nothing of the children, and the device, that it names. */
export function afterUnmodelled(graph: BlockGraph, command: string, args: unknown): BlockGraph {
  if (command === 'cont') return awake(graph);
  const names = CHANGES.get(command);
  if (names === undefined) return graph;
  const read = new Arguments(args);
  const named = new Set(names.map(name => read.text(name)));
  let now: BlockGraph = {
    ...graph,
    attachments: graph.attachments.filter(({ id, path }) => !named.has(id) && !named.has(path)),
    complete: false,
  };
  if (command !== 'x-blockdev-change') return now;
  for (const name of named) {
    const node = graph.nodes.get(name ?? '');
    if (!node) continue;
    const { children, backing, ...rest } = node;
    now = withNode(now, { ...rest, ...(backing === null ? { backing } : {}) });
  }
  return now;
}

/** A guest that came in takes hold of its disks when it goes on. */
function awake(graph: BlockGraph): BlockGraph {
  if (!graph.attachments.some(({ idle }) => idle)) return graph;
  return { ...graph, attachments: graph.attachments.map(({ idle: _, ...item }) => item) };
}

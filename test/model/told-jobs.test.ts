import { expect, test } from 'vitest';
import { applyCommand } from '../../src/commands/index.ts';
import type { BlockGraph, BlockJob, BlockNode } from '../../src/graph/graph.ts';

const image = (name: string, backing: string | null): BlockNode => ({
  name,
  driver: 'qcow2',
  readOnly: false,
  backing,
});
const filter = (name: string, driver: string, backing: string): BlockNode => ({
  name,
  driver,
  filter: true,
  readOnly: false,
  backing,
});

/** A guest's disk on a throttle `T`, and an active commit of what is below it, as a look at a QEMU may tell of them. */
function seen(on: BlockJob['on']): BlockGraph {
  const nodes = [
    filter('T', 'throttle', '#top'),
    filter('#top', 'mirror_top', 'B'),
    image('B', 'A'),
    image('A', null),
  ];
  const job: BlockJob = { id: 'c', type: 'commit', status: 'ready', ...(on ? { on } : {}) };
  return {
    nodes: new Map(nodes.map(node => [node.name, node])),
    attachments: [{ kind: 'device', id: 'disk0', node: 'T', writable: true }],
    jobs: new Map([[job.id, job]]),
    complete: true,
  };
}

test.each([
  ['named rightly', { device: 'B', 'top-node': 'B', 'base-node': 'A' }],
  ['by the filter above its own', { device: 'T', 'top-node': 'T', 'base-node': 'A' }],
  ['not known', undefined],
])('a job that QEMU let start may complete, its nodes %s', (_, on) => {
  const after = applyCommand(seen(on), 'job-complete', { id: 'c' }, { as: 'qemu' });
  expect(after).toMatchObject({ jobs: new Map([['c', expect.objectContaining({ ending: 'complete' })]]) });
});

test('beside a job of which little is known no use of a node is refused for its permissions', () => {
  const mirrored = (on: BlockJob['on']) => {
    const graph = seen(on);
    const nodes = new Map(graph.nodes).set('E', image('E', null));
    return applyCommand({ ...graph, nodes }, 'block-export-add', {
      type: 'nbd',
      id: 'x',
      'node-name': 'T',
      writable: true,
    });
  };
  const known = mirrored({ device: 'B', 'top-node': 'B', 'base-node': 'A' });
  expect(known).toMatchObject({ code: 'node-in-use', argument: 'node-name' });
  expect(mirrored(undefined)).toHaveProperty('nodes');
});

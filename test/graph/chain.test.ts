import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attachedChains } from '../../src/graph/attached.ts';
import {
  attachmentsOf,
  chainOf,
  findDevice,
  isBelow,
  overlayOf,
  overlaysOf,
  rootAbove,
  rootOf,
} from '../../src/graph/chain.ts';
import { chainPictures } from '../../src/graph/chain-picture.ts';
import { droppedFiles, droppedNodes } from '../../src/graph/dropped.ts';
import type { BlockGraph } from '../../src/graph/graph.ts';
import { abcd, graphOf } from './some-graph.ts';

const filtered = graphOf(
  [
    { name: '#block1', driver: 'throttle', filter: true, backing: 'B' },
    ['B', '#block2'],
    { name: '#block2', driver: 'commit_top', filter: true, backing: 'A' },
    ['A', null],
  ],
  { disk0: '#block1' },
);

test('a chain goes from the top to the end of its backing chain', () => {
  expect(chainOf(abcd, 'D')).toEqual(['D', 'C', 'B', 'A']);
  expect(chainOf(abcd, 'B')).toEqual(['B', 'A']);
  expect(chainOf(abcd, 'nope')).toEqual(['nope']);
});

test('filters are looked through', () => {
  expect(chainOf(filtered, '#block1')).toEqual(['B', 'A']);
  expect(overlaysOf(filtered, 'A')).toEqual(['B']);
  expect(rootAbove(filtered, 'A')).toBe('#block1');
  expect(attachmentsOf(filtered, 'B').map(item => item.id)).toEqual(['disk0']);
  const device = findDevice(filtered, 'disk0');
  expect(device && rootOf(filtered, device)).toBe('B');
});

test('the overlay of a shared image is not guessed, and the root above it is the attached one', () => {
  const shared = graphOf(
    [
      ['C', 'A'],
      ['B', 'A'],
      ['A', null],
    ],
    { disk0: 'B' },
  );
  expect(overlayOf(shared, 'A')).toBeUndefined();
  expect(rootAbove(shared, 'A')).toBe('B');
  expect(
    rootAbove(
      graphOf([
        ['C', 'A'],
        ['B', 'A'],
        ['A', null],
      ]),
      'A',
    ),
  ).toBeUndefined();
  expect(overlayOf(abcd, 'A')).toBe('B');
});

test('the root above is unknown where a part of the graph is, unless something is attached there', () => {
  expect(
    rootAbove(
      graphOf(
        [
          ['B', 'A'],
          ['A', null],
        ],
        {},
        false,
      ),
      'A',
    ),
  ).toBeUndefined();
  expect(
    rootAbove(
      graphOf(
        [
          ['B', 'A'],
          ['A', null],
        ],
        { disk0: 'B' },
        false,
      ),
      'A',
    ),
  ).toBe('B');
  expect(
    rootAbove(
      graphOf([
        ['B', 'A'],
        ['A', null],
      ]),
      'A',
    ),
  ).toBe('B');
});

test('below is strict, and unknown where the chain is', () => {
  expect(isBelow(abcd, 'A', 'D')).toBe(true);
  expect(isBelow(abcd, 'D', 'A')).toBe(false);
  expect(isBelow(abcd, 'D', 'D')).toBe(false);
  expect(
    isBelow(
      graphOf([
        ['B', undefined],
        ['A', null],
      ]),
      'A',
      'B',
    ),
  ).toBeUndefined();
});

test('a device is found by each of its names', () => {
  const attachments: BlockGraph['attachments'] = [
    ...abcd.attachments,
    { kind: 'backend', id: 'ide0', node: 'C' },
    { kind: 'backend', id: '', node: 'C' },
    { kind: 'export', id: 'x0', node: 'B' },
  ];
  const graph = { ...abcd, attachments };
  const nodes = [
    'disk0',
    '/machine/peripheral/disk0/virtio-backend',
    '/machine/peripheral/disk0',
    'ide0',
    'x0',
  ];
  expect(nodes.map(word => findDevice(graph, word)?.node)).toEqual(['D', 'D', 'D', 'C', 'B']);
  expect(findDevice(graph, '')).toBeUndefined();
  expect(findDevice(graph, 'D')).toBeUndefined();
});

const PATH = '/machine/peripheral-anon/device[0]/virtio-backend';

test.each<[string, BlockGraph['attachments']]>([
  [
    'virtio0',
    [
      { kind: 'device', id: 'virtio0', node: 'D' },
      { kind: 'backend', id: 'd0', node: 'D' },
    ],
  ],
  [
    'd0',
    [
      { kind: 'device', id: PATH, path: PATH, node: 'D' },
      { kind: 'backend', id: 'd0', node: 'D' },
    ],
  ],
  [
    PATH,
    [
      { kind: 'device', id: PATH, path: PATH, node: 'D' },
      { kind: 'backend', id: '', node: 'D' },
    ],
  ],
  ['d0', [{ kind: 'backend', id: 'd0', node: 'D' }]],
])('a disk is called %s wherever it is told of', (name, attachments) => {
  const graph = { ...abcd, attachments };
  expect([...attachedChains(graph).keys()]).toEqual([name]);
  expect(chainPictures(graph)[0]?.users.map(user => user.name)).toEqual([name]);
});

describe('what left a chain', () => {
  test('is told base first, by device and by node', () => {
    const after = graphOf(
      [
        ['D', 'A'],
        ['C', 'B'],
        ['B', 'A'],
        ['A', null],
      ],
      { disk0: 'D' },
    );
    expect(droppedNodes(abcd, after, 'disk0').map(node => node.name)).toEqual(['B', 'C']);
    expect(droppedFiles(abcd, after, 'C')).toEqual(['/images/b.qcow2', '/images/c.qcow2']);
  });

  test('is everything above the base once the guest has moved there, even where the nodes are gone', () => {
    const after = graphOf([['A', null]], { disk0: 'A' });
    expect(droppedFiles(abcd, after, 'D')).toEqual(['/images/b.qcow2', '/images/c.qcow2', '/images/d.qcow2']);
    expect(droppedFiles(abcd, abcd, 'D')).toEqual([]);
  });
});

test('every walk ends, whatever the links are', () => {
  const names = ['A', 'B', 'C', 'D', 'E'];
  const backing = fc.option(fc.constantFrom(...names));
  const node = fc.record({ backing, filter: fc.boolean() });
  fc.assert(
    fc.property(fc.array(node, { minLength: 5, maxLength: 5 }), nodes => {
      const graph = graphOf(
        nodes.map((made, at) => ({ name: names[at] as string, ...made })),
        { disk0: 'A' },
      );
      for (const name of names) {
        const chain = chainOf(graph, name);
        expect(new Set(chain).size).toBe(chain.length);
        expect(chain.every(item => graph.nodes.get(item)?.filter === false)).toBe(true);
        rootAbove(graph, name);
        overlaysOf(graph, name);
      }
    }),
  );
});

import { describe, expect, test } from 'vitest';
import { chainRecord, linesAbove } from '../../src/graph/chain-record.ts';
import { abcd, graphOf } from './some-graph.ts';

const names = (top: string) =>
  chainRecord(abcd, top).nodes.map(({ role, ...node }) => [node['node-name'], role]);

describe('a chain as data', () => {
  test('has every image with its file and its part, and who uses it', () => {
    const { users, nodes, complete, above } = chainRecord(abcd, 'D');
    expect({ users, complete, above }).toEqual({
      users: [{ kind: 'device', name: 'disk0' }],
      complete: true,
      above: [],
    });
    expect(nodes[0]).toEqual({
      'node-name': 'A',
      driver: 'qcow2',
      filename: '/images/a.qcow2',
      size: 64 * 1024 * 1024,
      role: 'base',
    });
    expect(names('D')).toEqual([
      ['A', 'base'],
      ['B', 'intermediate'],
      ['C', 'intermediate'],
      ['D', 'active'],
    ]);
  });

  test('below an overlay it ends at the image that was asked for, and says what is above', () => {
    expect(names('B')).toEqual([
      ['A', 'base'],
      ['B', 'intermediate'],
    ]);
    expect(chainRecord(abcd, 'B').above).toEqual([
      { nodes: ['C', 'D'], users: [{ kind: 'device', name: 'disk0' }] },
    ]);
    expect(linesAbove(abcd, 'B')).toEqual(['above B: C <- D <- [disk0]']);
    expect(linesAbove(abcd, 'D')).toEqual([]);
  });

  test('two overlays are two ways up; a base that is not known is none', () => {
    const forked = graphOf(
      [
        ['X', 'A'],
        ['Y', 'A'],
        ['A', undefined],
      ],
      { disk0: 'X' },
    );
    expect(linesAbove(forked, 'A')).toEqual(['above A: X <- [disk0]', 'above A: Y']);
    expect(chainRecord(forked, 'X')).toMatchObject({
      complete: false,
      nodes: [{ role: 'intermediate' }, { role: 'active' }],
    });
    expect(chainRecord(graphOf([['A', null]]), 'A').nodes).toMatchObject([{ role: 'active' }]);
  });
});

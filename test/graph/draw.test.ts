import { expect, test } from 'vitest';
import { withJob } from '../../src/graph/change.ts';
import { drawChain, drawTree, sizeText } from '../../src/graph/draw.ts';
import { abcd, graphOf } from './some-graph.ts';

test('a chain is drawn base first, and its unknown end is marked', () => {
  expect(drawChain(abcd, 'D')).toBe('A <- B <- C <- D');
  expect(drawChain(graphOf([['B', undefined]]), 'B')).toBe('... <- B');
});

test('the tree shows images, users and jobs', () => {
  const on = { device: 'D', 'top-node': 'C', 'base-node': 'A' };
  const graph = withJob(abcd, { id: 'commit0', type: 'commit', status: 'running', on });
  const rows = ['D', 'C', 'B', 'A'].map(
    name => `  ${name}  qcow2  64M    /images/${name.toLowerCase()}.qcow2`,
  );
  expect(drawTree(graph)).toBe(
    ['A <- B <- C <- D <- [disk0]', ...rows, '  commit0: commit from C into A, running'].join('\n'),
  );
});

test('protocol nodes are no chains of their own', () => {
  const graph = graphOf([
    { name: 'A', driver: 'qcow2', backing: null, readOnly: true, children: { file: '#block1' } },
    { name: '#block1', driver: 'file', backing: null, filename: 'a' },
  ]);
  expect(drawTree(graph)).toBe('A\n  A  qcow2    ro');
});

test('no name can steer a terminal', () => {
  const graph = graphOf([{ name: 'A\x1b[2J', filename: 'x\u202ey\n', backing: null, invalid: 'of \x07' }], {
    'd\x1b': 'A\x1b[2J',
  });
  expect(drawTree(graph)).toMatch(/^[\x20-\x7e\n]*$/);
});

test('sizes are short where they are exact', () => {
  expect([0, 1, 1024, 39 * 2 ** 20, 2 ** 30 + 1, 3 * 2 ** 40].map(sizeText)).toEqual([
    '0',
    '1',
    '1K',
    '39M',
    '1073741825',
    '3T',
  ]);
});

import { expect, test } from 'vitest';
import { drawChain, sizeText } from '../../src/graph/draw.ts';
import { abcd, graphOf } from './some-graph.ts';

test('a chain is drawn base first, and its unknown end is marked', () => {
  expect(drawChain(abcd, 'D')).toBe('A <- B <- C <- D');
  expect(drawChain(graphOf([['B', undefined]]), 'B')).toBe('... <- B');
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

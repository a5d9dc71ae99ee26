import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainChanges } from '../../src/graph/chain-changes.ts';
import { drawChange } from '../../src/graph/draw-change.ts';
import type { BlockGraph, BlockNode } from '../../src/graph/graph.ts';

/** A graph of one device over a chain, base first; further nodes stand for themselves. */
function graphOf(chain: readonly string[], more: readonly BlockNode[] = [], user = 'disk0'): BlockGraph {
  const nodes = chain.map((name, at): BlockNode => ({ name, backing: chain[at - 1] ?? null }));
  const top = chain.at(-1);
  return {
    nodes: new Map([...more, ...nodes].map(node => [node.name, node])),
    attachments: top === undefined ? [] : [{ kind: 'device', id: user, node: top }],
    jobs: new Map(),
    complete: true,
  };
}

function drawn(before: BlockGraph, after: BlockGraph, width = 65): string[] {
  return chainChanges(before, after).flatMap(change =>
    drawChange(change, { before, after }, width).map(({ label, text }) => `${label}|${text}`),
  );
}

describe('a changed chain', () => {
  test('whose export ends may be used by a device still', () => {
    const plain = graphOf(['A', 'E']);
    const exported: BlockGraph = {
      ...plain,
      attachments: [...plain.attachments, { kind: 'export', id: 'x0', node: 'E' }],
    };
    expect(drawn(exported, plain)).toEqual(['before|A <- E <- [x0]', 'after|[disk0] uses it still']);
    const free = { ...plain, attachments: [] };
    const alone = { ...exported, attachments: exported.attachments.slice(1) };
    expect(drawn(alone, free)[1]).toBe('after|nothing uses it any more');
  });

  test('is drawn before and after, each image below itself', () => {
    const before = graphOf(['A', 'B', 'C', 'D']);
    expect(drawn(before, graphOf(['A', 'D']))).toEqual([
      'before|A <- B <- C <- D <- [disk0]',
      'after|A <----------- D <- [disk0]',
    ]);
    expect(drawn(before, graphOf(['C', 'D']))).toEqual([
      'before|A <- B <- C <- D <- [disk0]',
      'after|          C <- D <- [disk0]',
    ]);
    expect(drawn(before, before)).toEqual([]);
  });

  test('marks what is new and what is of no use', () => {
    const before = graphOf(['A', 'B']);
    const after = graphOf(['A', 'E'], [{ name: 'B', backing: 'A', invalid: 'so' }]);
    expect(drawn(before, after)[1]).toBe('after|A <------ +E <- [disk0]');
    const spoiled = graphOf(['A', 'B', 'C']);
    const nodes = new Map(spoiled.nodes).set('B', { name: 'B', backing: 'A', invalid: 'so' });
    expect(drawn(before, { ...spoiled, nodes })[1]).toBe('after|A <- !B <- +C <- [disk0]');
  });

  test('of a device that has gone is told from one that is not known', () => {
    const before = graphOf(['A', 'B']);
    expect(drawn(before, graphOf([]))).toEqual([
      'before|A <- B <- [disk0]',
      'after|nothing uses it any more',
    ]);
    expect(drawn(before, { ...graphOf([]), complete: false })[1]).toBe('after|not known before the run');
  });

  test('elides what stays in the middle of a long one', () => {
    const names = Array.from({ length: 200 }, (_, at) => `n${at}`);
    expect(drawn(graphOf(names), graphOf([...names, 'top']))).toEqual([
      'before|n0 <- (198 images) <- n199 <--------- [disk0]',
      'after|n0 <- (198 images) <- n199 <- +top <- [disk0]',
    ]);
  });

  test('is a list where it is too wide', () => {
    expect(drawn(graphOf(['A', 'B', 'C']), graphOf(['A', 'C', 'D']), 20)).toEqual([
      'chain|[disk0]',
      '|+ D',
      '|  C',
      '|- B',
      '|  A',
    ]);
  });

  test('shows each of its images, in order, whatever has changed', () => {
    const chain = fc.uniqueArray(fc.constantFrom(...'ABCDEFGH'), { maxLength: 6, minLength: 1 });
    fc.assert(
      fc.property(chain, chain, (was, is) => {
        const rows = drawn(graphOf(was), graphOf(is));
        if (was.join() === is.join()) return expect(rows).toEqual([]);
        const images = (row = '') => row.replace(/^\w+\|/, '').match(/[A-H]/g) ?? [];
        expect(images(rows[0])).toEqual(was);
        expect(images(rows[1])).toEqual(is);
        expect(rows[0]?.indexOf('[')).toBe((rows[1]?.indexOf('[') ?? 0) + 1);
      }),
    );
  });
});

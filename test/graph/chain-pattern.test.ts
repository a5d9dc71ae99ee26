import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainOf, rootAbove } from '../../src/graph/chain.ts';
import {
  type ChainPattern,
  compareChain,
  type Link,
  matchChain,
  patternText,
} from '../../src/graph/chain-pattern.ts';
import { graphFromChain, mergeGraphs } from '../../src/graph/declared.ts';
import { abcd, graphOf } from './some-graph.ts';

/** A pattern as it is written: `disk0: A <- older... <- D`. */
function pattern(text: string): ChainPattern {
  const [, device, chain] = /^(?:(\S+): )?(.*)$/.exec(text) ?? [];
  const links = (chain ?? '').split(' <- ').map((word): Link => {
    if (!word.endsWith('...')) return { name: word };
    return word === '...' ? { rest: true } : { rest: true, name: word.slice(0, -3) };
  });
  return device === undefined ? { links } : { device, links };
}

function bound(text: string, graph = abcd) {
  const match = matchChain(pattern(text), graph);
  return match.matched ? Object.fromEntries([...match.bindings, ...match.rests]) : match.code;
}

test('with a device, names bind by position', () => {
  expect(bound('disk0: one <- two <- three <- four')).toEqual({ one: 'A', two: 'B', three: 'C', four: 'D' });
  expect(bound('disk0: A <- B <- C <- D')).toEqual({ A: 'A', B: 'B', C: 'C', D: 'D' });
  expect(bound('/machine/peripheral/disk0: base <- ... <- active')).toEqual({ base: 'A', active: 'D' });
});

test('rests take what is left, and nothing too', () => {
  expect(bound('disk0: base <- older... <- active')).toEqual({ base: 'A', older: ['B', 'C'], active: 'D' });
  expect(bound('disk0: a <- b <- c <- none... <- d')).toMatchObject({ none: [] });
  expect(bound('disk0: ... <- active')).toEqual({ active: 'D' });
  expect(bound('disk0: base <- newer...')).toEqual({ base: 'A', newer: ['B', 'C', 'D'] });
  expect(bound('disk0: all...')).toEqual({ all: ['A', 'B', 'C', 'D'] });
});

test('with several rests, names are looked up instead', () => {
  expect(bound('disk0: low... <- C <- high...')).toEqual({ low: ['A', 'B'], C: 'C', high: ['D'] });
  expect(bound('disk0: ... <- X <- ...')).toBe('chain-differs');
  expect(bound('disk0: x... <- y...')).toBe('ambiguous-chain');
});

test('without a device, names are node-names or file names', () => {
  expect(bound('A <- B <- C <- D')).toEqual({ A: 'A', B: 'B', C: 'C', D: 'D' });
  expect(bound('a.qcow2 <- ... <- /images/d.qcow2')).toEqual({ 'a.qcow2': 'A', '/images/d.qcow2': 'D' });
  expect(bound('A <- B <- ...')).toEqual({ A: 'A', B: 'B' });
  expect(bound('A <- B')).toBe('chain-differs');
  expect(bound('A <- X')).toBe('unknown-image');
});

test('a file name that two images have is not guessed', () => {
  const twice = graphOf([
    { name: 'X', filename: '/one/a.qcow2', backing: null },
    { name: 'Y', filename: '/two/a.qcow2', backing: null },
  ]);
  expect(bound('a.qcow2', twice)).toBe('ambiguous-image');
  expect(bound('/two/a.qcow2', twice)).toEqual({ '/two/a.qcow2': 'Y' });
});

test('a name that another image of the chain has is suspicious', () => {
  const mismatch = matchChain(pattern('disk0: B <- A <- C <- D'), abcd);
  expect(mismatch).toMatchObject({
    matched: false,
    code: 'name-elsewhere',
    link: 0,
    actual: 'A <- B <- C <- D',
  });
});

test('what does not fit is told with both chains', () => {
  expect(matchChain(pattern('disk0: A <- D'), abcd)).toEqual({
    matched: false,
    code: 'chain-differs',
    message: 'The chain of disk0 is A <- B <- C <- D, not A <- D.',
    expected: 'disk0: A <- D',
    actual: 'A <- B <- C <- D',
  });
  expect(bound('vda: A')).toBe('unknown-device');
  expect(bound('disk0: A <- A <- C <- D')).toBe('duplicate-name');
  expect(bound('disk0: A <- B', graphOf([['B', undefined]], { disk0: 'B' }))).toBe('chain-unknown');
});

test('what a link says of its image must hold', () => {
  const links = (filename: string, size: number): Link[] => [
    { rest: true },
    { name: 'top', filename, size, format: 'qcow2' },
  ];
  const fits = (filename: string, size: number) =>
    matchChain({ device: 'disk0', links: links(filename, size) }, abcd).matched;
  expect(fits('d.qcow2', 67108864)).toBe(true);
  expect(fits('e.qcow2', 67108864)).toBe(false);
  expect(fits('d.qcow2', 1)).toBe(false);
});

describe('comparing', () => {
  test('goes by node-names', () => {
    expect(compareChain(pattern('disk0: A <- B <- C <- D'), abcd).matched).toBe(true);
    expect(compareChain(pattern('A <- ... <- D'), abcd).matched).toBe(true);
    expect(compareChain(pattern('disk0: A <- B <- C <- X'), abcd)).toMatchObject({ code: 'chain-differs' });
    expect(compareChain(pattern('disk0: a.qcow2 <- B <- C <- D'), abcd)).toMatchObject({
      code: 'chain-differs',
    });
  });

  test('an image that others are backed by is the active layer where it is attached', () => {
    const moved = graphOf(
      [
        ['B', 'A'],
        ['A', null],
      ],
      { disk0: 'A' },
    );
    expect(compareChain(pattern('A'), moved).matched).toBe(true);
    expect(compareChain(pattern('A'), abcd).matched).toBe(false);
  });
});

describe('a declared chain', () => {
  test('is a partial graph', () => {
    const graph = graphFromChain(pattern('disk0: A <- B <- older... <- D'));
    expect(graph.complete).toBe(false);
    expect(graph.attachments).toEqual([{ kind: 'device', id: 'disk0', node: 'D' }]);
    expect([...graph.nodes.values()]).toEqual([
      { name: 'A', backing: null },
      { name: 'B', backing: 'A' },
      { name: 'D' },
    ]);
    expect(rootAbove(graph, 'D')).toBe('D');
    expect(rootAbove(graph, 'B')).toBeUndefined();
  });

  test('knows its active layer without a device, unless it ends in a rest', () => {
    expect(rootAbove(graphFromChain(pattern('A <- B')), 'A')).toBe('B');
    expect(rootAbove(graphFromChain(pattern('A <- B <- ...')), 'A')).toBeUndefined();
  });

  test('fits the pattern that it came from, and goes together with others', () => {
    const graph = mergeGraphs(
      graphFromChain(pattern('disk0: A <- B')),
      graphFromChain(pattern('disk1: X <- Y')),
    );
    expect(bound('disk0: A <- B', graph)).toEqual({ A: 'A', B: 'B' });
    expect(chainOf(graph, 'Y')).toEqual(['Y', 'X']);
  });
});

test('a pattern with one rest fits in one way, or it differs by its length alone', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 0, max: 6 }),
      (length, before, after) => {
        const nodes = Array.from({ length }, (_, at): [string, string | null] => [
          `n${at}`,
          at === 0 ? null : `n${at - 1}`,
        ]);
        const graph = graphOf(nodes, { disk0: `n${length - 1}` });
        const names = (count: number, prefix: string): Link[] =>
          Array.from({ length: count }, (_, at) => ({ name: `${prefix}${at}` }));
        const links: Link[] = [...names(before, 'low'), { rest: true, name: 'r' }, ...names(after, 'high')];
        const match = matchChain({ device: 'disk0', links }, graph);
        expect(match.matched).toBe(before + after <= length);
        if (match.matched) expect(match.rests.get('r')).toHaveLength(length - before - after);
      },
    ),
  );
});

test('names are shown without their escapes', () => {
  expect(patternText({ links: [{ name: 'a\x1b[31m' }, { rest: true }] })).toBe('a\\x1b[31m <- ...');
});

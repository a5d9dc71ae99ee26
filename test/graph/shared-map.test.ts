import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amendNode, withoutNode } from '../../src/graph/change.ts';
import { type BlockGraph, type BlockNode, unknownGraph } from '../../src/graph/graph.ts';
import { differences, withEntry, withoutEntry } from '../../src/graph/shared-map.ts';
import { shownName } from '../../src/graph/shown-name.ts';
import { childrenOf, nodesUsing } from '../../src/graph/users.ts';

/** A change of one key: its new value, or undefined to take it out. */
const changes = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 60 }), fc.option(fc.nat(3), { nil: undefined, freq: 4 })),
  { minLength: 40, maxLength: 200 },
);

/** Words of which each two have one hash. */
const ALIKE = ['costarring', 'liquid', 'declinate', 'macallums', 'altarage', 'zinke'];

function keyOf(number: number): string {
  return ALIKE[number] ?? `k${number}`;
}

describe('a map that shares its entries', () => {
  test('holds what a plain one holds in its order, and its earlier states stay as they were', () => {
    fc.assert(
      fc.property(changes, list => {
        const plain = new Map<string, { readonly value: number }>();
        let shared: ReadonlyMap<string, { readonly value: number }> = new Map();
        const states: { shared: typeof shared; plain: typeof shared }[] = [];
        for (const [number, value] of list) {
          const key = keyOf(number);
          if (value === undefined) plain.delete(key);
          else plain.set(key, { value });
          const entry = plain.get(key);
          shared = entry ? withEntry(shared, key, entry) : withoutEntry(shared, key);
          states.push({ shared, plain: new Map(plain) });
        }
        for (const state of states) {
          expect([...state.shared]).toEqual([...state.plain]);
          expect(state.shared.size).toBe(state.plain.size);
          expect([...state.shared.keys()].every(key => state.shared.has(key))).toBe(true);
          expect(Array.from({ length: 61 }, (_, at) => state.shared.get(keyOf(at)))).toEqual(
            Array.from({ length: 61 }, (_, at) => state.plain.get(keyOf(at))),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  test('two of them differ where plain ones do, related or not', () => {
    fc.assert(
      fc.property(changes, changes, (first, second) => {
        const follow = (from: ReadonlyMap<string, object>, list: typeof first) =>
          list.reduce(
            (map, [key, value]) =>
              value === undefined
                ? withoutEntry(map, keyOf(key))
                : withEntry(map, keyOf(key), VALUES[value] ?? {}),
            from,
          );
        const start = follow(new Map(), first);
        for (const [one, other] of [
          [start, follow(start, second)],
          [follow(start, second.slice(0, 3)), follow(start, second.slice(3, 6))],
          [start, follow(new Map(), second)],
        ] as const) {
          const keys = new Set([...one.keys(), ...other.keys()]);
          const expected = [...keys].filter(key => one.get(key) !== other.get(key));
          expect(differences(one, other)).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });
});

const VALUES = [{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }];

test('who reads from a node is found in graphs that come from one another', () => {
  const name = fc.integer({ min: 0, max: 30 }).map(number => `n${number}`);
  const fact = fc.record({
    name,
    backing: fc.option(name, { freq: 3 }),
    file: fc.option(name, { nil: undefined, freq: 2 }),
    gone: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(fact, { minLength: 30, maxLength: 120 }), list => {
      let graph: BlockGraph = unknownGraph;
      for (const { name: node, backing, file, gone } of list) {
        graph =
          gone && graph.nodes.has(node)
            ? withoutNode(graph, node)
            : amendNode(graph, node, { backing, children: file === undefined ? {} : { file } });
        for (const child of ['n0', 'n7', 'n19', backing ?? 'n1']) {
          const all: BlockNode[] = [...graph.nodes.values()];
          expect(nodesUsing(graph, child)).toEqual(all.filter(user => childrenOf(user).includes(child)));
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('what was found of names that QEMU shows holds for the next graph only where it still does', () => {
  const fact = fc.record({
    number: fc.integer({ min: 0, max: 12 }),
    // So many below, so that no node comes to read from itself.
    backing: fc.option(fc.integer({ min: 1, max: 3 }), { freq: 5 }),
    backingString: fc.option(fc.constantFrom('n1.img', 'n2.img', 'other.img'), { freq: 4 }),
    driver: fc.constantFrom('qcow2', 'qcow2', 'throttle'),
  });
  const steps = fc.array(fc.tuple(fact, fc.boolean()), { minLength: 10, maxLength: 60 });
  fc.assert(
    fc.property(steps, list => {
      let graph: BlockGraph = unknownGraph;
      const asked: { graph: BlockGraph; node: string; shown: string | undefined }[] = [];
      for (const [{ number, driver, backing: down, backingString }, back] of list) {
        const node = `n${number}`;
        const backing = down === null ? null : `n${number - down}`;
        const facts = { driver, filename: `${node}.img`, filter: driver === 'throttle' };
        const next = amendNode(graph, node, { ...facts, backing, backingString });
        for (const name of [node, 'n1', 'n5'])
          asked.push({ graph: next, node: name, shown: shownName(next, name) });
        if (!back) graph = next;
      }
      for (const { graph: then, node, shown } of asked) {
        const nodes = new Map([...then.nodes].map(([key, value]) => [key, { ...value }]));
        expect([node, shownName({ ...then, nodes }, node)]).toEqual([node, shown]);
      }
    }),
    { numRuns: 60 },
  );
});

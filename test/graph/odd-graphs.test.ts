import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyCommand, commandModels } from '../../src/commands/index.ts';
import { settleJob } from '../../src/commands/jobs/settle.ts';
import { check } from '../../src/compile/check.ts';
import {
  allAbove,
  attachmentsOf,
  chainEnds,
  chainOf,
  isBelow,
  overlaysOf,
  rootAbove,
  storageNodes,
  usersAbove,
} from '../../src/graph/chain.ts';
import { compareChain, matchChain } from '../../src/graph/chain-pattern.ts';
import { replaceNode } from '../../src/graph/change.ts';
import { chainTops } from '../../src/graph/draw.ts';
import { drawTree } from '../../src/graph/draw-tree.ts';
import type { BlockGraph, JobStatus } from '../../src/graph/graph.ts';
import { readGraph } from '../../src/graph/introspect.ts';
import { isKnownDriver, partlyKnown } from '../../src/graph/partly-known.ts';
import { loadSnapshot, snapshotVersions } from '../../src/qapi/snapshots.ts';
import { parse } from '../../src/syntax/parse.ts';

type Replies = Record<string, unknown>;
type Moments = Record<string, Replies>;

const read = (file: string): Moments =>
  JSON.parse(readFileSync(new URL(`./captured/${file}.json`, import.meta.url), 'utf8')) as Moments;
const odd: Readonly<Record<string, Moments>> = { '7.2': read('odd-7.2'), '11.1': read('odd-11.1') };
const usual = ['5.2', '7.2', '10.0', '11.1'].map(version => read(`qemu-${version}`));
const captured = [...Object.values(odd), ...usual].flatMap(moments => Object.values(moments));

const schema = (() => {
  const loaded = loadSnapshot('newest', 'storage-daemon');
  if (!loaded) throw new Error('there is no schema');
  return loaded;
})();

async function findings(script: string, graph: BlockGraph): Promise<string[]> {
  const plan = await check(parse(script), { schema, graph, now: new Date(0) });
  return plan.findings.map(({ severity, code, message }) => `${severity}[${code}]: ${message}`);
}

describe.each(Object.keys(odd))('graphs of QEMU %s that are no plain chains', version => {
  const graphOf = (moment: string, ...left: string[]) => {
    const replies = odd[version]?.[moment];
    if (!replies) throw new Error(`nothing was captured of ${moment}`);
    return readGraph(
      Object.fromEntries(Object.entries(replies).filter(([command]) => !left.includes(command))),
    );
  };

  test('a quorum: its children are drawn with what uses them, and a script about them gets a note', async () => {
    const graph = graphOf('a quorum of three');
    expect(chainTops(graph).toSorted()).toEqual(['Q', 'Q0', 'Q1', 'Q2']);
    expect(drawTree(graph)).toContain('Q1 <- [quorum Q]\n');
    expect(usersAbove(graph, 'Q1').map(({ id }) => id)).toEqual(['x0']);
    const note =
      'note[graph-partly-known]: not all can be told of this graph: `Q` reads from several images at once, which no chain can show';
    expect(await findings('chain x0: Q\n', graph)).toEqual([note]);
    expect(await findings('expect chain Q1\nexpect chain Q2\n', graph)).toEqual([note]);
    expect(await findings('snapshot Q0 overlay=O filename=o.qcow2\n', graph)).toEqual([note]);
    expect(await findings('query-jobs\n', graph)).toEqual([]);
    expect(applyCommand(graph, 'blockdev-del', { 'node-name': 'Q2' })).toMatchObject({ code: 'node-in-use' });
    expect(
      applyCommand(graph, 'blockdev-mirror', { device: 'Q1', target: 'Q2', sync: 'full' }),
    ).toMatchObject({
      code: 'not-a-root',
      message: '`Q1` is not the root of a chain: it is the children.1 of `Q`; the chain is Q1.',
    });
  });

  test('an overlay below a quorum takes the place in it', () => {
    const graph = graphOf('a quorum of three');
    const after = applyCommand(graph, 'blockdev-snapshot-sync', {
      'node-name': 'Q0',
      'snapshot-node-name': 'O',
      'snapshot-file': 'o.qcow2',
    }) as BlockGraph;
    expect(after.nodes.get('Q')?.children).toEqual({
      'children.0': 'O',
      'children.1': 'Q1',
      'children.2': 'Q2',
    });
    expect(chainOf(after, 'O')).toEqual(['O', 'Q0']);
    expect(usersAbove(after, 'Q0').map(({ id }) => id)).toEqual(['x0']);
  });

  test('an image over a quorum', () => {
    const graph = graphOf('an image over a quorum');
    expect(chainOf(graph, 'T')).toEqual(['T', 'Q']);
    expect(matchChain({ device: 'x0', links: [{ name: 'base' }, { name: 'top' }] }, graph)).toMatchObject({
      matched: true,
    });
  });

  test('a base below two exports has no one root, and both chains go down to it', async () => {
    const graph = graphOf('a base under two exports');
    expect(rootAbove(graph, 'A')).toBeUndefined();
    expect(overlaysOf(graph, 'A').toSorted()).toEqual(['B', 'C']);
    expect(await findings('chain x0: A <- B\nchain x1: A <- C\nstream B\n', graph)).toEqual([]);
    expect((await findings('commit top=B base=A then pivot\n', graph))[0]).toMatch(/^error\[shared-base\]/);
  });

  test('a throttle over a copy-on-read is looked through', async () => {
    const graph = graphOf('throttle over copy-on-read');
    expect(attachmentsOf(graph, 'B').map(({ id }) => id)).toEqual(['x0']);
    expect(rootAbove(graph, 'A')).toBe('T');
    expect(await findings('chain x0: A <- B\nstream B\nexpect chain x0: B\n', graph)).toEqual([]);
  });

  test('filters below an image are no images', () => {
    const graph = graphOf('verify, log and preallocate');
    expect(chainTops(graph).map(top => graph.nodes.get(top)?.driver)).toEqual(['qcow2', 'raw', 'qcow2']);
    const drivers = [...storageNodes(graph)].map(name => graph.nodes.get(name)?.driver);
    expect(new Set(drivers)).toEqual(new Set(['file', 'preallocate']));
  });

  test('a job below a filter', () => {
    const graph = graphOf('a stream below a throttle');
    const ended = settleJob(graph, 'j0', 'concluded');
    expect(chainOf(graph, 'C')).toEqual(['C', 'B', 'A']);
    expect(chainOf(ended, 'C')).toEqual(['C', 'B', 'A']);
    expect(ended.nodes.get('C')?.backing).toBe('B');
  });
});

test('where links can only be guessed at, nothing is said to be without use', async () => {
  const { 'x-debug-query-block-graph': _, ...replies } = odd['7.2']?.['throttle over copy-on-read'] ?? {};
  const graph = readGraph(replies);
  expect(graph.nodes.get('T')?.backing).toBeUndefined();
  expect(await findings('snapshot B overlay=C filename=c.qcow2\n', graph)).toEqual([]);
  expect(await findings('stream T\n', graph)).toEqual([
    'note[graph-partly-known]: not all can be told of this graph: `T` reads from a node that QEMU did not name',
  ]);
});

test('a driver that is not known is named once', async () => {
  const replies = structuredClone(odd['7.2']?.['throttle over copy-on-read']) as { [command: string]: any };
  for (const node of replies['query-named-block-nodes'])
    if (node.drv === 'throttle') node.drv = 'new\u001b[31mer';
  const graph = readGraph(replies);
  const found = await findings('block_resize node-name=T size=8M\nblock_resize node-name=B size=8M\n', graph);
  expect(found.filter(text => text.startsWith('note'))).toEqual([
    'note[graph-partly-known]: not all can be told of this graph: `T` has the driver `new\\x1b[31mer`, and what that does with what it reads is not known here',
  ]);
});

test.each(snapshotVersions())('every driver of QEMU %s is known', version => {
  const drivers = loadSnapshot(version, 'system')?.valuesOf('blockdev-add', ['driver']) ?? [];
  expect(drivers.length).toBeGreaterThan(20);
  expect(drivers.filter(driver => !isKnownDriver(driver))).toEqual([]);
});

/** Replies with parts gone, of another type, or with names that are others' names, so that cycles and forks come about. */
const mutated = fc
  .record({
    replies: fc.constantFrom(...captured),
    changes: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 9 })), { maxLength: 12 }),
  })
  .map(({ replies, changes }) => {
    const copy = structuredClone(replies);
    for (const [where, from, how] of changes) mutate(copy, where, from, how);
    return copy;
  });

const JUNK = [null, 0, -1, '', 'x\u001b]0;y\u0007', [], {}, true, 2n ** 70n];

function mutate(replies: Replies, where: number, from: number, how: number): void {
  const places = placesIn(replies);
  const place = places[where % places.length];
  const other = places[from % places.length];
  if (!place || !other) return;
  const holder = place.holder as Record<string, unknown>;
  if (how === 0) delete holder[place.key];
  else if (how === 1) holder[place.key] = JUNK[from % JUNK.length];
  else {
    // Most of all names are put in the place of other names.
    const texts = places.filter(
      ({ value, key }) => typeof value === 'string' && /name|child|parent|id/.test(key),
    );
    const [to, name] = [texts[where % texts.length], texts[from % texts.length]];
    if (to && name) (to.holder as Record<string, unknown>)[to.key] = name.value;
  }
}

function placesIn(value: unknown): { holder: object; key: string; value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    { holder: value, key, value: inner },
    ...placesIn(inner),
  ]);
}

function everyQuestion(graph: BlockGraph): void {
  const names = [...graph.nodes.keys()];
  drawTree(graph);
  partlyKnown(graph);
  for (const name of names) {
    expect(new Set(chainOf(graph, name)).size).toBe(chainOf(graph, name).length);
    chainEnds(graph, name);
    rootAbove(graph, name);
    overlaysOf(graph, name);
    allAbove(graph, name);
    usersAbove(graph, name);
    isBelow(graph, name, names[0] ?? '');
    compareChain({ links: [{ rest: true }, { name }] }, graph);
    matchChain({ device: name, links: [{ name: 'a' }, { rest: true, name: 'b' }] }, graph);
    replaceNode(graph, name, names[0] ?? '');
  }
  for (const status of ['ready', 'concluded', 'null', 'aborting'] as JobStatus[])
    for (const id of graph.jobs.keys()) settleJob(graph, id, status);
}

describe('whatever a QEMU answers', () => {
  test('the graph can be read, drawn and asked', () => {
    fc.assert(
      fc.property(mutated, replies => everyQuestion(readGraph(replies))),
      { numRuns: 400 },
    );
  });

  test('every command has an answer on it', () => {
    const keys =
      'device node-name id job-id target top-node base-node bottom overlay node snapshot-node-name replaces name sync driver backing file options size'.split(
        ' ',
      );
    const commands = [...commandModels.keys()];
    fc.assert(
      fc.property(
        mutated,
        fc.array(
          fc.tuple(
            fc.constantFrom(...commands),
            fc.array(fc.tuple(fc.constantFrom(...keys), fc.nat()), { maxLength: 6 }),
          ),
          { maxLength: 8 },
        ),
        (replies, sent) => {
          let graph = readGraph(replies);
          const words = [
            ...graph.nodes.keys(),
            ...graph.jobs.keys(),
            'full',
            'top',
            'none',
            'new1',
            'x0',
            ...JUNK,
          ];
          for (const [command, members] of sent) {
            const args = Object.fromEntries(members.map(([key, at]) => [key, words[at % words.length]]));
            const after = applyCommand(graph, command, args);
            if (after !== 'unmodelled' && !('refused' in after)) graph = after;
          }
          everyQuestion(graph);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('scripts can be checked on it', async () => {
    const script = [
      'expect chain ... <- NAME',
      'snapshot NAME overlay=new1 filename=new1.qcow2 else { print $error }',
      'stream NAME else { print $error }',
      'commit top=NAME then pivot else { print $error }',
      'mirror NAME target=new2 filename=new2.qcow2 sync=full then pivot else { print $error }',
      'if no jobs { del NAME else { print $error } }',
    ].join('\n');
    await fc.assert(
      fc.asyncProperty(mutated, fc.nat(), async (replies, at) => {
        const graph = readGraph(replies);
        const names = [...graph.nodes.keys()].filter(name => /^[\w#-]+$/.test(name));
        const name = names[at % names.length] ?? 'D';
        const found = await findings(script.replaceAll('NAME', `"${name}"`), graph);
        expect(found.filter(text => text.startsWith('note[graph-partly-known]')).length).toBeLessThan(2);
      }),
      { numRuns: 60 },
    );
  });
});

test('a cycle of backing links ends every way through it, and is named', async () => {
  const replies = structuredClone(odd['11.1']?.['a base under two exports']) as { [command: string]: any };
  for (const node of replies['query-named-block-nodes']) {
    if (node['node-name'] === 'A') node.children.push({ 'node-name': 'B', child: 'backing' });
  }
  const graph = readGraph(replies);
  everyQuestion(graph);
  expect(chainOf(graph, 'C')).toEqual(['C', 'A', 'B']);
  expect((await findings('stream C\n', graph)).filter(text => text.startsWith('note'))).toEqual([
    expect.stringMatching(/`[AB]` reads from itself, as QEMU tells it$/),
  ]);
});

test('thousands of nodes, and a chain of five thousand images', async () => {
  const nodes = Array.from({ length: 5000 }, (_, at) => ({
    'node-name': `n${at}`,
    drv: 'qcow2',
    ro: at < 4999,
    file: `n${at}.qcow2`,
    image: { filename: `n${at}.qcow2`, 'virtual-size': 4096 },
    children: at === 0 ? [] : [{ child: 'backing', 'node-name': `n${at - 1}` }],
  }));
  const graph = readGraph({
    'query-named-block-nodes': nodes,
    'query-block-exports': [{ id: 'x0', type: 'nbd', 'node-name': 'n4999' }],
  });
  expect(chainOf(graph, 'n4999')).toHaveLength(5000);
  expect(rootAbove(graph, 'n0')).toBe('n4999');
  expect(drawTree(graph).split('\n')).toHaveLength(5002);
  expect(allAbove(graph, 'n0')).toHaveLength(4999);
  expect(partlyKnown(graph).size).toBe(0);
  const found = await findings(
    'commit n4999 base=n0 then pivot\nexpect chain x0: n0\nsnapshot n0 overlay=top filename=top.qcow2\n',
    graph,
  );
  expect(found.every(text => !text.includes('stack'))).toBe(true);
  expect(found).toEqual([
    expect.stringMatching(/^note\[perhaps-left-over\]: if `n4999`, `n4998`, .*, … are still/),
  ]);
});

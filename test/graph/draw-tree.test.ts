import { describe, expect, test } from 'vitest';
import { withJob } from '../../src/graph/change.ts';
import { drawTree } from '../../src/graph/draw-tree.ts';
import type { Attachment, BlockGraph, BlockJob, BlockNode, DirtyBitmap } from '../../src/graph/graph.ts';
import { abcd, graphOf } from './some-graph.ts';

const bitmap = (name: string, facts: Partial<DirtyBitmap> = {}): DirtyBitmap => ({
  name,
  granularity: 65536,
  recording: true,
  busy: false,
  persistent: false,
  ...facts,
});
const amended = (graph: BlockGraph, nodes: Readonly<Record<string, Partial<BlockNode>>>): BlockGraph => ({
  ...graph,
  nodes: new Map([...graph.nodes].map(([name, node]) => [name, { ...node, ...nodes[name] }])),
});
const used = (graph: BlockGraph, ...attachments: Attachment[]): BlockGraph => ({
  ...graph,
  attachments: [...graph.attachments, ...attachments],
});
const working = (graph: BlockGraph, ...jobs: (Pick<BlockJob, 'id' | 'type'> & Partial<BlockJob>)[]) =>
  jobs.reduce((all, job) => withJob(all, { status: 'running', ...job }), graph);
const access = {
  A: { readOnly: true },
  B: { readOnly: true },
  C: { readOnly: true },
  D: { readOnly: false },
};
const plain = amended(abcd, access);
const beside = graphOf(
  [
    ['D', 'C'],
    ['C', 'B'],
    ['B', 'A'],
    ['A', null],
    ['T', null],
  ],
  { disk0: 'D' },
);
const forked = graphOf(
  [
    ['D', 'B'],
    ['E', 'B'],
    ['B', 'A'],
    ['C', 'A'],
    ['A', null],
  ],
  { disk0: 'D', disk1: 'E', disk2: 'C' },
);

test('a chain: who uses it, then an image a line, the active layer first', () => {
  expect(drawTree(plain)).toMatchInlineSnapshot(`
    "A <- B <- C <- D <- [disk0]
      [disk0]
      ● D  qcow2  64M  rw  /images/d.qcow2
      ○ C  qcow2  64M  ro  /images/c.qcow2
      ○ B  qcow2  64M  ro  /images/b.qcow2
      ○ A  qcow2  64M  ro  /images/a.qcow2"
  `);
});

test('two devices with a chain each', () => {
  const two = graphOf(
    [
      ['B', 'A'],
      ['A', null],
      ['Y', 'X'],
      ['X', null],
    ],
    { disk0: 'B', disk1: 'Y' },
  );
  expect(drawTree(two)).toMatchInlineSnapshot(`
    "A <- B <- [disk0]
      [disk0]
      ○ B  qcow2  64M  /images/b.qcow2
      ○ A  qcow2  64M  /images/a.qcow2

    X <- Y <- [disk1]
      [disk1]
      ○ Y  qcow2  64M  /images/y.qcow2
      ○ X  qcow2  64M  /images/x.qcow2"
  `);
});

test('images that several chains share stand once, below all of them', () => {
  expect(drawTree(forked)).toMatchInlineSnapshot(`
    "A <- B <- D <- [disk0]
    A <- B <- E <- [disk1]
    A <- C <- [disk2]
      [disk0]
      ○ D     qcow2  64M  /images/d.qcow2
      │  [disk1]
      │  ○ E  qcow2  64M  /images/e.qcow2
      ├──╯
      ○ B     qcow2  64M  /images/b.qcow2
      │  [disk2]
      │  ○ C  qcow2  64M  /images/c.qcow2
      ├──╯
      ○ A     qcow2  64M  /images/a.qcow2"
  `);
});

test('three overlays upon one image', () => {
  const three = graphOf(
    [
      ['B', 'A'],
      ['C', 'A'],
      ['D', 'A'],
      ['A', null],
    ],
    { disk0: 'B' },
  );
  expect(drawTree(three)).toMatchInlineSnapshot(`
    "A <- B <- [disk0]
    A <- C
    A <- D
      [disk0]
      ○ B        qcow2  64M  /images/b.qcow2
      │  ○ C     qcow2  64M  /images/c.qcow2
      │  │  ○ D  qcow2  64M  /images/d.qcow2
      ├──┴──╯
      ○ A        qcow2  64M  /images/a.qcow2"
  `);
});

test('of one chain that is asked for, the others are left out', () => {
  expect(
    drawTree(working(forked, { id: 's', type: 'stream', on: { device: 'C' } }), ['D']),
  ).toMatchInlineSnapshot(`
    "A <- B <- D <- [disk0]
      [disk0]
      ○ D  qcow2  64M  /images/d.qcow2
      ○ B  qcow2  64M  /images/b.qcow2
      ○ A  qcow2  64M  /images/a.qcow2
          s: stream into C, running"
  `);
});

test('an export, on the active layer and in the middle of a chain', () => {
  const exported = used(
    plain,
    { kind: 'export', id: 'x0', node: 'D' },
    { kind: 'export', id: 'x1', node: 'B' },
  );
  expect(drawTree(exported)).toMatchInlineSnapshot(`
    "A <- B <- C <- D <- [disk0, export x0]
    A <- B <- [export x1]
      [disk0, export x0]
      ● D  qcow2  64M  rw  /images/d.qcow2
      ○ C  qcow2  64M  ro  /images/c.qcow2
      │  [export x1]
      ├──╯
      ○ B  qcow2  64M  ro  /images/b.qcow2
      ○ A  qcow2  64M  ro  /images/a.qcow2"
  `);
});

test('bitmaps stand under their image', () => {
  const bitmaps = [
    bitmap('b0', { persistent: true }),
    bitmap('b1', { busy: true, granularity: 4096 }),
    bitmap('b2', { recording: false, persistent: true, inconsistent: true }),
  ];
  expect(
    drawTree(amended(plain, { D: { ...access.D, bitmaps }, A: { bitmaps: [bitmap('last')] } })),
  ).toMatchInlineSnapshot(`
    "A <- B <- C <- D <- [disk0]
      [disk0]
      ● D  qcow2  64M  rw  /images/d.qcow2
      │   bitmap b0: recording, persistent, granularity 64K
      │   bitmap b1: recording, busy, granularity 4K
      │   bitmap b2: disabled, persistent, inconsistent, granularity 64K
      ○ C  qcow2  64M  ro  /images/c.qcow2
      ○ B  qcow2  64M  ro  /images/b.qcow2
      ○ A  qcow2  64M  ro  /images/a.qcow2
          bitmap last: recording, granularity 64K"
  `);
});

test('an image that is of no use says why', () => {
  const invalid = 'commit of C into A took its data away';
  const graph = graphOf(
    [['D', 'A'], ['A', null], { name: 'C', driver: 'qcow2', backing: 'B', invalid }, ['B', 'A']],
    { disk0: 'D' },
  );
  expect(drawTree(graph)).toMatchInlineSnapshot(`
    "A <- D <- [disk0]
    A <- B <- C
      [disk0]
      ○ D     qcow2  64M  /images/d.qcow2
      │  ✗ C  qcow2
      │  │   invalid: commit of C into A took its data away
      │  ○ B  qcow2  64M  /images/b.qcow2
      ├──╯
      ○ A     qcow2  64M  /images/a.qcow2"
  `);
});

test('filters are over the image that they are put over', () => {
  const graph = graphOf(
    [
      { name: 'limit', driver: 'throttle', backing: '#f', filter: true },
      { name: '#f', driver: 'mirror_top', backing: 'B', filter: true },
      ['B', 'A'],
      ['A', null],
    ],
    { disk0: 'limit' },
  );
  expect(drawTree(graph)).toMatchInlineSnapshot(`
    "A <- B <- [disk0]
      [disk0]
      ◇ throttle, a filter
      ◇ mirror_top, a filter
      ○ B  qcow2  64M  /images/b.qcow2
      ○ A  qcow2  64M  /images/a.qcow2"
  `);
});

describe('jobs', () => {
  test('a commit below the active layer', () => {
    const on = { device: 'D', 'top-node': 'C', 'base-node': 'A' };
    expect(drawTree(working(plain, { id: 'commit0', type: 'commit', on }))).toMatchInlineSnapshot(`
      "A <- B <- C <- D <- [disk0]
            [disk0]
            ● D  qcow2  64M  rw  /images/d.qcow2
        ╭── ○ C  qcow2  64M  ro  /images/c.qcow2
        │   │   commit0: commit C → A, running
        │   ○ B  qcow2  64M  ro  /images/b.qcow2
        ╰─▶ ○ A  qcow2  64M  ro  /images/a.qcow2"
    `);
  });

  test('a commit of the active layer that is ready', () => {
    const on = { device: 'D', 'top-node': 'D', 'base-node': 'B' };
    expect(
      drawTree(working(plain, { id: 'commit0', type: 'commit', status: 'ready', on })),
    ).toMatchInlineSnapshot(`
      "A <- B <- C <- D <- [disk0]
            [disk0]
        ╭── ● D  qcow2  64M  rw  /images/d.qcow2
        │   │   commit0: commit D → B, ready
        │   ○ C  qcow2  64M  ro  /images/c.qcow2
        ╰─▶ ○ B  qcow2  64M  ro  /images/b.qcow2
            ○ A  qcow2  64M  ro  /images/a.qcow2"
    `);
  });

  test('a stream goes up', () => {
    const on = { device: 'D', 'base-node': 'A' };
    expect(drawTree(working(plain, { id: 'stream0', type: 'stream', on }))).toMatchInlineSnapshot(`
      "A <- B <- C <- D <- [disk0]
            [disk0]
        ╭─▶ ● D  qcow2  64M  rw  /images/d.qcow2
        │   │   stream0: stream into D down to A, running
        │   ○ C  qcow2  64M  ro  /images/c.qcow2
        │   ○ B  qcow2  64M  ro  /images/b.qcow2
        ╰── ○ A  qcow2  64M  ro  /images/a.qcow2"
    `);
  });

  test('a mirror that is ready and a backup name their target, which names them', () => {
    const graph = working(
      beside,
      { id: 'mirror0', type: 'mirror', status: 'ready', on: { device: 'D', target: 'T' } },
      { id: 'backup0', type: 'backup', status: 'paused', on: { device: 'B', target: 'T' } },
    );
    expect(drawTree(graph)).toMatchInlineSnapshot(`
      "A <- B <- C <- D <- [disk0]
        [disk0]
        ○ D  qcow2  64M  /images/d.qcow2
        │   mirror0: mirror D → T, ready
        ○ C  qcow2  64M  /images/c.qcow2
        ○ B  qcow2  64M  /images/b.qcow2
        │   backup0: backup B → T, paused
        ○ A  qcow2  64M  /images/a.qcow2

      T
        ○ T  qcow2  64M  /images/t.qcow2
            written by mirror0: mirror D → T, ready
            written by backup0: backup B → T, paused"
    `);
  });

  test('several at once, beside each other where they overlap', () => {
    const graph = working(
      plain,
      { id: 'upper', type: 'stream', on: { device: 'D', 'base-node': 'C' } },
      { id: 'lower', type: 'commit', on: { device: 'D', 'top-node': 'B', 'base-node': 'A' } },
      { id: 'long', type: 'commit', status: 'ready', on: { device: 'D', 'top-node': 'D', 'base-node': 'A' } },
    );
    expect(drawTree(graph)).toMatchInlineSnapshot(`
      "A <- B <- C <- D <- [disk0]
              [disk0]
        ╭─┬─▶ ● D  qcow2  64M  rw  /images/d.qcow2
        │ │   │   upper: stream into D down to C, running
        │ │   │   long: commit D → A, ready
        │ ╰── ○ C  qcow2  64M  ro  /images/c.qcow2
        │ ╭── ○ B  qcow2  64M  ro  /images/b.qcow2
        │ │   │   lower: commit B → A, running
        ╰─┴─▶ ○ A  qcow2  64M  ro  /images/a.qcow2"
    `);
  });

  test('a commit across a fork', () => {
    const on = { device: 'E', 'top-node': 'E', 'base-node': 'A' };
    expect(drawTree(working(forked, { id: 'commit0', type: 'commit', on }))).toMatchInlineSnapshot(`
      "A <- B <- D <- [disk0]
      A <- B <- E <- [disk1]
      A <- C <- [disk2]
            [disk0]
            ○ D     qcow2  64M  /images/d.qcow2
            │  [disk1]
        ╭── │  ○ E  qcow2  64M  /images/e.qcow2
        │   │  │   commit0: commit E → A, running
        │   ├──╯
        │   ○ B     qcow2  64M  /images/b.qcow2
        │   │  [disk2]
        │   │  ○ C  qcow2  64M  /images/c.qcow2
        │   ├──╯
        ╰─▶ ○ A     qcow2  64M  /images/a.qcow2"
    `);
  });

  test('one of which it is not told where it works, and one that has ended', () => {
    const graph = working(
      graphOf([['A', null]]),
      { id: 'hidden', type: 'stream' },
      { id: 'over', type: 'commit', status: 'concluded', on: { device: 'A' } },
    );
    expect(drawTree(graph)).toMatchInlineSnapshot(`
      "A
        ○ A  qcow2  64M  /images/a.qcow2

      hidden: stream, running"
    `);
  });
});

test('what is not known is not drawn, and a chain that goes on is told to', () => {
  expect(
    drawTree(graphOf([{ name: 'B', backing: 'A' }, { name: 'A' }], { disk0: 'B' }, false)),
  ).toMatchInlineSnapshot(`
    "... <- A <- B <- [disk0]
      [disk0]
      ○ B
      ○ A
      ┆ what is below is not known"
  `);
});

test('long file names keep their end, so that 80 columns are enough', () => {
  const filename = `/var/lib/libvirt/images/${'customer-4711/'.repeat(5)}disk-0.snapshot-2026-11-29.qcow2`;
  const wide = `/画像/${'画'.repeat(60)}.qcow2`;
  const text = drawTree(amended(plain, { D: { ...access.D, filename }, C: { ...access.C, filename: wide } }));
  expect(text).toMatchInlineSnapshot(`
    "A <- B <- C <- D <- [disk0]
      [disk0]
      ● D  qcow2  64M  rw  …omer-4711/customer-4711/disk-0.snapshot-2026-11-29.qcow2
      ○ C  qcow2  64M  ro  …画画画画画画画画画画画画画画画画画画画画画画画画画.qcow2
      ○ B  qcow2  64M  ro  /images/b.qcow2
      ○ A  qcow2  64M  ro  /images/a.qcow2"
  `);
  expect(Math.max(...text.split('\n').map(line => line.length))).toBe(80);
});

test('protocol nodes are no chains of their own', () => {
  const graph = graphOf([
    { name: 'A', driver: 'qcow2', backing: null, readOnly: true, children: { file: '#block1' } },
    { name: '#block1', driver: 'file', backing: null, filename: 'a' },
  ]);
  expect(drawTree(graph)).toMatchInlineSnapshot(`
    "A
      ○ A  qcow2  ro"
  `);
});

test('no name can steer a terminal', () => {
  const harm = '\x1b[2J\u202e\n';
  const graph = working(
    graphOf(
      [
        {
          name: harm,
          driver: harm,
          filename: harm,
          backing: `t${harm}`,
          invalid: harm,
          bitmaps: [bitmap(harm)],
        },
        { name: `t${harm}`, driver: `f${harm}`, backing: 'A', filter: true },
        { name: 'A', backing: null },
      ],
      { [`d${harm}`]: harm },
    ),
    { id: harm, type: harm as 'commit', on: { device: 'A', target: harm } },
    { id: `lost${harm}`, type: 'stream' },
  );
  const text = drawTree(graph);
  expect(text).toMatchInlineSnapshot(`
    "A <- \\x1b[2J\\u202e\\n <- [d\\x1b[2J\\u202e\\n]
      [d\\x1b[2J\\u202e\\n]
      ✗ \\x1b[2J\\u202e\\n  \\x1b[2J\\u202e\\n  \\x1b[2J\\u202e\\n
      │   invalid: \\x1b[2J\\u202e\\n
      │   bitmap \\x1b[2J\\u202e\\n: recording, granularity 64K
      ◇ f\\x1b[2J\\u202e\\n, a filter
      ○ A
          \\x1b[2J\\u202e\\n: \\x1b[2J\\u202e\\n A → \\x1b[2J\\u202e\\n, running

    lost\\x1b[2J\\u202e\\n: stream, running"
  `);
  expect(text).toMatch(/^[\x20-\x7e\n│┆○✗◇→╭╰─▶]*$/);
});

test('fifty images are fifty rows', () => {
  const nodes = Array.from({ length: 50 }, (_, at): [string, string | null] => [
    `n${50 - at}`,
    at === 49 ? null : `n${49 - at}`,
  ]);
  const lines = drawTree(graphOf(nodes, { disk0: 'n50' })).split('\n');
  expect(lines).toHaveLength(52);
  expect(lines.slice(1, 4)).toMatchInlineSnapshot(`
    [
      "  [disk0]",
      "  ○ n50  qcow2  64M  /images/n50.qcow2",
      "  ○ n49  qcow2  64M  /images/n49.qcow2",
    ]
  `);
  expect(lines.at(-1)).toMatchInlineSnapshot(`"  ○ n1   qcow2  64M  /images/n1.qcow2"`);
});

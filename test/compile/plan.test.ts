import { describe, expect, test } from 'vitest';
import { planRecords } from '../../src/compile/ndjson.ts';
import { planBasis } from '../../src/compile/plan/basis.ts';
import { readRecipe } from '../../src/compile/recipe.ts';
import { drawChain } from '../../src/graph/draw.ts';
import type { BlockGraph } from '../../src/graph/graph.ts';
import { parse } from '../../src/syntax/parse.ts';
import { planOf } from './scripts.ts';

function chainAfter(entry: { readonly after: BlockGraph } | undefined): string {
  const [attachment] = entry?.after.attachments ?? [];
  return entry && attachment ? drawChain(entry.after, attachment.node) : 'unknown';
}

async function chainAtEnd(text: string): Promise<string> {
  const { entries, findings } = await planOf(text);
  expect(findings).toEqual([]);
  return chainAfter(entries.findLast(entry => entry.kind === 'statement'));
}

describe('the graph that a plan predicts', () => {
  const start = 'chain disk0: A <- B <- C <- D\n';

  test('is what both branches of an if agree on', async () => {
    const either = (one: string, other: string) =>
      chainAtEnd(`${start}if len(query-jobs) > 0 { ${one} } else { ${other} }\nprint "end"`);
    expect(await either('commit C base=A', 'stream D base=A')).toBe('A <- D');
    expect(await either('commit C base=A', 'commit C base=B')).toBe('... <- D');
    expect(await either('print "a"', 'print "b"')).toBe('A <- B <- C <- D');
    expect(await either('commit C base=B', 'commit C base=B job-id=other')).toBe('A <- B <- D');
    expect(await either('snapshot D overlay=E filename=e.qcow2', 'print "b"')).toBe('unknown');
  });

  test('knows the one way that is taken', async () => {
    expect(await chainAtEnd(`${start}if 1 == 1 { commit C base=A } else { stream D base=C }`)).toBe('A <- D');
    expect(await chainAtEnd(`${start}if chain disk0: A <- D { fail "no" } else { commit C base=A }`)).toBe(
      'A <- D',
    );
  });

  test('goes through a list that is known', async () => {
    const text = `${start}for top in [B, C] { commit $top base=A }`;
    expect(await chainAtEnd(text)).toBe('A <- D');
  });

  test('says less, and nothing wrong, behind a node that only the run will name', async () => {
    const text = `${start}let name = query-named-block-nodes\nstream $name[0].node-name\nprint "end"`;
    expect(await chainAtEnd(text)).toBe('unknown');
  });
});

describe('a plan as records', () => {
  const recordsOf = async (text: string) => {
    const source = { name: 'x', text };
    return planRecords(await planOf(text), source);
  };

  test('has commands, waits and checks with their lines', async () => {
    const { records, findings } = await recordsOf(
      'chain disk0: A <- B\ncreate E filename=e.raw size=1M driver=raw\nwait no jobs\nwait event JOB_STATUS_CHANGE where id=x',
    );
    expect(findings).toEqual([]);
    expect(records).toEqual([
      { check: { chain: ['A', 'B'], device: 'disk0' }, line: 1 },
      { check: { file: 'e.raw', exists: false }, line: 2 },
      {
        execute: 'blockdev-create',
        arguments: { 'job-id': 'create0', options: { driver: 'file', filename: 'e.raw', size: 1048576 } },
        line: 2,
      },
      { await: { job: 'create0', status: 'concluded' }, line: 2 },
      { check: { job: 'create0', error: null }, line: 2 },
      { execute: 'job-dismiss', arguments: { id: 'create0' }, line: 2 },
      {
        execute: 'blockdev-add',
        arguments: { driver: 'raw', 'node-name': 'E', file: { driver: 'file', filename: 'e.raw' } },
        line: 2,
      },
      { await: { condition: 'no jobs' }, line: 3 },
      { await: { event: 'JOB_STATUS_CHANGE', where: { id: 'x' } }, line: 4 },
    ]);
  });

  test.each([
    ['if len(query-jobs) > 0 { query-jobs }', 'depends-on-run'],
    ['for job in query-jobs { query-jobs }', 'depends-on-run'],
    ['commit B base=A then pivot', 'not-known-yet'],
  ])('cannot be made of %s: %s', async (text, code) => {
    const { findings } = await recordsOf(text);
    expect(findings.map(finding => finding.code)).toEqual([code]);
  });
});

describe('the recipe for a sandbox', () => {
  const recipe = (text: string, parameters: Record<string, string> = {}) =>
    readRecipe(parse(text).script, new Map(Object.entries(parameters)));

  test('is the chains at the head', () => {
    const { chains } = recipe(
      'chain disk0: A="a.img" size=1M format=raw <- B\nchain disk1: K\nquery-jobs\nchain disk2: X',
    );
    expect(chains).toEqual([
      {
        device: 'disk0',
        images: [{ nodeName: 'A', filename: 'a.img', size: 1048576, format: 'raw' }, { nodeName: 'B' }],
      },
      { device: 'disk1', images: [{ nodeName: 'K' }] },
    ]);
  });

  test('gives a disk to each device parameter without a value', () => {
    const text = 'param one: device\nparam two: device\nchain $two: A\nchain $one: B';
    expect(recipe(text)).toEqual({
      chains: [
        { device: 'disk1', images: [{ nodeName: 'A' }] },
        { device: 'disk0', images: [{ nodeName: 'B' }] },
      ],
      devices: new Map([
        ['one', 'disk0'],
        ['two', 'disk1'],
      ]),
    });
    expect(recipe(text, { one: 'vda', two: 'vdb' }).chains.map(({ device }) => device)).toEqual([
      'vdb',
      'vda',
    ]);
  });

  test('takes `...` for no images, and the first of two chains of a device', () => {
    const { chains } = recipe('chain disk0: A <- older... <- B\nchain disk0: base <- active');
    expect(chains).toEqual([{ device: 'disk0', images: [{ nodeName: 'A' }, { nodeName: 'B' }] }]);
  });

  test('puts parameters into names and files', () => {
    const text = 'param dir: path = images\nparam name: node\nchain disk0: A="${dir}/a.qcow2" <- $name';
    expect(recipe(text, { name: 'N' }).chains).toEqual([
      { device: 'disk0', images: [{ nodeName: 'A', filename: 'images/a.qcow2' }, { nodeName: 'N' }] },
    ]);
  });
});

test.each(['virtio0', 'd0'])(
  'a saved plan holds the chain to what it was, whichever name is sent: %s',
  async name => {
    const graph: BlockGraph = {
      nodes: new Map([['A', { name: 'A', driver: 'qcow2', backing: null }]]),
      attachments: [
        { kind: 'device', id: 'virtio0', node: 'A' },
        { kind: 'backend', id: 'd0', node: 'A' },
      ],
      jobs: new Map(),
      complete: true,
    };
    const plan = await planOf(
      `block_set_io_throttle id=${name} bps=0 bps_rd=0 bps_wr=0 iops=0 iops_rd=0 iops_wr=0`,
      {
        graph,
      },
    );
    expect(planBasis(plan).chains).toMatchObject([{ user: 'virtio0', nodes: ['A'] }]);
  },
);

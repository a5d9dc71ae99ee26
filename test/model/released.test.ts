import { describe, expect, test } from 'vitest';
import { applyCommand, cautionOf } from '../../src/commands/index.ts';
import { settleJob } from '../../src/commands/jobs/settle.ts';
import { overlaysOf, rootAbove } from '../../src/graph/chain.ts';
import type { BlockGraph, BlockNode, JobStatus } from '../../src/graph/graph.ts';
import type { JsonObject } from '../../src/qmp/json.ts';
import { Prediction } from '../../src/runner/prediction.ts';
import { execute } from '../../src/statements/step.ts';

/** `D <- S <- S2`, with the guest's disk0 on S2, as a look at a QEMU shows it: nobody says who keeps the named nodes. */
function seen(owner?: BlockNode['owner'], complete = true): BlockGraph {
  const node = (name: string, backing: string | null): BlockNode => ({
    name,
    driver: 'qcow2',
    filename: `/images/${name}.qcow2`,
    size: 1 << 20,
    readOnly: false,
    backing,
    children: { file: `#${name}` },
    ...(owner ? { owner } : {}),
  });
  const file = (name: string): BlockNode => ({
    name: `#${name}`,
    driver: 'file',
    owner: 'implicit',
    backing: null,
  });
  const nodes = [node('S2', 'S'), node('S', 'D'), node('D', null), file('S2'), file('S'), file('D')];
  return {
    nodes: new Map(nodes.map(each => [each.name, each])),
    attachments: [{ kind: 'device', id: 'disk0', node: 'S2' }],
    jobs: new Map(),
    complete,
  };
}

type Command = readonly [command: string, args: JsonObject];

function carryOut(graph: BlockGraph, ...commands: readonly (Command | JobStatus)[]): BlockGraph {
  let now = graph;
  for (const one of commands) {
    if (typeof one === 'string') {
      now = settleJob(now, 'j', one);
      continue;
    }
    const outcome = applyCommand(now, ...one);
    if (outcome === 'unmodelled' || 'refused' in outcome) throw new Error(JSON.stringify(outcome));
    now = outcome;
  }
  return now;
}

const commit = (top: string, base: string): Command => [
  'block-commit',
  { 'job-id': 'j', device: top, 'top-node': top, 'base-node': base },
];
const mirror: readonly Command[] = [
  [
    'blockdev-add',
    {
      driver: 'qcow2',
      'node-name': 'T',
      size: 1 << 20,
      file: { driver: 'file', filename: '/images/T.qcow2' },
    },
  ],
  ['blockdev-mirror', { 'job-id': 'j', device: 'S2', target: 'T', sync: 'full' }],
];
const pivot: readonly (Command | JobStatus)[] = ['running', 'ready', ['job-complete', { id: 'j' }], 'null'];
const del = (name: string): Command => ['blockdev-del', { 'node-name': name }];
const released = (graph: BlockGraph) =>
  [...graph.nodes.values()].flatMap(node => (node.released ? node.name : [])).toSorted();

describe('a node that nothing uses any more, kept by nobody knows whom', () => {
  const after = carryOut(seen(), commit('S2', 'S'), ...pivot);

  test('keeps nothing from being done to what it lay over', () => {
    expect(released(after)).toEqual(['#S2', 'S2']);
    expect(rootAbove(after, 'S')).toBe('S');
    expect(overlaysOf(after, 'S')).toEqual([]);
    const both = carryOut(after, commit('S', 'D'), ...pivot);
    expect(both.attachments).toEqual([{ kind: 'device', id: 'disk0', node: 'D' }]);
    expect(released(both)).toEqual(['#S', '#S2', 'S', 'S2']);
  });

  test('can be named, and is gone then, with what only it kept', () => {
    const closed = carryOut(after, del('S2'));
    expect([...closed.nodes.keys()].toSorted()).toEqual(['#D', '#S', 'D', 'S']);
    expect(released(closed)).toEqual([]);
  });

  test('leaves its name to others', () => {
    const again = carryOut(after, [
      'blockdev-snapshot-sync',
      { 'node-name': 'S', 'snapshot-node-name': 'S2', 'snapshot-file': '/images/new.qcow2' },
    ]);
    expect(again.attachments[0]?.node).toBe('S2');
    expect(again.nodes.get('S2')).toMatchObject({ filename: '/images/new.qcow2', backing: 'S' });
    expect(again.nodes.get('S2')?.released).toBeUndefined();
  });

  test('is told of where QEMU may refuse because of it', () => {
    expect(cautionOf(after, ...commit('S', 'D'))).toMatchObject({
      severity: 'note',
      code: 'perhaps-left-over',
      argument: 'device',
      message: 'If `S2` is still open over `S`, QEMU refuses this.',
    });
    expect(cautionOf(carryOut(after, del('S2')), ...commit('S', 'D'))).toBeUndefined();
  });

  test('has with it what only it kept, until something takes it up again', () => {
    const moved = carryOut(seen(), ...mirror, ...pivot);
    expect(released(moved)).toEqual(['#D', '#S', '#S2', 'D', 'S', 'S2']);
    const taken = carryOut(moved, ['block-export-add', { type: 'nbd', id: 'x0', 'node-name': 'S' }]);
    expect(released(taken)).toEqual(['#S2', 'S2']);
    expect(applyCommand(taken, ...del('D'))).toMatchObject({ refused: true, code: 'node-in-use' });
  });

  test('may be there or not when a run looks', () => {
    const prediction = new Prediction(seen());
    prediction.carriedOut(execute(...commit('S2', 'S')));
    for (const status of ['running', 'ready'] as const) prediction.jobSeen('j', status, undefined);
    prediction.carriedOut(execute('job-complete', { id: 'j' }));
    prediction.jobSeen('j', 'null', undefined);
    const there: BlockGraph = { ...seen(), attachments: [{ kind: 'device', id: 'disk0', node: 'S' }] };
    const nodes = new Map([...there.nodes].filter(([name]) => !name.endsWith('S2')));
    expect(prediction.differencesTo(there)).toEqual([]);
    expect(prediction.differencesTo({ ...there, nodes })).toEqual([]);
    expect(prediction.differencesTo(seen())).toHaveLength(1);
    expect(released(prediction.look(there))).toEqual([]);
  });
});

test('a node that the monitor keeps stays above what it lay over', () => {
  const after = carryOut(seen('monitor'), commit('S2', 'S'), ...pivot);
  expect(released(after)).toEqual([]);
  expect(applyCommand(after, ...commit('S', 'D'))).toMatchObject({
    refused: true,
    code: 'not-a-root',
    help: ['the root of its chain is `S2`'],
  });
});

test('a node that only its users keep goes with them', () => {
  const after = carryOut(seen('implicit'), commit('S2', 'S'), ...pivot);
  expect([...after.nodes.keys()].toSorted()).toEqual(['#D', '#S', 'D', 'S']);
});

test('of a graph that is known in part nodes are taken to stay', () => {
  const after = carryOut(seen(undefined, false), commit('S2', 'S'), ...pivot);
  expect(released(after)).toEqual([]);
  expect(overlaysOf(after, 'S')).toEqual(['S2']);
});

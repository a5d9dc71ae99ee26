import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../src/commands/define.ts';
import { applyCommand, cautionOf } from '../../src/commands/index.ts';
import { settleJob } from '../../src/commands/jobs/settle.ts';
import { beneathFilters, chainOf } from '../../src/graph/chain.ts';
import { graphFromChain } from '../../src/graph/declared.ts';
import { type BlockGraph, type Refusal, unknownGraph } from '../../src/graph/graph.ts';
import { abcd, graphOf } from '../graph/some-graph.ts';

type Step =
  | [command: string, args: object]
  | { readonly settle: string; readonly status?: 'ready' | 'concluded' | 'aborting' };

/** The graph after the steps; a refusal on the way fails the test. */
function carryOut(graph: BlockGraph, ...steps: Step[]): BlockGraph {
  return steps.reduce((now, step) => {
    if (!Array.isArray(step)) return settleJob(now, step.settle, step.status ?? 'concluded');
    const outcome = applyCommand(now, ...step);
    if (outcome === 'unmodelled' || isRefusal(outcome)) throw new Error(JSON.stringify(outcome));
    return outcome;
  }, graph);
}

function refusal(graph: BlockGraph, command: string, args: object): Refusal {
  const outcome = applyCommand(graph, command, args);
  if (outcome === 'unmodelled' || !isRefusal(outcome)) throw new Error(`${command} was not refused`);
  return outcome;
}

const withTarget = carryOut(abcd, [
  'blockdev-add',
  {
    driver: 'qcow2',
    'node-name': 'T',
    backing: null,
    size: 67108864,
    file: { driver: 'file', filename: 't.qcow2' },
  },
]);
const job = { 'job-id': 'j', 'auto-dismiss': false };

describe('a commit', () => {
  test('says what the chain is when its base is above its top', () => {
    expect(
      refusal(abcd, 'block-commit', { device: 'D', 'top-node': 'B', 'base-node': 'C', ...job }),
    ).toMatchObject({
      refused: true,
      argument: 'base-node',
      code: 'base-above-top',
      message: '`C` is above `B`, so it cannot be the base of a commit: the chain is A <- B <- C <- D.',
      help: ['swap them: commit top=C base=B'],
    });
  });

  test('makes everything it changed the ground of invalid, other overlays too', () => {
    const forked = carryOut(abcd, ['blockdev-add', { driver: 'qcow2', 'node-name': 'X', backing: 'A' }]);
    const commit = { device: 'D', 'top-node': 'C', 'base-node': 'A', ...job };
    expect(cautionOf(forked, 'block-commit', commit)).toMatchObject({
      code: 'shared-base',
      message: '`A` is also read by `X`, which nobody uses now: what is merged into it will show up there.',
    });
    const attached = [...forked.attachments, { kind: 'export', id: 'x', node: 'X' } as const];
    expect(refusal({ ...forked, attachments: attached }, 'block-commit', commit)).toMatchObject({
      code: 'shared-base',
      message:
        '`A` is also read by `X`, and it is exported as `x`: what is merged into it would show up there.',
    });
    const started = applyCommand(forked, 'block-commit', commit, { as: 'qemu' });
    if (started === 'unmodelled' || isRefusal(started)) throw new Error(JSON.stringify(started));
    const graph = settleJob(started, 'j', 'null');
    expect(chainOf(graph, 'D')).toEqual(['D', 'A']);
    const invalid = [...graph.nodes.values()]
      .filter(node => node.invalid !== undefined)
      .map(node => node.name);
    expect(invalid.sort()).toEqual(['B', 'C', 'X']);
    expect(graph.nodes.get('D')?.backingString).toBe('/images/a.qcow2');
    expect(refusal(graph, 'block-export-add', { type: 'nbd', id: 'x', 'node-name': 'B' })).toMatchObject({
      code: 'invalid-node-used',
      argument: 'node-name',
      message:
        'The contents of `B` are of no use any more, because the commit of C into A changed what lies below it.',
    });
  });

  test('that failed or was cancelled moves nothing', () => {
    const started = carryOut(abcd, [
      'block-commit',
      { device: 'D', 'top-node': 'C', 'base-node': 'A', ...job },
    ]);
    expect(settleJob(started, 'j', 'concluded', true).nodes).toEqual(abcd.nodes);
    expect(carryOut(started, ['job-cancel', { id: 'j' }], { settle: 'j' }).nodes).toEqual(abcd.nodes);
  });

  test('has its effect once, and a job that dismisses itself is gone with it', () => {
    const started = carryOut(abcd, [
      'block-commit',
      { device: 'D', 'top-node': 'C', 'base-node': 'A', 'job-id': 'j' },
    ]);
    const done = settleJob(started, 'j', 'concluded');
    expect(done.jobs.size).toBe(0);
    expect(settleJob(done, 'j', 'concluded')).toBe(done);
  });

  test('finds its images by file name too, as the deprecated arguments have it', () => {
    const args = { device: 'D', top: '/images/c.qcow2', base: '/images/a.qcow2', ...job };
    expect(carryOut(abcd, ['block-commit', args]).jobs.get('j')?.on).toEqual({
      device: 'D',
      'top-node': 'C',
      'base-node': 'A',
    });
  });

  test('of an image that nobody uses, into one that a guest reads, is refused with what can be done instead', () => {
    const left = graphOf(
      [
        ['A', null],
        ['D', 'A'],
        ['B', 'A'],
        ['C', 'B'],
      ],
      { disk0: 'D' },
    );
    const args = { device: 'C', 'top-node': 'B', 'base-node': 'A', ...job };
    expect(refusal(left, 'block-commit', args)).toMatchObject({
      code: 'node-in-use',
      message: 'This would write to `A`, while `D` counts on it to stay as it is.',
      help: [
        'where nobody needs `C`, `B`, close them: del C; del B',
        'to leave `A` alone, copy the data up instead of down: stream C base=A',
      ],
    });
  });

  test('keeps others off the images that it works on', () => {
    const busy = carryOut(abcd, ['block-commit', { device: 'D', 'top-node': 'C', 'base-node': 'A', ...job }]);
    expect(refusal(busy, 'block-stream', { device: 'B', 'job-id': 'k' })).toMatchObject({
      code: 'frozen-link',
      argument: 'device',
    });
    expect(refusal(busy, 'blockdev-snapshot-sync', { 'node-name': 'D', 'snapshot-file': 'e' })).toMatchObject(
      {
        code: 'node-in-use',
        message: '`D` is in use by the commit job `j`.',
      },
    );
    expect(refusal(busy, 'block-commit', { device: 'D', 'job-id': 'j' }).code).toBe('node-in-use');
  });
});

test('a node that a guest writes to stays writable', () => {
  const used: BlockGraph = {
    ...graphOf([{ name: 'E', readOnly: false, backing: null }], {}),
    attachments: [{ kind: 'device', id: 'virtio0', node: 'E', writable: true }],
  };
  const options = [{ driver: 'qcow2', 'node-name': 'E', 'read-only': true }];
  expect(refusal(used, 'blockdev-reopen', { options })).toMatchObject({
    code: 'node-in-use',
    message: "`virtio0` writes to `E`, so it can't become read-only.",
    help: ['leave `read-only` out'],
  });
});

describe('what QEMU accepts and nobody wants', () => {
  test('a mirror between sizes that differ', () => {
    const small = graphOf([['D', null], { name: 'S', size: 1024, backing: null }], { disk0: 'D' });
    const args = { device: 'D', target: 'S', sync: 'full', ...job };
    expect(refusal(small, 'blockdev-mirror', args)).toMatchObject({
      code: 'size-mismatch',
      argument: 'target',
    });
    expect(applyCommand(small, 'blockdev-mirror', args, { as: 'qemu' })).not.toHaveProperty('refused');
  });

  test('a pivot onto a target that lacks what lies below; cancelled it is fine', () => {
    const ready = carryOut(
      withTarget,
      ['blockdev-mirror', { device: 'D', target: 'T', sync: 'top', ...job }],
      {
        settle: 'j',
        status: 'ready',
      },
    );
    expect(refusal(ready, 'job-complete', { id: 'j' })).toMatchObject({
      code: 'target-without-backing',
      argument: 'id',
    });
    expect(
      carryOut(ready, ['block-job-cancel', { device: 'j' }], { settle: 'j' }).nodes.get('T'),
    ).not.toHaveProperty('invalid');
  });

  test('a snapshot and a pivot of what nothing uses', () => {
    const loose = { ...withTarget, attachments: [] };
    const overlay = { 'node-name': 'D', 'snapshot-file': 'e.qcow2', 'snapshot-node-name': 'E' };
    expect(refusal(loose, 'blockdev-snapshot-sync', overlay)).toMatchObject({
      code: 'not-attached',
      argument: 'node-name',
    });
    const ready = carryOut(loose, ['blockdev-mirror', { device: 'D', target: 'T', sync: 'full', ...job }], {
      settle: 'j',
      status: 'ready',
    });
    expect(refusal(ready, 'block-job-complete', { device: 'j' })).toMatchObject({
      code: 'not-attached',
      argument: 'device',
    });
  });

  test('a target that a cancelled mirror left half full', () => {
    const mirror: Step = ['blockdev-mirror', { device: 'D', target: 'T', sync: 'full', ...job }];
    const graph = carryOut(withTarget, mirror, ['job-cancel', { id: 'j' }], { settle: 'j' });
    expect(refusal(graph, 'block-export-add', { type: 'nbd', id: 'x', 'node-name': 'T' }).code).toBe(
      'invalid-node-used',
    );
  });
});

describe('jobs', () => {
  const running = carryOut(withTarget, [
    'blockdev-mirror',
    { device: 'D', target: 'T', sync: 'full', ...job },
  ]);
  const ready = settleJob(running, 'j', 'ready');

  test('that end in a way nobody has seen them told leave it open what the chain is', () => {
    const commit = carryOut(abcd, ['block-commit', { device: 'D', ...job }], {
      settle: 'j',
      status: 'ready',
    });
    for (const graph of [ready, commit]) {
      expect(settleJob(graph, 'j', 'concluded').complete).toBe(false);
      expect(carryOut(graph, ['job-complete', { id: 'j' }], { settle: 'j' }).complete).toBe(true);
      expect(carryOut(graph, ['block-job-cancel', { device: 'j' }], { settle: 'j' }).complete).toBe(true);
    }
  });

  test('are told only what their state allows', () => {
    expect(refusal(running, 'job-complete', { id: 'j' })).toMatchObject({
      code: 'job-verb',
      argument: 'id',
      message: "The job `j` is running, and can't be told to complete.",
    });
    expect(refusal(running, 'job-dismiss', { id: 'jj' })).toMatchObject({
      code: 'unknown-job',
      help: ['the jobs are `j` (mirror)'],
    });
    expect(refusal(running, 'block-stream', { device: 'D', 'job-id': 'j' }).code).toBe('node-in-use');
    expect(refusal(running, 'blockdev-create', { 'job-id': 'j' }).code).toBe('job-id-in-use');
  });

  test('pause and go on', () => {
    const paused = carryOut(ready, ['job-pause', { id: 'j' }]);
    expect(paused.jobs.get('j')?.status).toBe('standby');
    expect(carryOut(paused, ['job-resume', { id: 'j' }]).jobs.get('j')?.status).toBe('ready');
    expect(carryOut(ready, ['block-job-set-speed', { device: 'j', speed: 1 }])).toEqual(ready);
  });

  test('a mirror moves the guest when it completes, and only then', () => {
    const told = carryOut(ready, ['job-complete', { id: 'j' }]);
    expect(beneathFilters(told, told.attachments[0]?.node ?? '')).toBe('D');
    const moved = carryOut(ready, ['job-complete', { id: 'j' }], { settle: 'j' });
    expect(moved.attachments[0]).toMatchObject({ id: 'disk0', node: 'T' });
    expect(chainOf(moved, 'D')).toEqual(['D', 'C', 'B', 'A']);
    expect(carryOut(ready, ['block-job-cancel', { device: 'j', force: true }]).jobs.get('j')?.status).toBe(
      'aborting',
    );
  });

  test('blockdev-create is a job that stays until it is dismissed', () => {
    const made = carryOut(abcd, ['blockdev-create', { 'job-id': 'c', options: {} }], { settle: 'c' });
    expect(made.jobs.get('c')?.status).toBe('concluded');
    expect(carryOut(made, ['job-dismiss', { id: 'c' }])).toEqual(abcd);
  });
});

describe('nodes', () => {
  test('are opened with what their definition nests', () => {
    const nested = {
      driver: 'qcow2',
      'node-name': 'inner',
      file: { driver: 'file', filename: 'i.qcow2' },
      backing: null,
    };
    const graph = carryOut(abcd, [
      'blockdev-add',
      { driver: 'throttle', 'node-name': 'F', 'throttle-group': 'g', file: nested },
    ]);
    expect(graph.nodes.get('F')).toMatchObject({
      filter: true,
      backing: 'inner',
      filename: 'i.qcow2',
      owner: 'monitor',
    });
    expect(graph.nodes.get('inner')).toMatchObject({
      owner: 'implicit',
      backing: null,
      children: { file: '#file.file' },
    });
    expect(carryOut(graph, ['blockdev-del', { 'node-name': 'F' }]).nodes).toEqual(abcd.nodes);
  });

  test('say of their backing only what is known', () => {
    const add = (args: object) =>
      carryOut(abcd, ['blockdev-add', { 'node-name': 'N', ...args }]).nodes.get('N');
    expect(add({ driver: 'qcow2' })).not.toHaveProperty('backing');
    expect(add({ driver: 'raw' })?.backing).toBeNull();
    expect(add({ driver: 'qcow2', backing: 'A' })?.backing).toBe('A');
  });

  test('named in a wrong place are pointed at', () => {
    const file = { driver: 'file', 'node-name': 'D', filename: 'x' };
    expect(refusal(abcd, 'blockdev-add', { driver: 'qcow2', 'node-name': 'N', file })).toMatchObject({
      code: 'duplicate-node',
      argument: 'file.node-name',
    });
    expect(refusal(abcd, 'blockdev-del', { 'node-name': 'C' })).toMatchObject({
      code: 'node-in-use',
      message: '`C` is in use: `D` is backed by it.',
    });
    expect(refusal(abcd, 'blockdev-del', { 'node-name': 'CC' })).toMatchObject({
      code: 'unknown-node',
      help: ['did you mean `C`?'],
    });
  });

  test('that a snapshot made go when nothing uses them, and are not to be deleted by hand', () => {
    const overlay = { 'node-name': 'D', 'snapshot-file': 'e.qcow2', 'snapshot-node-name': 'E' };
    const graph = carryOut(abcd, ['blockdev-snapshot-sync', overlay]);
    expect(graph.attachments[0]?.node).toBe('E');
    expect(graph.nodes.get('D')?.readOnly).toBe(true);
    const bare = { ...graph, attachments: [] };
    expect(refusal(bare, 'blockdev-del', { 'node-name': 'E' }).code).toBe('not-monitor-owned');
  });

  test('are resized and told of another backing file', () => {
    expect(carryOut(abcd, ['block_resize', { 'node-name': 'D', size: 2n ** 40n }]).nodes.get('D')?.size).toBe(
      2 ** 40,
    );
    const change = { device: 'D', 'image-node-name': 'B', 'backing-file': 'other' };
    expect(carryOut(abcd, ['change-backing-file', change]).nodes.get('B')).toMatchObject({
      backingString: 'other',
      backing: 'A',
    });
  });
});

test('the NBD server takes its exports with it', () => {
  const add = (id: string, type: string): Step => ['block-export-add', { type, id, 'node-name': 'D' }];
  const graph = carryOut(abcd, add('x0', 'nbd'), add('x1', 'fuse'), [
    'nbd-server-add',
    { device: 'D', name: 'x2' },
  ]);
  expect(graph.attachments.map(item => item.id)).toEqual(['disk0', 'x0', 'x1', 'x2']);
  const removed = carryOut(graph, ['nbd-server-remove', { name: 'x2' }]);
  expect(removed.attachments.map(item => item.id)).toEqual(['disk0', 'x0', 'x1']);
  expect(carryOut(graph, ['nbd-server-stop', {}]).attachments.map(item => item.id)).toEqual(['disk0', 'x1']);
});

describe('with a part of the graph', () => {
  const declared = graphFromChain({
    device: 'disk0',
    links: [{ name: 'A' }, { rest: true }, { name: 'C' }, { name: 'D' }],
  });

  test('an unknown node is none to refuse', () => {
    const snapshot = { 'node-name': 'N', 'snapshot-file': 'o', 'snapshot-node-name': 'O' };
    const graph = carryOut(unknownGraph, ['blockdev-snapshot-sync', snapshot], ['job-complete', { id: 'x' }]);
    expect(chainOf(graph, 'O')).toEqual(['O', 'N']);
    carryOut(declared, ['block-commit', { device: 'D', 'top-node': 'C', 'base-node': 'elsewhere', ...job }]);
  });

  test('what is surely wrong is refused', () => {
    const upside = { device: 'D', 'top-node': 'C', 'base-node': 'D', ...job };
    expect(refusal(declared, 'block-commit', upside)).toMatchObject({
      code: 'base-above-top',
      argument: 'base-node',
    });
    expect(refusal(declared, 'block-commit', { ...upside, device: 'C' }).code).toBe('not-a-root');
  });

  test('the end of a job closes what it spanned', () => {
    const graph = carryOut(
      declared,
      ['block-commit', { device: 'D', 'top-node': 'C', 'base-node': 'A', ...job }],
      { settle: 'j' },
    );
    expect(chainOf(graph, 'D')).toEqual(['D', 'A']);
    expect(
      chainOf(carryOut(declared, ['block-stream', { device: 'D', ...job }], { settle: 'j' }), 'D'),
    ).toEqual(['D']);
  });
});

describe('a transaction', () => {
  const snapshot = (node: string, name: string) => ({
    type: 'blockdev-snapshot-sync',
    data: { 'node-name': node, 'snapshot-file': `${name}.qcow2`, 'snapshot-node-name': name },
  });

  test('applies its actions in order', () => {
    const actions = [snapshot('D', 'E'), { type: 'block-dirty-bitmap-add', data: {} }, snapshot('E', 'F')];
    const graph = carryOut(abcd, ['transaction', { actions }]);
    expect(graph.attachments[0]?.node).toBe('F');
    expect(chainOf(graph, 'F').slice(0, 3)).toEqual(['F', 'E', 'D']);
  });

  test('points at the action that is wrong', () => {
    const actions = [snapshot('D', 'E'), snapshot('D', 'F')];
    expect(refusal(abcd, 'transaction', { actions })).toMatchObject({
      code: 'not-a-root',
      argument: 'actions.1.data.node-name',
    });
  });
});

test('a reopened node has its new backing, and no cycle comes about', () => {
  const reopen = (node: string, backing: string | null) => ({
    options: [{ driver: 'qcow2', 'node-name': node, backing }],
  });
  const unused = { ...abcd, attachments: [] };
  expect(chainOf(carryOut(unused, ['blockdev-reopen', reopen('D', 'B')]), 'D')).toEqual(['D', 'B', 'A']);
  expect(chainOf(carryOut(unused, ['blockdev-reopen', reopen('D', null)]), 'D')).toEqual(['D']);
  expect(refusal(abcd, 'blockdev-reopen', reopen('D', 'B')).code).toBe('reopen-hides-data');
  expect(refusal(abcd, 'blockdev-reopen', reopen('A', 'D'))).toMatchObject({
    code: 'backing-cycle',
    argument: 'backing',
  });
});

test('queries change nothing, and other commands are not known', () => {
  expect(applyCommand(abcd, 'query-block', {})).toBe(abcd);
  expect(applyCommand(abcd, 'system_reset', {})).toBe('unmodelled');
});

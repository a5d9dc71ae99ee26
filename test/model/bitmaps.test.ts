import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../src/commands/define.ts';
import { applyCommand } from '../../src/commands/index.ts';
import { settleJob } from '../../src/commands/jobs/settle.ts';
import { withNode } from '../../src/graph/change.ts';
import { graphFromChain } from '../../src/graph/declared.ts';
import type { BlockGraph, DirtyBitmap, Refusal } from '../../src/graph/graph.ts';
import { abcd } from '../graph/some-graph.ts';

type Step = readonly [command: string, args: object];

function carryOut(graph: BlockGraph, ...steps: Step[]): BlockGraph {
  return steps.reduce((now, [command, args]) => {
    const outcome = applyCommand(now, command, args);
    if (outcome === 'unmodelled' || isRefusal(outcome)) throw new Error(JSON.stringify(outcome));
    return outcome;
  }, graph);
}

function refusal(graph: BlockGraph, [command, args]: Step, as: 'checker' | 'qemu' = 'checker'): Refusal {
  const outcome = applyCommand(graph, command, args, { as });
  if (outcome === 'unmodelled' || !isRefusal(outcome)) throw new Error(`${command} was not refused`);
  return outcome;
}

const add = (node: string, name: string, more: object = {}): Step => [
  'block-dirty-bitmap-add',
  { node, name, ...more },
];
const act = (verb: string, node: string, name: string): Step => [
  `block-dirty-bitmap-${verb}`,
  { node, name },
];

/** `A <- B <- C <- D` with a bitmap `b0` on D, and an empty list on A; those of B and C are not known. */
function withBitmaps(...more: DirtyBitmap[]): BlockGraph {
  const bitmap = { name: 'b0', granularity: 65536, recording: true, busy: false, persistent: false };
  const at = (graph: BlockGraph, name: string, bitmaps: readonly DirtyBitmap[]) =>
    withNode(graph, { ...graph.nodes.get(name), name, bitmaps });
  return at(at(abcd, 'D', [bitmap, ...more]), 'A', []);
}

const target: Step = ['blockdev-add', { driver: 'null-co', 'node-name': 'T', size: 67108864 }];
const backup = (more: object): Step => [
  'blockdev-backup',
  { device: 'D', target: 'T', 'job-id': 'j', 'auto-dismiss': false, ...more },
];

describe('a refusal says what to do', () => {
  test('about a bitmap that is not there', () => {
    expect(refusal(withBitmaps(), act('clear', 'D', 'b1'))).toEqual({
      refused: true,
      code: 'unknown-bitmap',
      argument: 'name',
      message: '`D` has no bitmap `b1`.',
      help: ['did you mean `b0`?'],
      qemu: { class: 'GenericError', desc: "Dirty bitmap 'b1' not found" },
    });
    expect(refusal(withBitmaps(), act('clear', 'A', 'x')).help).toEqual([
      'it has none; `bitmap add` makes one',
    ]);
  });

  test('about one that was left unclosed, which can only be removed', () => {
    const left = { name: 'p', recording: false, busy: false, persistent: true, inconsistent: true };
    const graph = withBitmaps(left);
    for (const verb of ['enable', 'disable', 'clear'])
      expect(refusal(graph, act(verb, 'D', 'p'))).toMatchObject({
        code: 'bitmap-inconsistent',
        qemu: { desc: "Bitmap 'p' is inconsistent and cannot be used" },
      });
    expect(carryOut(graph, act('remove', 'D', 'p')).nodes.get('D')?.bitmaps).toHaveLength(1);
  });

  test('about an empty merge, which crashes QEMU', () => {
    const merge: Step = ['block-dirty-bitmap-merge', { node: 'D', target: 'b0', bitmaps: [] }];
    expect(refusal(withBitmaps(), merge)).toMatchObject({ code: 'empty-merge', argument: 'bitmaps' });
    expect(applyCommand(withBitmaps(), ...merge, { as: 'qemu' })).not.toHaveProperty('refused');
    const actions = [{ type: merge[0], data: merge[1] }];
    expect(refusal(withBitmaps(), ['transaction', { actions }])).toMatchObject({
      code: 'empty-merge',
      argument: 'actions.0.data.bitmaps',
    });
  });

  test('about one that could not be stored', () => {
    const graph = withNode(abcd, { ...abcd.nodes.get('A'), name: 'A', readOnly: true, bitmaps: [] });
    expect(refusal(graph, add('A', 'p', { persistent: true }))).toMatchObject({ code: 'bitmap-not-stored' });
    expect(carryOut(graph, add('A', 'p')).nodes.get('A')?.bitmaps).toHaveLength(1);
  });

  test('about a transaction that QEMU does not survive', () => {
    const actions = [{ type: 'block-dirty-bitmap-enable', data: { node: 'D', name: 'b1' } }];
    expect(refusal(withBitmaps(), ['transaction', { actions }])).toMatchObject({
      code: 'unknown-bitmap',
      argument: 'actions.0.data.name',
      help: ['did you mean `b0`?', 'do not try it: QEMU crashes when it refuses this in a transaction'],
    });
  });
});

describe('what is not known', () => {
  test('is not refused', () => {
    const graph = carryOut(abcd, add('D', 'b0'), add('D', 'b0'), act('remove', 'D', 'x'));
    expect(graph.nodes.get('D')?.bitmaps).toBeUndefined();
  });

  test('of a chain that a script tells of, is what the script did to it', () => {
    const chain = graphFromChain({ device: 'disk0', links: [{ name: 'A' }, { name: 'B' }] });
    const graph = carryOut(chain, add('B', 'b0'), act('clear', 'B', 'other'), act('disable', 'B', 'b0'));
    expect(graph.nodes.get('B')?.bitmaps).toEqual([
      { name: 'b0', recording: false, busy: false, persistent: false },
    ]);
    expect(refusal(graph, add('B', 'b0')).code).toBe('duplicate-bitmap');
  });

  test('of a backup that was found running, is what bitmap it uses', () => {
    const busy = { name: 'p', recording: true, busy: true, persistent: false };
    const found: BlockGraph = {
      ...withBitmaps(busy),
      jobs: new Map([['j', { id: 'j', type: 'backup', status: 'running', on: { device: 'D' } }]]),
    };
    expect(refusal(found, act('clear', 'D', 'p')).code).toBe('bitmap-busy');
    const after = settleJob(found, 'j', 'concluded');
    expect(after.nodes.get('D')?.bitmaps).toBeUndefined();
    expect(carryOut(after, act('clear', 'D', 'p'))).toBe(after);
  });
});

describe('a backup with a bitmap', () => {
  const running = carryOut(
    withBitmaps(),
    target,
    backup({ sync: 'bitmap', bitmap: 'b0', 'bitmap-mode': 'always' }),
  );

  test.each([false, true])('keeps it busy until it ends (failed: %s)', failed => {
    expect(refusal(running, act('clear', 'D', 'b0'))).toMatchObject({
      code: 'bitmap-busy',
      argument: 'name',
    });
    const ended = settleJob(running, 'j', 'concluded', failed);
    expect(ended.nodes.get('D')?.bitmaps).toEqual(withBitmaps().nodes.get('D')?.bitmaps);
  });

  test('names the argument that does not fit', () => {
    const graph = carryOut(withBitmaps(), target);
    const wrong = (more: object) => {
      const { code, argument } = refusal(graph, backup(more));
      return `${code} ${argument}`;
    };
    expect(wrong({ sync: 'bitmap' })).toBe('bitmap-missing sync');
    expect(wrong({ sync: 'full', bitmap: 'b0' })).toBe('bitmap-mode bitmap');
    expect(wrong({ sync: 'full', bitmap: 'b0', 'bitmap-mode': 'never' })).toBe('bitmap-mode bitmap-mode');
    expect(wrong({ sync: 'none', bitmap: 'b0', 'bitmap-mode': 'always' })).toBe('bitmap-mode bitmap');
    expect(wrong({ sync: 'incremental', bitmap: 'b1' })).toBe('unknown-bitmap bitmap');
  });
});

describe('a grouped transaction', () => {
  const actions = [
    { type: 'blockdev-backup', data: backup({ sync: 'full' })[1] },
    {
      type: 'blockdev-backup',
      data: { device: 'C', target: 'U', 'job-id': 'k', sync: 'full', 'auto-dismiss': false },
    },
  ];
  const second: Step = ['blockdev-add', { driver: 'null-co', 'node-name': 'U', size: 67108864 }];
  const started = carryOut(withBitmaps(), target, second, [
    'transaction',
    { actions, properties: { 'completion-mode': 'grouped' } },
  ]);

  test('fails with one of its jobs', () => {
    const failed = settleJob(started, 'k', 'concluded', true);
    expect(failed.jobs.get('j')).toMatchObject({ status: 'aborting', ending: 'abort' });
    expect(settleJob(failed, 'j', 'concluded').nodes.get('T')?.invalid).toBeDefined();
  });

  test('does not, where it is not grouped', () => {
    const alone = carryOut(withBitmaps(), target, second, ['transaction', { actions }]);
    const failed = settleJob(alone, 'k', 'concluded', true);
    expect(failed.jobs.get('j')?.status).toBe('running');
  });

  test('takes no other actions, in whatever order', () => {
    const more = [...actions, { type: 'block-dirty-bitmap-add', data: { node: 'D', name: 'n' } }];
    const args = { actions: more, properties: { 'completion-mode': 'grouped' } };
    const graph = carryOut(withBitmaps(), target, second);
    expect(refusal(graph, ['transaction', args])).toMatchObject({
      code: 'not-in-group',
      argument: 'properties.completion-mode',
      qemu: {
        desc: "Action 'block-dirty-bitmap-add' does not support Transaction property completion-mode = grouped",
      },
    });
  });
});

describe('a grouped transaction that is refused after it began two jobs', () => {
  const data = backup({ sync: 'full' })[1];
  const backups = (...devices: string[]) =>
    devices.map((device, at) => ({
      type: 'drive-backup',
      data: { ...data, device, target: `${at}.qcow2`, 'job-id': `j${at}` },
    }));
  const help = (actions: object[], mode: string) =>
    refusal({ ...withBitmaps(), complete: true }, [
      'transaction',
      { actions, properties: { 'completion-mode': mode } },
    ]).help?.join();

  test('is told about with a warning, for QEMU hangs', () => {
    expect(help(backups('D', 'A', 'nope'), 'grouped')).toContain('QEMU hangs');
    expect(help([...backups('D', 'A'), { type: 'abort', data: {} }], 'grouped')).toContain('QEMU hangs');
    expect(help(backups('D', 'nope'), 'grouped')).not.toContain('QEMU hangs');
    expect(help(backups('D', 'A', 'nope'), 'individual')).not.toContain('QEMU hangs');
  });
});

describe('a bitmap that an export shows', () => {
  const small: Step = ['blockdev-add', { driver: 'null-co', 'node-name': 'T', size: 1048576 }];
  const serve = (node: string): Step => [
    'block-export-add',
    { type: 'nbd', id: 'x', 'node-name': 'D', bitmaps: [{ node, name: 'b0' }] },
  ];
  const served = carryOut({ ...abcd, nbdServer: true }, small, add('T', 'b0'), serve('T'));

  test.each<Step>([
    ['blockdev-del', { 'node-name': 'T' }],
    ['block_resize', { 'node-name': 'T', size: 2097152 }],
  ])('keeps its node from %s, which QEMU dies of', (command, args) => {
    expect(refusal(served, [command, args])).toMatchObject({
      code: 'bitmap-busy',
      argument: 'node-name',
      help: ['end the export first: block-export-del id=x'],
    });
    const ended = carryOut(served, ['block-export-del', { id: 'x' }], [command, args]);
    expect(ended.nodes.get('T')?.size).toBe(command === 'blockdev-del' ? undefined : 2097152);
  });

  test('keeps its node from becoming the bigger base of a commit', () => {
    const commit: Step = ['block-commit', { device: 'D', 'base-node': 'A', 'job-id': 'c' }];
    const sizes = new Map([...abcd.nodes].map(([name, node]) => [name, { ...node, bitmaps: [] }]));
    const graph = (size: number) => {
      const a = sizes.get('A') ?? { name: 'A' };
      return carryOut(
        { ...abcd, nodes: new Map(sizes).set('A', { ...a, size, bitmaps: [] }), nbdServer: true },
        add('A', 'b0', { disabled: true }),
        serve('A'),
      );
    };
    const size = abcd.nodes.get('D')?.size ?? 0;
    expect(refusal(graph(size - 65536), commit)).toMatchObject({
      code: 'bitmap-busy',
      argument: 'base-node',
    });
    expect(carryOut(graph(size), commit).jobs.has('c')).toBe(true);
  });
});

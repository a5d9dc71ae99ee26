import { expect, test } from 'vitest';
import { applyCommand } from '../../src/commands/index.ts';
import { settleJob } from '../../src/commands/jobs/settle.ts';
import { chainOf } from '../../src/graph/chain.ts';
import type { BlockGraph } from '../../src/graph/graph.ts';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';
import type { Session } from '../../src/qmp/session.ts';
import { look } from '../../src/runner/look.ts';

const before: BlockGraph = {
  nodes: new Map([
    ['A', { name: 'A', driver: 'qcow2', backing: null, owner: 'monitor' }],
    ['B', { name: 'B', driver: 'qcow2', backing: 'A', owner: 'monitor' }],
  ]),
  attachments: [{ kind: 'device', id: 'disk0', node: 'B' }],
  jobs: new Map(),
  complete: true,
};

/** A QEMU that must not be asked for its nodes, with a stream in a status. */
function guardedQemu(status: string): Session {
  return {
    greeting: { version: { major: 7, minor: 2, micro: 22 } },
    execute: async (command: string) => {
      expect(command).toBe('query-jobs');
      return [{ id: 's0', type: 'stream', status, 'current-progress': 0, 'total-progress': 1 }];
    },
  } as unknown as Session;
}

function streaming(): BlockGraph {
  const started = applyCommand(before, 'block-stream', {
    'job-id': 's0',
    device: 'B',
    'auto-dismiss': false,
  });
  if (started === 'unmodelled' || 'refused' in started) throw new Error('the model refuses the stream');
  return started;
}

test.each(['running', 'pending'])('a stream seen as %s still does what it was started for', async status => {
  const schema = loadSnapshot('newest', 'system');
  if (!schema) throw new Error('no schema is bundled');
  const seen = await look(guardedQemu(status), schema, { graph: streaming(), guarded: new Set(['s0']) });
  expect(chainOf(settleJob(seen, 's0', 'concluded'), 'B')).toEqual(['B']);
});

test('a stream that is over by then has done it', async () => {
  const schema = loadSnapshot('newest', 'system');
  if (!schema) throw new Error('no schema is bundled');
  const seen = await look(guardedQemu('concluded'), schema, { graph: streaming(), guarded: new Set(['s0']) });
  expect(chainOf(seen, 'B')).toEqual(['B']);
  expect(seen.jobs.get('s0')?.status).toBe('concluded');
});

test('nor are nodes asked for beside a stream that events have told more of than the answer', async () => {
  const schema = loadSnapshot('newest', 'system');
  if (!schema) throw new Error('no schema is bundled');
  for (const told of ['waiting', 'pending', 'concluded']) {
    const jobs = { areNone: false, statusOf: () => told };
    const known = { graph: streaming(), guarded: new Set<string>(), jobs };
    expect((await look(guardedQemu('running'), schema, known)).jobs.get('s0')?.status).toBe('running');
  }
});

test('that events tell of no job is not enough where a stream could kill the QEMU', async () => {
  const schema = loadSnapshot('newest', 'system');
  if (!schema) throw new Error('no schema is bundled');
  const jobs = { areNone: true, statusOf: () => undefined };
  const known = { graph: before, guarded: new Set<string>(), jobs };
  expect((await look(guardedQemu('concluded'), schema, known)).jobs.size).toBe(1);
});

import { expect, test } from 'vitest';
import { withJob } from '../../src/graph/change.ts';
import type { BlockJob } from '../../src/graph/graph.ts';
import { accepts, holderOf, isRest, restOf, transitions, verbsOf } from '../../src/graph/job.ts';
import { abcd } from './some-graph.ts';

const mirror: BlockJob = { id: 'm', type: 'mirror', status: 'running', on: { device: 'D', target: 'T' } };
const commit: BlockJob = {
  id: 'c',
  type: 'commit',
  status: 'running',
  on: { device: 'D', 'top-node': 'C', 'base-node': 'A' },
};

test('QEMU takes each verb only in some states', () => {
  expect(verbsOf('ready')).toEqual(['cancel', 'pause', 'resume', 'set-speed', 'change', 'complete']);
  expect(verbsOf('pending')).toEqual(['cancel', 'finalize']);
  expect(verbsOf('concluded')).toEqual(['dismiss']);
  expect(verbsOf('aborting')).toEqual([]);
  expect(accepts('standby', 'complete')).toBe(true);
  expect(accepts('running', 'complete')).toBe(false);
});

test('every job comes to null', () => {
  let reached = new Set(transitions('created'));
  for (let step = 0; step < 8; step++) reached = new Set([...reached, ...[...reached].flatMap(transitions)]);
  expect(reached).toContain('null');
  expect(transitions('null')).toEqual([]);
});

test('a job rests where nothing goes on without a word to it', () => {
  expect(restOf(mirror)).toBe('ready');
  expect(restOf({ ...mirror, ending: 'complete' })).toBe('concluded');
  expect(restOf(commit)).toBe('concluded');
  expect(restOf({ ...commit, on: { device: 'D', 'top-node': 'D', 'base-node': 'A' } })).toBe('ready');
  expect(restOf({ ...commit, autoFinalize: false })).toBe('pending');
  expect(restOf({ id: 'b', type: 'backup', status: 'running', sync: 'none' })).toBeUndefined();
  expect(isRest({ status: 'pending' })).toBe(false);
  expect(isRest({ status: 'pending', autoFinalize: false })).toBe(true);
  expect(isRest({ status: 'paused' })).toBe(false);
});

test('a job holds what it was given and what lies between, until it ends', () => {
  const graph = withJob(abcd, commit);
  expect(['D', 'C', 'B', 'A'].map(name => holderOf(graph, name)?.spanned)).toEqual([
    false,
    false,
    true,
    false,
  ]);
  expect(holderOf(withJob(abcd, { ...commit, status: 'concluded' }), 'C')).toBeUndefined();
  const stream: BlockJob = {
    id: 's',
    type: 'stream',
    status: 'running',
    on: { device: 'D', 'base-node': 'B' },
  };
  expect(['D', 'C', 'B'].map(name => holderOf(withJob(abcd, stream), name)?.spanned)).toEqual([
    false,
    true,
    undefined,
  ]);
});

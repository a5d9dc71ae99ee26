import { describe, expect, test } from 'vitest';
import type { BlockGraph, BlockJob, BlockNode } from '../../src/graph/graph.ts';
import { Prediction } from '../../src/runner/prediction.ts';
import { execute } from '../../src/statements/step.ts';

/** A graph of disk0 over a chain, base first, in which everything is known. */
function graphOf(
  chain: readonly string[],
  jobs: readonly BlockJob[] = [],
  more: readonly BlockNode[] = [],
): BlockGraph {
  const nodes = chain.map(
    (name, at): BlockNode => ({
      name,
      driver: 'qcow2',
      filename: `${name}.qcow2`,
      backing: chain[at - 1] ?? null,
    }),
  );
  return {
    nodes: new Map([...nodes, ...more].map(node => [node.name, node])),
    attachments: [{ kind: 'device', id: 'disk0', node: chain.at(-1) ?? '' }],
    jobs: new Map(jobs.map(job => [job.id, job])),
    complete: true,
  };
}

const job = (id: string, type: string, more: Partial<BlockJob> = {}): BlockJob => ({
  id,
  type,
  status: 'running',
  ...more,
});

const snapshot = execute('blockdev-snapshot-sync', {
  'node-name': 'B',
  'snapshot-file': 'C.qcow2',
  'snapshot-node-name': 'C',
});
const unnamed = execute('blockdev-snapshot-sync', { device: 'drive0', 'snapshot-file': 'C.qcow2' });
const commit = execute('block-commit', {
  'job-id': 'c0',
  device: 'C',
  'top-node': 'B',
  'base-node': 'A',
  'auto-dismiss': false,
});

describe('a look', () => {
  test('agrees with what was done, and differs where somebody else has acted', () => {
    const prediction = new Prediction(graphOf(['A', 'B']));
    prediction.carriedOut(snapshot);
    expect(prediction.differencesTo(graphOf(['A', 'B', 'C']))).toEqual([]);
    expect(prediction.differencesTo(graphOf(['A', 'B', 'C', 'X']))).toEqual([
      { expected: 'A <- B <- C <------- [disk0]', found: 'A <- B <- C <- +X <- [disk0]' },
    ]);
    expect(prediction.differencesTo(graphOf(['A', 'B']))).toHaveLength(1);
  });

  test('may find any name that QEMU has made up', () => {
    const drive = (...chain: string[]): BlockGraph => ({
      ...graphOf(chain),
      attachments: [{ kind: 'backend', id: 'drive0', node: chain.at(-1) ?? '' }],
    });
    const prediction = new Prediction(drive('A', 'B'));
    prediction.carriedOut(unnamed);
    expect(prediction.differencesTo(drive('A', 'B', '#block123'))).toEqual([]);
    expect(prediction.differencesTo(drive('A', 'B', 'named'))).toHaveLength(1);
  });

  test('says nothing after a command that the model does not know, and something again after the next', () => {
    const prediction = new Prediction(graphOf(['A', 'B']));
    prediction.carriedOut(execute('device_del', { id: 'disk0' }));
    expect(prediction.differencesTo(graphOf(['A', 'X']))).toEqual([]);
    prediction.look(graphOf(['A', 'B']));
    expect(prediction.differencesTo(graphOf(['A', 'X']))).toHaveLength(1);
    // The guest lets go of a device when it likes.
    expect(prediction.differencesTo({ ...graphOf(['A', 'B']), attachments: [] })).toEqual([]);
  });

  test('leaves out the chain of a job that may end at any moment, until its end was seen', () => {
    const prediction = new Prediction(graphOf(['A', 'B', 'C']));
    prediction.carriedOut(commit);
    const jobs = [job('c0', 'commit')];
    expect(prediction.differencesTo(graphOf(['A', 'C'], jobs))).toEqual([]);
    expect(prediction.differencesTo(graphOf(['A', 'B', 'C'], jobs))).toEqual([]);
    prediction.jobSeen('c0', 'concluded', undefined);
    expect(prediction.differencesTo(graphOf(['A', 'C'], jobs))).toEqual([]);
    expect(prediction.differencesTo(graphOf(['A', 'B', 'C'], jobs))).toHaveLength(1);
  });

  test('in whose course a job ends may have missed what the job did', () => {
    const prediction = new Prediction(graphOf(['A', 'B', 'C']));
    prediction.carriedOut(commit);
    const concluded = [job('c0', 'commit', { status: 'concluded' })];
    prediction.look(graphOf(['A', 'B', 'C'], concluded));
    prediction.jobSeen('c0', 'concluded', undefined);
    expect(prediction.differencesTo(graphOf(['A', 'C'], concluded))).toEqual([]);
    prediction.look(graphOf(['A', 'C'], concluded));
    expect(prediction.differencesTo(graphOf(['A', 'B', 'C'], concluded))).toHaveLength(1);
  });

  test('finds jobs that nobody should have started or dismissed', () => {
    const prediction = new Prediction(graphOf(['A', 'B', 'C']));
    prediction.carriedOut(commit);
    prediction.jobSeen('c0', 'concluded', undefined);
    const afterwards = (jobs: readonly BlockJob[]) => graphOf(['A', 'C'], jobs);
    expect(prediction.differencesTo(afterwards([]))).toEqual([
      { expected: 'the commit job c0', found: 'no such job' },
    ]);
    expect(prediction.differencesTo(afterwards([job('c0', 'commit'), job('b0', 'backup')]))).toEqual([
      { expected: 'no job b0', found: 'a backup job b0, running' },
    ]);
    prediction.carriedOut(execute('job-dismiss', { id: 'c0' }));
    expect(prediction.differencesTo(afterwards([]))).toEqual([]);
  });

  test('misses a node that was opened by name, and not one that went with its last user', () => {
    const prediction = new Prediction(graphOf(['A', 'B']));
    prediction.carriedOut(execute('blockdev-add', { driver: 'null-co', 'node-name': 'N' }));
    const opened = { name: 'N', driver: 'null-co' };
    expect(prediction.differencesTo(graphOf(['A', 'B'], [], [opened]))).toEqual([]);
    expect(prediction.differencesTo(graphOf(['A', 'B']))).toEqual([
      { expected: 'a node N', found: 'no such node' },
    ]);
    prediction.look(graphOf(['A', 'B'], [], [opened]));
    prediction.carriedOut(execute('blockdev-del', { 'node-name': 'N' }));
    expect(prediction.differencesTo(graphOf(['A', 'B'], [], [opened]))).toEqual([
      { expected: 'no node N any more', found: 'a node N' },
    ]);
  });

  test('is completed by what the run knows: whose contents are of no use, and what a job was told', () => {
    const prediction = new Prediction(graphOf(['A', 'B', 'C']));
    prediction.carriedOut(commit);
    prediction.jobSeen('c0', 'concluded', undefined);
    const left: BlockNode = { name: 'B', driver: 'qcow2', filename: 'B.qcow2', backing: 'A' };
    const seen = prediction.look(graphOf(['A', 'C'], [], [left]));
    expect(seen.nodes.get('B')?.invalid).toMatch(/commit of B into A/);
    expect(seen.nodes.get('C')?.invalid).toBeUndefined();
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isRefusal } from '../../src/commands/define.ts';
import { applyCommand } from '../../src/commands/index.ts';
import { settleJob } from '../../src/commands/jobs/settle.ts';
import { beneathFilters, chainOf, rootOf } from '../../src/graph/chain.ts';
import type { BlockGraph, JobStatus } from '../../src/graph/graph.ts';
import { queriesFor, readGraph } from '../../src/graph/introspect.ts';
import { type Oracle, startOracle } from './qmp-client.ts';

const PROGRAM = 'qemu-storage-daemon';
const MIB = 1024 * 1024;
const missing = [PROGRAM, 'qemu-img', 'qemu-io'].filter(name => spawnSync(name, ['--version']).error);
if (missing.length > 0)
  console.warn(`SKIPPED: the model is not compared with QEMU, for there is no ${missing.join(', ')}`);

test('QEMU is there in CI', () => {
  expect(process.env['CI'] ? missing : []).toEqual([]);
});

/** What model and QEMU must agree on: the named nodes with what backs them and their size, and the chain of each export. */
function view(graph: BlockGraph) {
  const nodes = [...graph.nodes.values()].filter(
    node => !node.name.startsWith('#') && node.driver !== 'file',
  );
  const images = nodes.map(node => {
    const backing = node.backing ? beneathFilters(graph, node.backing) : node.backing;
    return [node.name, { backing, filter: node.filter ?? false }] as const;
  });
  const exports = graph.attachments.filter(item => item.kind === 'export');
  return {
    images: Object.fromEntries(images.sort(([one], [other]) => (one < other ? -1 : 1))),
    exports: Object.fromEntries(
      exports.map(item => [item.id, chainOf(graph, rootOf(graph, item)).reverse().join(' <- ')]),
    ),
    jobs: [...graph.jobs.keys()],
  };
}

/** Both sides at once: each command goes to QEMU and to the model, and the two must agree after it. */
class Pair {
  readonly qemu: Oracle;
  graph: BlockGraph = { nodes: new Map(), attachments: [], jobs: new Map(), complete: true };

  constructor(qemu: Oracle) {
    this.qemu = qemu;
  }

  async seen(): Promise<BlockGraph> {
    const replies: Record<string, unknown> = {};
    for (const query of queriesFor(() => true)) {
      replies[query.command] = await this.qemu.execute(query.command, query.arguments);
    }
    return readGraph(replies);
  }

  /** Runs a command that both accept. */
  async run(command: string, args: Record<string, unknown>): Promise<void> {
    await this.qemu.execute(command, args);
    const after = applyCommand(this.graph, command, args, { as: 'qemu' });
    if (after === 'unmodelled' || isRefusal(after))
      throw new Error(`the model says of ${command}: ${JSON.stringify(after)}`);
    this.graph = after;
  }

  /** Waits for a job on QEMU's side, and settles it on the model's. */
  async rests(id: string, status: JobStatus): Promise<void> {
    const job = await this.qemu.jobRests(id, status);
    this.graph = settleJob(this.graph, id, status, job.error !== undefined);
  }

  /** A whole job that ends by itself, until it is dismissed. */
  async job(command: string, args: Record<string, unknown>): Promise<void> {
    await this.run(command, { ...args, 'job-id': 'j', 'auto-dismiss': false });
    await this.ended('j');
  }

  async ended(id: string): Promise<void> {
    await this.rests(id, 'concluded');
    await this.run('job-dismiss', { id });
  }

  async agree(): Promise<void> {
    expect(view(this.graph)).toEqual(view(await this.seen()));
  }

  /** Both refuse, and the model says why with this code. */
  async refused(code: string, command: string, args: Record<string, unknown>): Promise<void> {
    const outcome = applyCommand(this.graph, command, args, { as: 'qemu' });
    expect(outcome).toMatchObject({ refused: true, code });
    await expect(this.qemu.execute(command, args)).rejects.toThrow();
  }
}

describe.skipIf(missing.length > 0)('the model and qemu-storage-daemon', () => {
  let pair: Pair;

  beforeEach(async () => {
    const qemu = await startOracle(PROGRAM, ['--object', 'throttle-group,id=g'], folder => {
      let below: string | undefined;
      for (const name of ['a', 'b', 'c', 'd']) {
        const backing = below ? ['-b', `${below}.qcow2`, '-F', 'qcow2'] : [];
        const size = name === 'a' ? '2M' : '4M';
        execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', ...backing, `${name}.qcow2`, size], {
          cwd: folder,
        });
        execFileSync('qemu-io', ['-c', 'write -P 1 0 64k', `${name}.qcow2`], {
          cwd: folder,
          stdio: 'ignore',
        });
        below = name;
      }
      for (const [name, size] of [
        ['t', '4M'],
        ['small', '1M'],
      ] as const) {
        execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', `${name}.qcow2`, size], { cwd: folder });
      }
    });
    pair = new Pair(qemu);
    let backing: string | null = null;
    for (const name of ['A', 'B', 'C', 'D']) {
      const file = { driver: 'file', filename: `${name.toLowerCase()}.qcow2` };
      await pair.run('blockdev-add', { driver: 'qcow2', 'node-name': name, file, backing });
      backing = name;
    }
    const addr = { type: 'unix', data: { path: `${qemu.folder}/nbd.sock` } };
    await pair.run('nbd-server-start', { addr });
    await pair.run('block-export-add', { type: 'nbd', id: 'x0', 'node-name': 'D', writable: true });
    await pair.agree();
  });

  afterEach(async () => {
    await pair?.qemu.close();
  });

  async function addTarget(name = 'T', file = 't.qcow2'): Promise<void> {
    await pair.run('blockdev-add', {
      driver: 'qcow2',
      'node-name': name,
      file: { driver: 'file', filename: file },
    });
    // QEMU knows from the image what the model can't: its size, and that it has no backing.
    const known = (await pair.seen()).nodes.get(name);
    const node = {
      name,
      ...pair.graph.nodes.get(name),
      size: known?.size as number,
      backing: known?.backing as null,
    };
    pair.graph = { ...pair.graph, nodes: new Map(pair.graph.nodes).set(name, node) };
  }

  test.each([
    ['to a base in the middle', { device: 'D', 'base-node': 'B' }, 'A <- B <- D'],
    ['of the whole chain', { device: 'D' }, 'D'],
    ['into an intermediate image', { device: 'C', 'base-node': 'A' }, 'A <- C <- D'],
    ['with nothing to do', { device: 'D', 'base-node': 'C' }, 'A <- B <- C <- D'],
  ])('stream %s', async (_, args, chain) => {
    await pair.job('block-stream', args);
    await pair.agree();
    expect(view(pair.graph).exports).toEqual({ x0: chain });
  });

  test('stream down to a bottom', async context => {
    const schema = JSON.stringify(await pair.qemu.execute('query-qmp-schema'));
    if (!schema.includes('"bottom"')) context.skip('this QEMU, older than 6.0, has no `bottom`');
    await pair.job('block-stream', { device: 'D', bottom: 'C' });
    await pair.agree();
    expect(view(pair.graph).exports).toEqual({ x0: 'A <- B <- D' });
  });

  test.each([
    ['of two images', { device: 'D', 'top-node': 'C', 'base-node': 'A' }, 'A <- D'],
    ['without a base', { device: 'D', 'top-node': 'B' }, 'A <- C <- D'],
    ['of one image', { device: 'D', 'top-node': 'C', 'base-node': 'B' }, 'A <- B <- D'],
  ])('commit %s', async (_, args, chain) => {
    await pair.job('block-commit', args);
    await pair.agree();
    expect(view(pair.graph).exports).toEqual({ x0: chain });
  });

  test('a commit grows a smaller base', async () => {
    const sized = (size: number) => ({ name: 'A', ...pair.graph.nodes.get('A'), size });
    pair.graph = { ...pair.graph, nodes: new Map(pair.graph.nodes).set('A', sized(2 * MIB)) };
    const top = { name: 'C', ...pair.graph.nodes.get('C'), size: 4 * MIB };
    pair.graph = { ...pair.graph, nodes: new Map(pair.graph.nodes).set('C', top) };
    await pair.job('block-commit', { device: 'D', 'top-node': 'C', 'base-node': 'A' });
    expect(pair.graph.nodes.get('A')?.size).toBe(4 * MIB);
    expect((await pair.seen()).nodes.get('A')?.size).toBe(4 * MIB);
  });

  test('an active commit moves the user to the base; the old base is no root until what is above it is deleted', async () => {
    await pair.run('block-commit', { device: 'D', 'base-node': 'B', 'job-id': 'j', 'auto-dismiss': false });
    await pair.refused('job-verb', 'job-finalize', { id: 'j' });
    await pair.rests('j', 'ready');
    await pair.agree();
    await pair.run('job-complete', { id: 'j' });
    await pair.ended('j');
    await pair.agree();
    expect(view(pair.graph).exports).toEqual({ x0: 'A <- B' });
    await pair.refused('not-a-root', 'block-commit', { device: 'B', 'job-id': 'k' });
    await pair.run('blockdev-del', { 'node-name': 'D' });
    await pair.run('blockdev-del', { 'node-name': 'C' });
    await pair.agree();
    await pair.run('block-commit', { device: 'B', 'job-id': 'k', 'auto-dismiss': false });
    await pair.rests('k', 'ready');
    await pair.run('job-cancel', { id: 'k' });
    await pair.ended('k');
    await pair.agree();
  });

  test('an active commit of an overlay that a snapshot made takes the overlay away', async () => {
    const overlay = {
      'node-name': 'D',
      'snapshot-file': 'e.qcow2',
      'snapshot-node-name': 'E',
      format: 'qcow2',
    };
    await pair.run('blockdev-snapshot-sync', overlay);
    await pair.agree();
    await pair.run('block-commit', { device: 'E', 'base-node': 'D', 'job-id': 'j', 'auto-dismiss': false });
    await pair.rests('j', 'ready');
    await pair.run('job-complete', { id: 'j' });
    await pair.ended('j');
    await pair.agree();
    expect(pair.graph.nodes.has('E')).toBe(false);
  });

  test('a commit takes implicit images between away, and leaves the rest', async () => {
    for (const [below, name] of [
      ['D', 'E'],
      ['E', 'F'],
    ] as const) {
      const file = `${name.toLowerCase()}.qcow2`;
      const args = { 'node-name': below, 'snapshot-file': file, 'snapshot-node-name': name, format: 'qcow2' };
      await pair.run('blockdev-snapshot-sync', args);
    }
    await pair.job('block-commit', { device: 'F', 'top-node': 'E', 'base-node': 'C' });
    await pair.agree();
    expect([...pair.graph.nodes.keys()].filter(name => !name.startsWith('#'))).toEqual([
      'A',
      'B',
      'C',
      'D',
      'F',
    ]);
  });

  test.each(['job-complete', 'block-job-cancel', 'job-cancel'])(
    'a mirror at READY, then %s',
    async ending => {
      await addTarget();
      await pair.run('blockdev-mirror', {
        device: 'D',
        target: 'T',
        sync: 'full',
        'job-id': 'j',
        'auto-dismiss': false,
      });
      await pair.rests('j', 'ready');
      await pair.refused('node-in-use', 'blockdev-del', { 'node-name': 'T' });
      await pair.run(ending, ending === 'block-job-cancel' ? { device: 'j' } : { id: 'j' });
      await pair.ended('j');
      await pair.agree();
      expect(view(pair.graph).exports).toEqual({ x0: ending === 'job-complete' ? 'T' : 'A <- B <- C <- D' });
      expect(pair.graph.nodes.get('T')?.invalid !== undefined).toBe(ending === 'job-cancel');
    },
  );

  test('drive-mirror opens its target with the backing that sync calls for', async () => {
    const args = {
      device: 'D',
      target: 'n.qcow2',
      format: 'qcow2',
      'node-name': 'N',
      sync: 'top',
      mode: 'absolute-paths',
    };
    await pair.run('drive-mirror', { ...args, 'job-id': 'j', 'auto-dismiss': false });
    await pair.rests('j', 'ready');
    await pair.run('job-complete', { id: 'j' });
    await pair.ended('j');
    await pair.agree();
    expect(view(pair.graph).exports).toEqual({ x0: 'A <- B <- C <- N' });
  });

  test('a backup leaves the chain; its own target goes with the job', async () => {
    await addTarget();
    await pair.job('blockdev-backup', { device: 'D', target: 'T', sync: 'full' });
    await pair.agree();
    await pair.job('drive-backup', { device: 'D', target: 'n.qcow2', format: 'qcow2', sync: 'full' });
    await pair.agree();
  });

  test('a snapshot onto an open image', async () => {
    const file = { driver: 'file', filename: 't.qcow2' };
    await pair.run('blockdev-add', { driver: 'qcow2', 'node-name': 'T', file, backing: null });
    await pair.run('blockdev-snapshot', { node: 'D', overlay: 'T' });
    await pair.agree();
    await pair.refused('not-a-root', 'blockdev-snapshot', { node: 'D', overlay: 'T' });
  });

  test('a transaction of snapshots on one chain', async () => {
    const snapshot = (node: string, name: string) => ({
      type: 'blockdev-snapshot-sync',
      data: {
        'node-name': node,
        'snapshot-file': `${name}.qcow2`,
        'snapshot-node-name': name,
        format: 'qcow2',
      },
    });
    await pair.run('transaction', { actions: [snapshot('D', 'E')] });
    await pair.agree();
    await pair.refused('not-a-root', 'transaction', { actions: [snapshot('E', 'F'), snapshot('D', 'G')] });
    await pair.agree();
  });

  test('a node reopened onto another backing', async context => {
    const schema = JSON.stringify(await pair.qemu.execute('query-qmp-schema'));
    if (!schema.includes('"blockdev-reopen"'))
      context.skip('this QEMU, older than 6.1, has no blockdev-reopen');
    const file = (await pair.seen()).nodes.get('D')?.children?.['file'];
    const options = { driver: 'qcow2', 'node-name': 'D', file, backing: 'B' };
    await pair.run('blockdev-reopen', { options: [options] });
    await pair.agree();
    expect(view(pair.graph).exports).toEqual({ x0: 'A <- B <- D' });
  });

  test('through a throttle filter, the root is the filter', async () => {
    await pair.run('block-export-del', { id: 'x0' });
    await pair.run('blockdev-add', {
      driver: 'throttle',
      'node-name': 'F',
      'throttle-group': 'g',
      file: 'D',
    });
    await pair.run('block-export-add', { type: 'nbd', id: 'x1', 'node-name': 'F', writable: true });
    await pair.agree();
    await pair.refused('not-a-root', 'block-commit', { device: 'D', 'top-node': 'C', 'job-id': 'j' });
    await pair.job('block-commit', { device: 'F', 'top-node': 'C', 'base-node': 'A' });
    await pair.agree();
    await pair.run('blockdev-snapshot-sync', {
      'node-name': 'D',
      'snapshot-file': 'e.qcow2',
      'snapshot-node-name': 'E',
    });
    await pair.agree();
    await pair.job('block-stream', { device: 'E', 'base-node': 'A' });
    await pair.agree();
    await pair.run('block-commit', { device: 'F', 'base-node': 'A', 'job-id': 'j', 'auto-dismiss': false });
    await pair.rests('j', 'ready');
    await pair.run('job-complete', { id: 'j' });
    await pair.ended('j');
    await pair.agree();
  });

  test('two streams that do not meet run side by side', async () => {
    const flags = { 'auto-dismiss': false, 'auto-finalize': false };
    await pair.run('block-stream', { device: 'D', 'base-node': 'C', 'job-id': 'j', ...flags });
    await pair.run('block-stream', { device: 'C', 'base-node': 'A', 'job-id': 'k', ...flags });
    await pair.refused('node-in-use', 'block-stream', { device: 'C', 'job-id': 'l' });
    for (const id of ['j', 'k']) {
      await pair.rests(id, 'pending');
      await pair.run('job-finalize', { id });
      await pair.ended(id);
    }
    await pair.agree();
  });

  test('what QEMU refuses, the model refuses with a reason', async () => {
    const job = { 'job-id': 'j' };
    await addTarget('S', 'small.qcow2');
    const source = { name: 'D', ...pair.graph.nodes.get('D'), size: 4 * MIB };
    pair.graph = { ...pair.graph, nodes: new Map(pair.graph.nodes).set('D', source) };
    await pair.refused('base-above-top', 'block-commit', {
      device: 'D',
      'top-node': 'B',
      'base-node': 'C',
      ...job,
    });
    await pair.refused('base-is-top', 'block-commit', {
      device: 'D',
      'top-node': 'B',
      'base-node': 'B',
      ...job,
    });
    await pair.refused('not-a-root', 'block-commit', { device: 'C', 'base-node': 'A', ...job });
    await pair.refused('not-in-chain', 'block-commit', { device: 'D', 'top-node': 'S', ...job });
    await pair.refused('unknown-node', 'block-commit', { device: 'nope', ...job });
    await pair.refused('job-id-missing', 'block-commit', { device: 'D', 'top-node': 'B' });
    await pair.refused('base-not-below', 'block-stream', { device: 'D', 'base-node': 'D', ...job });
    await pair.refused('base-not-below', 'block-stream', { device: 'B', 'base-node': 'C', ...job });
    await pair.refused('not-a-root', 'blockdev-mirror', { device: 'C', target: 'S', sync: 'full', ...job });
    await pair.refused('target-is-source', 'blockdev-mirror', {
      device: 'D',
      target: 'D',
      sync: 'full',
      ...job,
    });
    await pair.refused('size-mismatch', 'blockdev-backup', {
      device: 'D',
      target: 'S',
      sync: 'full',
      ...job,
    });
    await pair.refused('duplicate-node', 'blockdev-add', { driver: 'null-co', 'node-name': 'D' });
    await pair.refused('bad-node-name', 'blockdev-add', { driver: 'null-co', 'node-name': '1bad' });
    await pair.refused('node-name-missing', 'blockdev-add', { driver: 'null-co' });
    await pair.refused('unknown-node', 'blockdev-add', { driver: 'raw', 'node-name': 'r', file: 'nope' });
    await pair.refused('node-in-use', 'blockdev-del', { 'node-name': 'D' });
    await pair.refused('node-in-use', 'blockdev-del', { 'node-name': 'C' });
    await pair.refused('unknown-node', 'blockdev-del', { 'node-name': 'nope' });
    await pair.refused('duplicate-export', 'block-export-add', { type: 'nbd', id: 'x0', 'node-name': 'D' });
    await pair.refused('unknown-export', 'block-export-del', { id: 'nope' });
    await pair.refused('unknown-job', 'job-complete', { id: 'nope' });
    await pair.refused('node-in-use', 'block_resize', { 'node-name': 'C', size: 8 * MIB });
    const overlay = { 'snapshot-file': 'e.qcow2', 'snapshot-node-name': 'E' };
    await pair.refused('not-a-root', 'blockdev-snapshot-sync', { 'node-name': 'C', ...overlay });
    await pair.refused('duplicate-node', 'blockdev-snapshot-sync', {
      'node-name': 'D',
      ...overlay,
      'snapshot-node-name': 'A',
    });
    await pair.agree();
  });
});

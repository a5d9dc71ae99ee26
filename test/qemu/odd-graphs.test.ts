import { afterEach, describe, expect, test } from 'vitest';
import { check } from '../../src/compile/check.ts';
import { chainOf, usersAbove } from '../../src/graph/chain.ts';
import { drawTree } from '../../src/graph/draw-tree.ts';
import type { BlockGraph } from '../../src/graph/graph.ts';
import type { SchemaInfo } from '../../src/qapi/introspection.ts';
import { makeSchema, type Schema } from '../../src/qapi/schema.ts';
import type { JsonObject } from '../../src/qmp/json.ts';
import { look } from '../../src/runner/look.ts';
import type { Reporter } from '../../src/runner/reporter.ts';
import { runScript } from '../../src/runner/run.ts';
import { parse } from '../../src/syntax/parse.ts';
import { type Daemon, haveStorageDaemon, startDaemon } from '../jobs/storage-daemon.ts';

let daemon: Daemon | undefined;
afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
});

interface Live {
  send(command: string, members: JsonObject): Promise<unknown>;
  graph(): Promise<BlockGraph>;
  /** The findings of a script, and the graph that its plan ends with. */
  check(script: string): Promise<{ found: string[]; after: BlockGraph | undefined }>;
  run(script: string): Promise<void>;
}

/** A storage daemon with images of 1 MiB, each made over the one that it names, if it names one. */
async function start(images: Readonly<Record<string, string | undefined>>): Promise<Live> {
  const own = await startDaemon();
  daemon = own;
  for (const [name, backing] of Object.entries(images)) {
    const over = backing ? ['-b', `${backing}.qcow2`, '-F', 'qcow2'] : [];
    own.run('qemu-img', 'create', '-q', '-f', 'qcow2', ...over, `${name}.qcow2`, '1M');
  }
  const { session } = own;
  const reply = await session.execute('query-qmp-schema');
  const schema: Schema = makeSchema(reply as unknown as SchemaInfo[], 'this QEMU');
  const options = { schema, now: new Date(0) };
  const graph = () => look(session, schema);
  return {
    send: (command, members) => session.execute(command, members),
    graph,
    async check(script) {
      const plan = await check(parse(script), { ...options, graph: await graph() });
      const last = plan.entries.at(-1);
      return {
        found: plan.findings.map(({ severity, code }) => `${severity}[${code}]`),
        after: last?.kind === 'statement' ? last.after : undefined,
      };
    },
    run: async script =>
      runScript(parse(script).script, { ...options, session, reporter: faultless, graph: await graph() }),
  };
}

const faultless: Reporter = {
  // So that the model is held against QEMU after each statement.
  wantsGraph: true,
  enter() {},
  leave() {},
  step() {},
  event() {},
  output() {},
  finding: ({ message, notes }) => {
    throw new Error([message, ...(notes ?? [])].join('; '));
  },
};

const qcow2 = (name: string, more: JsonObject = {}): JsonObject => ({
  driver: 'qcow2',
  'node-name': name,
  file: { driver: 'file', filename: `${name}.qcow2` },
  ...more,
});

async function exportAll(live: Live, nodes: Readonly<Record<string, string>>): Promise<void> {
  await live.send('nbd-server-start', { addr: { type: 'unix', data: { path: 'nbd.sock' } } });
  for (const [id, node] of Object.entries(nodes))
    await live.send('block-export-add', { type: 'nbd', id, 'node-name': node, writable: true });
}

describe.skipIf(!haveStorageDaemon())('odd graphs of a real storage daemon', () => {
  test('a quorum: what is said of its images is what QEMU does', async () => {
    const live = await start({ A: undefined, B: undefined, C: undefined });
    for (const name of ['A', 'B', 'C']) await live.send('blockdev-add', qcow2(name));
    const children = ['A', 'B', 'C'];
    await live.send('blockdev-add', { driver: 'quorum', 'node-name': 'Q', children, 'vote-threshold': 2 });
    await exportAll(live, { x0: 'Q' });
    expect(drawTree(await live.graph())).toContain('A <- [quorum Q]\n');

    const mirror = 'mirror A target=M filename=m.qcow2 sync=full then cancel\n';
    expect((await live.check(mirror)).found).toContain('error[not-a-root]');
    const members = { device: 'A', target: 'B', sync: 'full', 'job-id': 'j0' };
    await expect(live.send('blockdev-mirror', members)).rejects.toThrow('Need a root block node');
    await expect(live.check('del B\n')).resolves.toMatchObject({
      found: expect.arrayContaining(['error[node-in-use]']),
    });
    await expect(live.send('blockdev-del', { 'node-name': 'B' })).rejects.toThrow('Block device B is in use');

    const snapshot = 'snapshot A overlay=O filename=o.qcow2\n';
    const planned = await live.check(snapshot);
    expect(planned.found).toEqual(['note[graph-partly-known]']);
    await live.run(snapshot);
    const graph = await live.graph();
    expect(chainOf(graph, 'O')).toEqual(['O', 'A']);
    expect(graph.nodes.get('Q')?.children).toEqual(planned.after?.nodes.get('Q')?.children);
    expect(usersAbove(graph, 'A').map(({ id }) => id)).toEqual(['x0']);
  });

  test('a base below two exports', async () => {
    const live = await start({ A: undefined, B: 'A', C: 'A' });
    await live.send('blockdev-add', qcow2('A', { 'read-only': true }));
    for (const name of ['B', 'C']) await live.send('blockdev-add', qcow2(name, { backing: 'A' }));
    await exportAll(live, { x0: 'B', x1: 'C' });
    expect((await live.check('commit B base=A then pivot\n')).found).toContain('error[shared-base]');
    const stream =
      'chain x0: A <- B\nchain x1: A <- C\nstream B\nexpect chain x0: B\nexpect chain x1: A <- C\n';
    expect((await live.check(stream)).found).toEqual([]);
    await live.run(stream);
  });

  test('a throttle over a copy-on-read, and one below an image', async () => {
    const live = await start({ A: undefined, B: 'A', C: 'B' });
    await live.send('object-add', {
      'qom-type': 'throttle-group',
      id: 'g',
      limits: { 'iops-total': 100_000 },
    });
    const throttle = { driver: 'throttle', 'throttle-group': 'g' };
    await live.send('blockdev-add', qcow2('A', { 'read-only': true }));
    await live.send('blockdev-add', qcow2('B', { 'read-only': true, backing: 'A' }));
    await live.send('blockdev-add', { ...throttle, 'node-name': 'T', file: 'B', 'read-only': true });
    await live.send('blockdev-add', qcow2('C', { backing: 'T' }));
    await live.send('blockdev-add', { driver: 'copy-on-read', 'node-name': 'R', file: 'C' });
    await live.send('blockdev-add', { ...throttle, 'node-name': 'U', file: 'R' });
    await exportAll(live, { x0: 'U' });
    const script =
      'chain x0: A <- B <- C\nstream C base=A\nexpect chain x0: A <- C\nstream C\nexpect chain x0: C\n';
    const planned = await live.check(script);
    expect(planned.found).toEqual([]);
    await live.run(script);
    const graph = await live.graph();
    for (const name of ['U', 'R', 'C', 'B', 'A'])
      expect([name, graph.nodes.get(name)?.backing]).toEqual([name, planned.after?.nodes.get(name)?.backing]);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BlockGraph, BlockNode } from '../../src/graph/graph.ts';
import { queriesFor, readGraph } from '../../src/graph/introspect.ts';
import { hasEnded } from '../../src/graph/job.ts';
import { type Program, snapshotVersions } from '../../src/qapi/snapshots.ts';
import { issuesOf, makeZodTypes } from '../../src/qapi/zod.ts';
import type { JsonObject } from '../../src/qmp/json.ts';
import { graphOfDisks } from '../../src/sim/disks.ts';
import { execute, type Machine, makeMachine, passTime, startMachine } from '../../src/sim/machine.ts';

const disks = [
  { device: 'disk0', images: ['A', 'B', 'C', 'D'].map(nodeName => ({ nodeName })) },
  { device: 'disk1', images: [{ nodeName: 'R', format: 'raw', filename: 'dir/r.img' }] },
];

const machines = snapshotVersions().flatMap(version =>
  (['system', 'storage-daemon'] as const).map((program: Program) => ({
    name: `${program} ${version}`,
    machine: makeMachine(version, program),
  })),
);

type State = ReturnType<typeof startMachine>;

function ask(machine: Machine, state: State, command: string, args: JsonObject = {}): any {
  const [said] = execute(machine, state, command, args).said;
  if (!said || !('return' in said)) throw new Error(`${command}: ${JSON.stringify(said)}`);
  return said.return;
}

function repliesOf(machine: Machine, state: State): Record<string, unknown> {
  const has = (command: string, argument?: string) => machine.schema.has(command, argument);
  return Object.fromEntries(
    queriesFor(has).map(query => [query.command, ask(machine, state, query.command, query.arguments)]),
  );
}

const byId = (one: { readonly id: string }, other: { readonly id: string }) => one.id.localeCompare(other.id);

/** What of a graph its QEMU's replies can tell. */
function visible(graph: BlockGraph): unknown {
  const nodeOf = (node: BlockNode) => {
    const { name, driver, filename, size, readOnly, backing, children, filter, backingString } = node;
    const shown = { name, driver, filename: filename ?? '', size: size ?? 0, readOnly: readOnly ?? false };
    const bitmaps = (node.bitmaps ?? []).map(bitmap => bitmap.name);
    const links = { backing: backing ?? null, children: children ?? {}, filter: filter ?? false };
    return { ...shown, ...links, backingString: backingString ?? null, bitmaps };
  };
  return {
    nodes: [...graph.nodes.values()].map(nodeOf).sort((a, b) => a.name.localeCompare(b.name)),
    attachments: graph.attachments.map(({ kind, id, path, node, exportType }) => ({
      kind,
      id,
      path,
      node,
      exportType,
    })),
    jobs: [...graph.jobs.values()].sort(byId).map(({ id, type, status, on }) => {
      const ends = hasEnded(status) ? {} : { device: on?.['device'], target: on?.['target'] };
      return { id, type, status, ...ends };
    }),
  };
}

const node = fc.constantFrom('A', 'B', 'C', 'D', 'R', 'E', 'T');
const jobId = fc.constantFrom('j', 'k');
const onNode = (command: string, more: JsonObject) =>
  fc.tuple(node, jobId).map(([device, id]) => [command, { 'job-id': id, device, ...more }] as const);
const onJob = (command: string, argument: string) => jobId.map(id => [command, { [argument]: id }] as const);
const byHand = { 'auto-dismiss': false };

const command: fc.Arbitrary<readonly [string, JsonObject]> = fc.oneof(
  node.map(name => ['blockdev-add', { driver: 'null-co', 'node-name': name, size: 67108864 }] as const),
  fc
    .tuple(node, node)
    .map(
      ([name, file]) =>
        ['blockdev-add', { driver: 'copy-on-read', 'node-name': `over-${name}`, file }] as const,
    ),
  node.map(name => ['blockdev-del', { 'node-name': name }] as const),
  fc
    .tuple(node, node)
    .map(
      ([name, overlay]) =>
        [
          'blockdev-snapshot-sync',
          { 'node-name': name, 'snapshot-file': `${overlay}-2.qcow2`, 'snapshot-node-name': overlay },
        ] as const,
    ),
  onNode('block-stream', byHand),
  onNode('block-stream', { ...byHand, 'base-node': 'A', 'auto-finalize': false }),
  onNode('block-commit', { ...byHand, 'base-node': 'A' }),
  onNode('block-commit', { ...byHand, 'top-node': 'B', speed: 1024 }),
  onNode('blockdev-mirror', { ...byHand, target: 'T', sync: 'full' }),
  onNode('blockdev-backup', { ...byHand, target: 'T', sync: 'full', speed: 1024 }),
  ...['job-complete', 'job-cancel', 'job-pause', 'job-resume', 'job-finalize', 'job-dismiss'].map(name =>
    onJob(name, 'id'),
  ),
  onJob('block-job-cancel', 'device'),
  node.map(name => ['block-export-add', { type: 'nbd', id: `of-${name}`, 'node-name': name }] as const),
  node.map(name => ['block-export-del', { id: `of-${name}` }] as const),
  fc.constant(['nbd-server-start', { addr: { type: 'unix', data: { path: 'nbd' } } }] as const),
);

const target = { driver: 'null-co', 'node-name': 'T', size: 67108864 };

/** A minute, or a command. */
const happening = fc.oneof(
  { weight: 6, arbitrary: command },
  { weight: 1, arbitrary: fc.constant('wait' as const) },
);

describe.each(machines)('$name', ({ machine }) => {
  const fresh = () => startMachine(graphOfDisks(disks, machine.program), 0);

  test('whatever was done, its replies tell the graph, and fit its own schema', () => {
    const zodTypes = makeZodTypes(machine.schema);
    const walked = { steps: 0, done: 0 };
    fc.assert(
      fc.property(fc.array(happening, { minLength: 4, maxLength: 12 }), happenings => {
        let { state } = execute(machine, fresh(), 'blockdev-add', target);
        for (const one of happenings) {
          const taken =
            one === 'wait' ? passTime(state, state.now + 60_000_000) : execute(machine, state, ...one);
          state = taken.state;
          walked.steps++;
          if (taken.said.some(said => 'return' in said)) walked.done++;
          const replies = repliesOf(machine, state);
          expect(visible(readGraph(replies))).toEqual(visible(state.graph));
          for (const [name, reply] of Object.entries(replies)) {
            const type = machine.schema.command(name)?.['ret-type'] ?? '';
            expect(issuesOf(zodTypes.of(type), reply), name).toEqual([]);
          }
        }
      }),
      { numRuns: 30 },
    );
    expect(walked.done).toBeGreaterThan(10);
  });

  test('every reply to a question without arguments fits its own schema', () => {
    const { state } = execute(machine, fresh(), 'block-stream', { 'job-id': 'j', device: 'D', speed: 1024 });
    const zodTypes = makeZodTypes(machine.schema);
    const asked: string[] = [];
    for (const name of machine.schema.commands()) {
      if (!/^(x-debug-)?query-/.test(name)) continue;
      const [said] = execute(machine, state, name, {}).said;
      if (!said || !('return' in said)) continue;
      asked.push(name);
      const type = machine.schema.command(name)?.['ret-type'] ?? '';
      expect(issuesOf(zodTypes.of(type), said.return), name).toEqual([]);
    }
    expect(asked).toEqual(
      expect.arrayContaining(['query-block-jobs', 'query-commands', 'query-qmp-schema', 'query-version']),
    );
  });
});

test('the links are told by `children` where the version has them, and the images below stand inside', () => {
  const machine = makeMachine('newest', 'system');
  const state = startMachine(graphOfDisks(disks, 'system'), 0);
  const nodes = ask(machine, state, 'query-named-block-nodes');
  const top = nodes.find((one: any) => one['node-name'] === 'D');
  expect(top.children).toEqual([
    { child: 'file', 'node-name': expect.stringMatching(/^#block/) },
    { child: 'backing', 'node-name': 'C' },
  ]);
  expect(top.image['backing-image']['backing-image']).toMatchObject({ filename: 'B.qcow2' });
  const flat = ask(machine, state, 'query-named-block-nodes', { flat: true });
  expect(flat.find((one: any) => one['node-name'] === 'D').image).not.toHaveProperty('backing-image');
});

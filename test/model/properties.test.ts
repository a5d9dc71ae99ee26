import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRefusal } from '../../src/commands/define.ts';
import { applyCommand, commandModels } from '../../src/commands/index.ts';
import { settleJob } from '../../src/commands/jobs/settle.ts';
import { rootAbove } from '../../src/graph/chain.ts';
import { drawTree } from '../../src/graph/draw-tree.ts';
import type { BlockGraph, JobStatus } from '../../src/graph/graph.ts';
import { abcd } from '../graph/some-graph.ts';

const commands = [...commandModels.keys()];
const node = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'T', '#file', 'disk0');
const id = fc.constantFrom('j', 'k', 'x0');
const value = fc.oneof(node, id, fc.constantFrom(null, true, false, 'full', 'top', 'none', 4096));

/** Arguments that often mean something: any of the models' members, with names of nodes and jobs. */
const plausible = fc.record(
  {
    device: fc.oneof(node, id),
    node,
    'node-name': node,
    'top-node': node,
    'base-node': node,
    bottom: node,
    target: node,
    overlay: node,
    'snapshot-node-name': node,
    'snapshot-file': fc.constant('s.qcow2'),
    'image-node-name': node,
    replaces: node,
    'job-id': id,
    id,
    sync: fc.constantFrom('full', 'top', 'none'),
    driver: fc.constantFrom('qcow2', 'raw', 'throttle', 'null-co'),
    backing: fc.option(node),
    file: fc.oneof(node, fc.record({ driver: fc.constant('file'), filename: fc.constant('f') })),
    force: fc.boolean(),
    'auto-dismiss': fc.boolean(),
    size: fc.integer({ min: 0, max: 99 }),
    options: fc.array(fc.record({ 'node-name': node, backing: fc.option(node) }), { maxLength: 2 }),
  },
  { requiredKeys: ['device', 'node-name', 'job-id', 'id'] },
);

const statuses: JobStatus[] = ['running', 'ready', 'standby', 'pending', 'aborting', 'concluded', 'null'];
const operation = fc.oneof(
  fc.record({
    command: fc.constantFrom(...commands),
    args: plausible,
    as: fc.constantFrom('qemu' as const, 'checker' as const),
  }),
  fc.record({ settle: id, status: fc.constantFrom(...statuses), failed: fc.boolean() }),
);

function expectSound(graph: BlockGraph): void {
  for (const [name, item] of graph.nodes) {
    expect(item.name).toBe(name);
    if (item.backing) expect(graph.nodes.has(item.backing)).toBe(true);
    for (const child of Object.values(item.children ?? {})) expect(graph.nodes.has(child)).toBe(true);
    expect(readsItself(graph, name)).toBe(false);
  }
  for (const attachment of graph.attachments) expect(graph.nodes.has(attachment.node)).toBe(true);
  for (const [name, job] of graph.jobs) expect(job.id).toBe(name);
}

function readsItself(graph: BlockGraph, name: string): boolean {
  const seen = new Set<string>();
  const visit = (at: string): boolean => {
    const item = graph.nodes.get(at);
    const below = [...(item?.backing ? [item.backing] : []), ...Object.values(item?.children ?? {})];
    return below.some(child => {
      if (child === name) return true;
      if (seen.has(child)) return false;
      seen.add(child);
      return visit(child);
    });
  };
  return visit(name);
}

/** A graph is data; a copy of it shows whether an operation left it alone. */
function frozen(graph: BlockGraph): string {
  return JSON.stringify([[...graph.nodes], graph.attachments, [...graph.jobs], graph.complete]);
}

test.each([true, false])('no sequence of operations leaves a dangling link (whole graph: %s)', complete => {
  let applied = 0;
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 25 }), operations => {
      let graph: BlockGraph = { ...abcd, complete };
      for (const item of operations) {
        const before = frozen(graph);
        const outcome =
          'command' in item
            ? applyCommand(graph, item.command, item.args, { as: item.as })
            : settleJob(graph, item.settle, item.status, item.failed);
        expect(frozen(graph)).toBe(before);
        if (outcome === 'unmodelled' || isRefusal(outcome)) continue;
        applied++;
        graph = outcome;
        expectSound(graph);
      }
      drawTree(graph);
    }),
    { numRuns: 300 },
  );
  expect(applied).toBeGreaterThan(300);
});

test('a refusal says what is wrong in a whole sentence, and names an argument', () => {
  fc.assert(
    fc.property(fc.constantFrom(...commands), plausible, (command, args) => {
      const outcome = applyCommand(abcd, command, args);
      if (outcome === 'unmodelled' || !isRefusal(outcome)) return;
      expect(outcome.message).toMatch(/^\S.*\.$/s);
      expect(outcome.code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(outcome.argument).toBeTruthy();
    }),
    { numRuns: 500 },
  );
});

test('any JSON whatever can be the arguments', () => {
  const members = fc.dictionary(
    fc.constantFrom('device', 'node-name', 'file', 'backing', 'job-id', 'size', '__proto__'),
    fc.oneof(value, fc.jsonValue()),
  );
  fc.assert(
    fc.property(fc.constantFrom(...commands), fc.oneof(members, fc.jsonValue()), (command, args) => {
      const outcome = applyCommand(abcd, command, args);
      if (outcome !== 'unmodelled' && !isRefusal(outcome)) expectSound(outcome);
    }),
    { numRuns: 1000 },
  );
});

test('a cyclic graph ends every operation', () => {
  const nodes = new Map(abcd.nodes)
    .set('A', { name: 'A', backing: 'C' })
    .set('B', { name: 'B', backing: 'B', filter: true });
  const cyclic: BlockGraph = { ...abcd, nodes };
  fc.assert(
    fc.property(fc.constantFrom(...commands), plausible, (command, args) => {
      applyCommand(cyclic, command, args);
      rootAbove(cyclic, 'A');
      drawTree(cyclic);
    }),
  );
});

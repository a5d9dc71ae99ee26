import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainOf, findDevice, rootAbove, rootOf } from '../../src/graph/chain.ts';
import type { BlockGraph } from '../../src/graph/graph.ts';
import { queriesFor, readGraph, repliesListChildren } from '../../src/graph/introspect.ts';

type Replies = Record<string, unknown>;

const versions = ['5.2', '7.2', '10.0', '11.1'];

function captured(version: string, moment: string): Replies {
  const file = new URL(`./captured/qemu-${version}.json`, import.meta.url);
  const moments = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Replies>;
  const replies = moments[moment];
  if (!replies) throw new Error(`nothing was captured at ${moment}`);
  return replies;
}

function without(replies: Replies, ...commands: string[]): Replies {
  return Object.fromEntries(Object.entries(replies).filter(([command]) => !commands.includes(command)));
}

function deviceChain(graph: BlockGraph, word: string): string[] {
  const device = findDevice(graph, word);
  return device ? chainOf(graph, device.node) : [];
}

describe.each(versions)('replies of QEMU %s', version => {
  test('a guest disk during a commit below the active layer', () => {
    const graph = readGraph(captured(version, 'system commit-pending'));
    expect(deviceChain(graph, 'disk0')).toEqual(['D', 'C', 'B', 'A']);
    const device = findDevice(graph, 'disk0');
    expect(device).toMatchObject({
      kind: 'device',
      node: 'D',
      path: '/machine/peripheral/disk0/virtio-backend',
    });
    expect(findDevice(graph, '/machine/peripheral/disk0')).toBe(device);
    const filter = graph.nodes.get(graph.nodes.get('D')?.backing ?? '');
    expect(filter).toMatchObject({ driver: 'commit_top', filter: true, backing: 'C', owner: 'implicit' });
    expect(graph.jobs.get('j0')).toEqual({
      id: 'j0',
      type: 'commit',
      status: 'pending',
      on: { device: 'D', 'top-node': 'C', 'base-node': 'A' },
      filter: filter?.name,
    });
    expect(rootAbove(graph, 'B')).toBe('D');
  });

  test('the device uses the filter of an active commit', () => {
    const graph = readGraph(captured(version, 'system active-ready'));
    const device = findDevice(graph, 'disk0');
    expect(graph.nodes.get(device?.node ?? '')).toMatchObject({ driver: 'mirror_top', backing: 'D' });
    expect(device && rootOf(graph, device)).toBe('D');
    expect(deviceChain(graph, 'disk0')).toEqual(['D', 'C', 'B', 'A']);
    expect(rootAbove(graph, 'A')).toBe(device?.node);
    expect(graph.jobs.get('j1')?.on).toEqual({ device: 'D', 'top-node': 'D', 'base-node': 'A' });
    expect(graph.jobs.get('j1')?.filter).toBe(device?.node);
  });

  test('a stream', () => {
    const graph = readGraph(captured(version, 'system stream-pending'));
    expect(deviceChain(graph, 'disk0')).toEqual(['D', 'C', 'B', 'A']);
    expect(graph.jobs.get('j2')?.on).toEqual({ device: 'D', 'base-node': 'A' });
  });

  test('an export of a storage daemon', () => {
    const graph = readGraph(captured(version, 'daemon idle'));
    expect(graph.attachments).toEqual([{ kind: 'export', id: 'x0', node: 'D', exportType: 'nbd' }]);
    expect(graph.nodes.get('D')).toMatchObject({
      driver: 'qcow2',
      filename: 'd.qcow2',
      size: 4194304,
      readOnly: false,
      backing: 'C',
      backingString: 'c.qcow2',
    });
    expect(graph.nodes.get('A')?.backing).toBeNull();
    const file = graph.nodes.get('A')?.children?.['file'] ?? '';
    expect(graph.nodes.get(file)).toMatchObject({ driver: 'file', owner: 'implicit', backing: null });
    expect(graph.complete).toBe(true);
  });

  test('a mirror at READY', () => {
    const graph = readGraph(captured(version, 'daemon mirror-ready'));
    expect(deviceChain(graph, 'x0')).toEqual(['E', 'D', 'C', 'B', 'A']);
    expect(graph.jobs.get('m')).toMatchObject({ status: 'ready', on: { device: 'E', target: 'T' } });
  });

  test('without the debug graph, file names link what is unambiguous', () => {
    const replies = captured(version, 'daemon idle');
    const graph = readGraph(without(replies, 'x-debug-query-block-graph'));
    expect(deviceChain(graph, 'x0')).toEqual(['D', 'C', 'B', 'A']);
  });
});

test('a file that two images have open links nothing', () => {
  const node = (name: string, file: string, backing?: string) => ({
    'node-name': name,
    drv: 'qcow2',
    file,
    ...(backing ? { backing_file: backing } : {}),
  });
  const nodes = [node('D', 'd.qcow2', 'a.qcow2'), node('A', 'a.qcow2'), node('A2', 'a.qcow2')];
  const graph = readGraph({ 'query-named-block-nodes': nodes });
  expect(graph.nodes.get('D')).not.toHaveProperty('backing');
  expect(chainOf(graph, 'D')).toEqual(['D']);
});

test('only QEMU 11.1 lists children', () => {
  const lists = versions.map(version =>
    repliesListChildren(captured(version, 'daemon idle')['query-named-block-nodes']),
  );
  expect(lists).toEqual([false, false, false, true]);
});

test('the queries are those that the QEMU has', () => {
  const all = queriesFor(() => true);
  expect(all.map(query => query.command)).toEqual([
    'query-named-block-nodes',
    'query-block',
    'query-block-exports',
    'query-jobs',
    'x-debug-query-block-graph',
  ]);
  expect(all[0]?.arguments).toEqual({ flat: true });
  expect(all.at(-1)?.optional).toBe(true);
  expect(queriesFor(() => true, { listsChildren: true })).toHaveLength(4);
  expect(queriesFor(() => false)).toEqual([{ command: 'query-named-block-nodes', arguments: {} }]);
});

test('a name that only a later reply knows leaves no dangling link', () => {
  const children = [{ 'node-name': 'gone', child: 'backing' }];
  const graph = readGraph({
    'query-named-block-nodes': [{ 'node-name': 'D', drv: 'qcow2', children }],
    'query-block': [{ device: 'd0', inserted: { 'node-name': 'gone' } }],
  });
  expect(graph.nodes.get('D')).not.toHaveProperty('backing');
  expect(graph.attachments).toEqual([]);
});

test('any replies give a graph', () => {
  const commands = queriesFor(() => true).map(query => query.command);
  const reply = fc.oneof(
    fc.jsonValue(),
    fc.array(
      fc.dictionary(
        fc.constantFrom('node-name', 'children', 'id', 'qdev', 'inserted', 'name'),
        fc.jsonValue(),
      ),
    ),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...commands), reply), replies => {
      const graph = readGraph(replies);
      for (const attachment of graph.attachments) expect(graph.nodes.has(attachment.node)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

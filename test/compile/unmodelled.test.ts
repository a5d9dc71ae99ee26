import { expect, test } from 'vitest';
import { afterUnmodelled } from '../../src/commands/unmodelled.ts';
import { check } from '../../src/compile/check.ts';
import type { BlockGraph } from '../../src/graph/graph.ts';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';
import { parse } from '../../src/syntax/parse.ts';
import { graphOf } from '../graph/some-graph.ts';

const schema = (() => {
  const loaded = loadSnapshot('7.2', 'system');
  if (!loaded) throw new Error('there is no schema');
  return loaded;
})();

const quorum: BlockGraph = graphOf(
  [
    {
      name: 'Q',
      driver: 'quorum',
      owner: 'monitor',
      backing: null,
      children: { 'children.0': 'q0', 'children.1': 'q1', 'children.2': 'q2' },
    },
    ['q0', null],
    ['q1', null],
    ['q2', null],
  ],
  { disk0: 'Q' },
);

const codesOf = async (script: string, graph?: BlockGraph): Promise<string[]> => {
  const { findings } = await check(parse(script), { schema, now: new Date(0), ...(graph ? { graph } : {}) });
  return findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
};

test('after x-blockdev-change nobody knows which children there are', async () => {
  expect(await codesOf('blockdev-del node-name=q2', quorum)).toEqual(['node-in-use']);
  const script = 'x-blockdev-change parent=Q child=children.2\nblockdev-del node-name=q2';
  expect(await codesOf(script, quorum)).toEqual([]);
});

test('after device_del nobody knows whether the device still has its node', () => {
  const after = afterUnmodelled(quorum, 'device_del', { id: 'disk0' });
  expect([after.attachments, after.complete, after.nodes]).toEqual([[], false, quorum.nodes]);
});

test('other commands leave what is known as it is', () => {
  expect(afterUnmodelled(quorum, 'system_reset', {})).toBe(quorum);
});

test.each([
  ['blockdev-snapshot-sync snapshot-file=x', 'missing-argument'],
  ['block_resize size=512', 'missing-argument'],
  ['block_resize device=q0 size=512', 'unknown-device'],
  ['block-stream device=q0 job-id=j speed=-1', 'out-of-range'],
])('`%s` is refused before it is sent', async (script, code) => {
  expect(await codesOf(script, quorum)).toEqual([code]);
});

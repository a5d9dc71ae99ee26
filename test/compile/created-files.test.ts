import { expect, test } from 'vitest';
import type { BlockGraph } from '../../src/graph/graph.ts';
import { planOf } from './scripts.ts';

const MIB = 1024 * 1024;

async function afterScript(text: string): Promise<BlockGraph> {
  const { entries, findings } = await planOf(text);
  expect(findings).toEqual([]);
  const last = entries.findLast(entry => entry.kind === 'statement');
  if (last?.kind !== 'statement') throw new Error('the plan is empty');
  return last.after;
}

test('a plan knows how large the images are that it makes', async () => {
  const graph = await afterScript(
    'create E filename=e.qcow2 size=64M\ncreate R filename=r.raw size=1M driver=raw',
  );
  expect(graph.nodes.get('E')).toMatchObject({ size: 64 * MIB, backing: null, backingString: null });
  expect(graph.nodes.get('R')).toMatchObject({ size: MIB, driver: 'raw' });
});

test('and what they lie over', async () => {
  const graph = await afterScript('chain disk0: A <- B\ncreate E filename=e.qcow2 size=64M backing=A');
  expect(graph.nodes.get('E')).toMatchObject({ size: 64 * MIB, backing: 'A' });
});

test('a file name that only the run will tell is no file without a backing', async () => {
  const graph = await afterScript(
    'let name = query-version\ncreate E filename=e.qcow2 size=64M backing-file=$name[0].x backing-fmt=qcow2',
  );
  expect(graph.nodes.get('E')?.backing).toBeUndefined();
  expect(graph.nodes.get('E')?.backingString).toBeUndefined();
});

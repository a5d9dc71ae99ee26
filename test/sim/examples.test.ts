import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { check } from '../../src/compile/check.ts';
import { readRecipe } from '../../src/compile/recipe.ts';
import { chainOf } from '../../src/graph/chain.ts';
import type { Program } from '../../src/qapi/snapshots.ts';
import { openSession } from '../../src/qmp/session.ts';
import { look } from '../../src/runner/look.ts';
import { runScript } from '../../src/runner/run.ts';
import { startSimulation } from '../../src/sim/start.ts';
import { parse } from '../../src/syntax/parse.ts';
import { ends } from '../support/example-ends.ts';

const folder = new URL('../../examples/', import.meta.url);
const quiet = {
  wantsGraph: false,
  enter: () => {},
  leave: () => {},
  step: () => {},
  event: () => {},
  finding: () => {},
  output: () => {},
};

async function run(name: string, program: Program) {
  const parsed = parse(readFileSync(new URL(name, folder), 'utf8'));
  const recipe = readRecipe(parsed.script, new Map());
  const { stream, simulator, stop } = startSimulation({ disks: recipe.chains, program });
  try {
    const session = await openSession(stream, { address: 'the simulator' });
    const { schema } = simulator.machine;
    const graph = await look(session, schema);
    const options = { schema, graph, sandboxDevices: recipe.devices, now: new Date() };
    const plan = await check(parsed, { ...options, complete: true });
    expect(plan.findings).toEqual([]);
    await runScript(parsed.script, { session, reporter: quiet, ...options });
    const after = await look(session, schema);
    await session.close();
    return after;
  } finally {
    stop();
  }
}

describe.each(['system', 'storage-daemon'] as const)('on a simulated %s', program => {
  test.each(Object.entries(ends))('%s ends as it does on a real QEMU', async (name, images) => {
    const graph = await run(name, program);
    const chains = graph.attachments.map(({ id, node }) => [id, chainOf(graph, node)]);
    expect(chains).toEqual([['disk0', [...images].reverse()]]);
    expect([...graph.jobs.keys()]).toEqual([]);
  });
});

test('every example of the folder is here', () => {
  const there = readdirSync(folder).filter(name => name.endsWith('.qblk'));
  expect(Object.keys(ends).sort()).toEqual(there.sort());
});

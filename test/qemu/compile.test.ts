import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { bind } from '../../src/compile/bind/bind.ts';
import { planRecords } from '../../src/compile/ndjson.ts';
import { makePlan } from '../../src/compile/plan/plan.ts';
import { readRecipe } from '../../src/compile/recipe.ts';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';
import { stringifyJson } from '../../src/qmp/json.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { parse } from '../../src/syntax/parse.ts';
import { compareWithFresh } from '../sandbox/guest-view.ts';
import { testEngines } from '../support/engines.ts';
import { followRecords, plainClient } from '../support/follow-records.ts';

const engines = testEngines().filter(({ kind }) => kind === 'qemu');
const examples = new URL('../../examples/', import.meta.url);

/** What `qblk compile` prints for a script that no QEMU has been asked about. */
async function compile(name: string): Promise<string> {
  const text = readFileSync(new URL(name, examples), 'utf8');
  const { script } = parse(text);
  const schema = loadSnapshot('newest', 'system');
  if (!schema) throw new Error('no schema is bundled');
  const plan = await makePlan(script, {
    schema,
    sandboxDevices: readRecipe(script, new Map()).devices,
    now: new Date(),
  });
  const { records, findings } = planRecords(plan, { name, text });
  expect([...bind(script, { schema }), ...plan.findings, ...findings]).toEqual([]);
  return records.map(record => `${stringifyJson(record)}\n`).join('');
}

let sandbox: Sandbox | undefined;
afterEach(async () => {
  await sandbox?.stop();
  sandbox = undefined;
});

describe.skipIf(engines.length === 0).each(engines)('a consumer that knows only QMP, on $name', engine => {
  test.each([
    ['card.qblk', 'A.qcow2'],
    ['commit-3-active-two-phases.qblk', 'A.qcow2'],
    ['commit-5-active-then-cancel.qblk', 'D.qcow2'],
    ['stream-1-all-into-active.qblk', 'D.qcow2'],
  ])('follows %s to its end', async (name, file) => {
    const chain = { device: 'disk0', images: ['A', 'B', 'C', 'D'].map(nodeName => ({ nodeName })) };
    sandbox = await startSandbox({ engine, chains: [chain] });
    const send = await plainClient(sandbox.stream);
    await followRecords(await compile(name), send);
    expect(await send('query-jobs')).toEqual([]);
    expect((await send('query-block'))[0].inserted.image.filename).toBe(file);
    await send('quit');
    await sandbox.exited;
    expect(await compareWithFresh(engine, chain, `${sandbox.directory}/${file}`)).toBe(
      'Images are identical.',
    );
  });
});

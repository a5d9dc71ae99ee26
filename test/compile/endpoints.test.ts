import { expect, test } from 'vitest';
import { check } from '../../src/compile/check.ts';
import { declaredEndpoints } from '../../src/compile/declared-endpoints.ts';
import { nothingCarried } from '../../src/compile/evaluate/context.ts';
import { planRecords } from '../../src/compile/ndjson.ts';
import { outdated } from '../../src/compile/plan/agreement.ts';
import { planDocument } from '../../src/compile/plan/document.ts';
import { readSavedPlan } from '../../src/compile/plan/saved-plan.ts';
import { readRecipe } from '../../src/compile/recipe.ts';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';
import { stringifyJson } from '../../src/qmp/json.ts';
import { graphOfDisks } from '../../src/sim/disks.ts';
import { parse } from '../../src/syntax/parse.ts';
import { codesOf, planOf } from './scripts.ts';

const system = loadSnapshot('7.2', 'system');
const daemon = loadSnapshot('7.2', 'storage-daemon');
if (!system || !daemon) throw new Error('no bundled schema');

const graphOf = (...names: string[]) =>
  graphOfDisks([{ device: 'disk0', images: names.map(nodeName => ({ nodeName })) }], 'system');

const twoQemus = 'target src\ntarget dst\n';
const text = `${twoQemus}@src chain disk0: A <- B
@dst chain disk0: A <- B <- C
@dst commit C base=A then pivot
@src stream B`;

test('the head of a script says which endpoints there are', () => {
  const { script } = parse('param n = 1\ntarget src "from here"\ntarget dst incoming=on\n@src cont');
  expect(declaredEndpoints(script)).toEqual([
    { name: 'src', documentation: 'from here', incoming: false },
    { name: 'dst', incoming: true },
  ]);
});

test('each endpoint has the chains that head its own statements for a sandbox', () => {
  const { script } = parse(`${twoQemus}@src {
  chain disk0: A <- B
  chain disk1: S
}
@src cont
@dst chain disk0: E size=1M empty=on
@src chain disk2: late`);
  const chainsAt = (name: string) => readRecipe(script, new Map(), name).chains;
  expect(chainsAt('src').map(({ device }) => device)).toEqual(['disk0', 'disk1']);
  expect(chainsAt('dst')).toEqual([
    { device: 'disk0', images: [{ nodeName: 'E', size: 1 << 20, empty: true }] },
  ]);
});

test('the records for machines say the target of each step', async () => {
  const plan = await planOf(text);
  const { records } = planRecords(plan, { name: 'x.qblk', text });
  const commands = records.filter(record => 'execute' in record);
  expect(commands.map(({ execute, target, line }) => [execute, target, line])).toEqual([
    ['block-commit', 'dst', 5],
    ['job-complete', 'dst', 5],
    ['job-dismiss', 'dst', 5],
    ['block-stream', 'src', 6],
    ['job-dismiss', 'src', 6],
  ]);
});

test('a saved plan knows the QEMU of each endpoint, and says which of them has changed', async () => {
  const endpoints = new Map([
    ['src', { schema: system, graph: graphOf('A', 'B'), live: true }],
    ['dst', { schema: system, graph: graphOf('A', 'B', 'C'), live: true }],
  ]);
  const { script, findings } = parse(text);
  const now = new Date(0);
  const plan = await check({ script, findings }, { schema: system, endpoints, now });
  expect(plan.findings).toEqual([]);
  const source = { name: 'x.qblk', text };
  const origin = { source, parameters: new Map(), now, schema: system, live: false, endpoints };
  const document = planDocument(plan, origin, []);
  expect(Object.keys(document)).not.toContain('basis');
  expect(document['summary']).toMatchObject({
    unused: [
      { target: 'src', node: 'A' },
      { target: 'dst', node: 'B' },
      { target: 'dst', node: 'C' },
    ],
    guest: [
      { target: 'src', user: 'disk0', chain: ['B'] },
      { target: 'dst', user: 'disk0', chain: ['A'] },
    ],
  });
  const saved = readSavedPlan({ name: 'x.plan', text: stringifyJson(document) });
  if ('unusable' in saved) throw new Error(saved.unusable.message);
  expect(outdated(saved, graphOf('A', 'B'), system, 'src')).toBeUndefined();
  expect(outdated(saved, graphOf('A', 'B'), system, 'dst')?.message).toContain('the QEMU at @dst is not');
});

test('a statement is held against the schema of its own QEMU', async () => {
  const endpoints = new Map([
    ['src', { schema: system }],
    ['dst', { schema: daemon }],
  ]);
  const checked = async (statement: string) => {
    const { script, findings } = parse(`${twoQemus}${statement}`);
    const plan = await check({ script, findings }, { schema: system, endpoints, now: new Date(0) });
    return plan.findings.map(({ code }) => code);
  };
  expect(await checked('@src cont')).toEqual([]);
  expect(await checked('@dst cont')).toEqual(['unknown-verb']);
  expect(await checked('@dst { if true { cont } }')).toEqual(['unknown-verb']);
});

test('a script that goes on where another ended has its endpoints and their names', async () => {
  const endpoints = new Map([['dst', { schema: system, graph: graphOf('E') }]]);
  const carried = nothingCarried(new Date(0));
  const { script, findings } = parse('@dst snapshot E overlay=F filename=f.qcow2\ncont');
  const plan = await check({ script, findings }, { schema: system, endpoints, carried, now: new Date(0) });
  expect(plan.findings.map(({ code }) => code)).toEqual(['which-target']);
});

test.each([
  'print "nothing of a QEMU"',
  '@src cont else { stop }',
  'let x = 5',
  'for x in [1, 2] { print "${x}" }',
  'if 1 < 2 { print "so it is" }',
  'let x = @src query-status',
  'defer @src cont',
  'expect error from @src del nobody',
  'if true { @dst { @src cont } }',
  'proc go() { cont }',
])('`%s` says enough in a script with endpoints', async statement => {
  expect(await codesOf(`${twoQemus}${statement}`)).toEqual([]);
});

test.each([
  'query-status',
  '{"execute": "cont"}',
  'let x = query-status',
  'for x in query-block { print "${x.device}" }',
  'expect no jobs',
  'wait event STOP',
  'show chain',
  'defer cont',
  'if 1 < 2 { @src cont } else { cont }',
  'expect error from del nobody',
])('`%s` does not say which QEMU is meant', async statement => {
  expect(await codesOf(`${twoQemus}${statement}`)).toContain('which-target');
});

test('a procedure runs where it is called', async () => {
  const script = `${twoQemus}proc flatten(top: node) { stream $top }
@src chain disk0: A <- B
@dst chain disk0: A <- B
@dst flatten B
@src expect chain disk0: A <- B
@dst expect chain disk0: B`;
  expect((await planOf(script)).findings).toEqual([]);
  expect(await codesOf(`${twoQemus}proc go() { cont }\ngo`)).toEqual(['which-target']);
});

test('jobs of two QEMUs have ids of their own, and each that is left is named', async () => {
  const { jobsLeft } = await planOf(`${twoQemus}@src chain disk0: A <- B
@dst chain disk0: A <- B
@src start commit B base=A
@dst start commit B base=A`);
  expect(jobsLeft.map(({ message }) => /`(\w+)`/.exec(message)?.[1])).toEqual(['commit0', 'commit1']);
});

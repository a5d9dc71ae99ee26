import { describe, expect, test } from 'vitest';
import { planFacts } from '../../src/compile/plan/facts.ts';
import { summarize } from '../../src/compile/plan/summary.ts';
import { planText } from '../../src/printing/plan-text.ts';
import { planOf } from './scripts.ts';

async function factsOf(text: string) {
  const plan = await planOf(text);
  expect(plan.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const facts = planFacts(plan);
  return { each: [...facts.values()], summary: summarize(plan, facts) };
}

/** The files of each kind that the whole of a script's plan names. */
async function filesOf(text: string) {
  const { summary } = await factsOf(text);
  const names = (files: readonly { filename?: string; node?: string }[]) =>
    files.map(({ filename, node }) => filename ?? `of ${node}`);
  const { creates, overwrites, mayOverwrite, unused } = summary;
  return {
    creates: names(creates),
    overwrites: names(overwrites),
    mayOverwrite: names(mayOverwrite),
    unused: names(unused),
  };
}

const none = { creates: [], overwrites: [], mayOverwrite: [], unused: [] };

describe('the files of a plan', () => {
  test('that are made are new where that is checked, else perhaps over another', async () => {
    expect(await filesOf('chain disk0: A\nsnapshot A overlay=B filename=b.qcow2')).toEqual({
      ...none,
      creates: ['b.qcow2'],
    });
    expect(await filesOf('chain disk0: A\nsnapshot A overlay=B filename=b.qcow2 overwrite=on')).toEqual({
      ...none,
      mayOverwrite: ['b.qcow2'],
    });
    const raw = 'chain disk0: A\nblockdev-snapshot-sync node-name=A snapshot-node-name=B snapshot-file=';
    expect(await filesOf(`${raw}b.qcow2`)).toEqual({ ...none, mayOverwrite: ['b.qcow2'] });
    expect(await filesOf(`${raw}b.qcow2 mode=existing`)).toEqual(none);
    expect(await filesOf('create E filename=e.qcow2 size=1M\ndel E')).toEqual({
      ...none,
      creates: ['e.qcow2'],
    });
  });

  test('that are there are overwritten by copies into them', async () => {
    const there = 'chain disk0: A\nchain disk1: K="k.qcow2"\n';
    expect(
      await filesOf(`${there}drive-backup device=A target=x.qcow2 sync=full job-id=b mode=existing`),
    ).toEqual({
      ...none,
      overwrites: ['x.qcow2'],
    });
    expect(
      await filesOf('chain disk0: A\ncreate E filename=e.qcow2 size=1M\nbackup A target=E sync=full'),
    ).toEqual({
      ...none,
      creates: ['e.qcow2'],
    });
    const open = 'chain disk0: A\nadd E driver=qcow2 filename=e.qcow2\nbackup A target=E sync=full';
    expect(await filesOf(open)).toEqual({ ...none, overwrites: ['e.qcow2'] });
  });

  test('that no chain has any more are unused', async () => {
    const chain = 'chain disk0: A="a.qcow2" <- B="b.qcow2" <- C\n';
    expect(await filesOf(`${chain}commit B base=A`)).toEqual({ ...none, unused: ['b.qcow2'] });
    expect(await filesOf(`${chain}stream C`)).toEqual({ ...none, unused: ['a.qcow2', 'b.qcow2'] });
    expect(await filesOf(`${chain}mirror C target=E filename=e.qcow2 sync=full then pivot`)).toEqual({
      ...none,
      creates: ['e.qcow2'],
      unused: ['a.qcow2', 'b.qcow2', 'of C'],
    });
    expect(await filesOf(`${chain}mirror C target=E filename=e.qcow2 sync=full then cancel`)).toEqual({
      ...none,
      creates: ['e.qcow2'],
    });
  });

  test('and another chain that has them is respected', async () => {
    const shared = 'chain disk0: A="a.qcow2" <- B="b.qcow2"\nadd E driver=qcow2 filename=e.qcow2 backing=A\n';
    expect((await filesOf(`${shared}stream B`)).unused).toEqual([]);
    expect((await filesOf('chain disk0: ... <- B="b.qcow2" <- C\ncommit B base=B2 else { }')).unused).toEqual(
      [],
    );
    expect((await filesOf('chain disk0: ... <- A <- B="b.qcow2" <- C\nstream C base=A')).unused).toEqual([
      'b.qcow2',
    ]);
  });
});

describe('the sum of a plan', () => {
  test('counts what is sent, and tells what only the run decides apart', async () => {
    const one = await factsOf(
      'chain disk0: A <- B <- C\ncommit B base=A\nif len(query-jobs) > 0 { stop; cont }',
    );
    expect(one.summary).toMatchObject({ changes: true, commands: 2, jobs: 1, depends: true, invalid: ['B'] });
    expect(one.summary.guest).toEqual([{ user: 'disk0', chain: { nodes: ['A', 'C'], ends: true } }]);
    const perhaps = await factsOf('if len(query-jobs) > 0 { stop }');
    expect(perhaps.summary).toMatchObject({ changes: true, commands: 0, depends: true });
    const nothing = await factsOf('chain disk0: A\nquery-jobs\nexpect chain disk0: A\nwait no jobs');
    expect(nothing.summary).toMatchObject({ changes: false, commands: 0, depends: false });
  });

  test('knows what the model does not', async () => {
    const { each } = await factsOf('chain disk0: A\nstop\nlet n = query-block\nstream $n[0].device');
    expect(each.flatMap(({ unknown }) => unknown)).toEqual([
      'what `stop` changes: it is not in the model',
      'device of an item of a list that is not known yet',
    ]);
  });
});

test('no line of a plan is longer than 80 columns, but for what cannot be broken', async () => {
  const long = (at: number) => `disk-of-the-web-server-2026-${at}`;
  const names = [1, 2, 3, 4].map(long);
  const text = `chain disk0: ${names.join(' <- ')}\ncommit ${long(3)} base=${long(1)}\nmirror ${long(4)} target=E filename=e.qcow2 sync=full then pivot`;
  const lines = planText(await planOf(text), { name: 'x', text }).split('\n');
  const own = lines.filter(line => !/^ +\d+ {2}/.test(line));
  expect(Math.max(...own.map(line => line.length))).toBeLessThanOrEqual(80);
  expect(lines).toContain(`               - ${long(2)}`.replace(/^ +/, ' '.repeat(17)));
});

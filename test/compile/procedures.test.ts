import { describe, expect, test } from 'vitest';
import { check } from '../../src/compile/check.ts';
import { nothingCarried } from '../../src/compile/evaluate/context.ts';
import { proceduresOf } from '../../src/compile/procedures.ts';
import type { Schema } from '../../src/qapi/schema.ts';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';
import { parse } from '../../src/syntax/parse.ts';

const schema = loadSnapshot('newest', 'system') as Schema;
const now = new Date('2026-05-01T03:00:00Z');

const findingsOf = async (text: string) => (await check(parse(text), { schema, now })).findings;

/** Procedures of which each calls the next one so many times. */
function tower(height: number, times: number): string {
  const floors = Array.from({ length: height }, (_, at) => {
    const calls = Array.from({ length: times }, () => `p${at + 1}`);
    return `proc p${at}() { ${calls.join('; ')} }\n`;
  });
  return `${floors.join('')}proc p${height}() { let x = 1 }\np0\n`;
}

describe('calls', () => {
  test('may go 64 deep, and no deeper', async () => {
    expect(await findingsOf(tower(63, 1))).toEqual([]);
    const [deep, ...more] = await findingsOf(tower(64, 1));
    expect(deep).toMatchObject({
      code: 'too-many-calls',
      message: 'procedures call each other more than 64 deep',
    });
    expect(more).toEqual([]);
  });

  test('that double on every floor are given up, and told once', async () => {
    const found = await findingsOf(tower(60, 2));
    expect(found.map(({ message }) => message)).toEqual(['more than 10000 calls of procedures are made']);
  });

  test('that are many levels apart are told with the inner ones and the outermost', async () => {
    const text = tower(20, 1).replace('let x = 1', 'stream nowhere');
    const [found] = await findingsOf(`chain disk0: A <- B\n${text}`);
    const places = (found?.secondary ?? []).map(({ span }) => text.slice(span.start - 20, span.end - 20));
    expect(found?.code).toBe('node-not-declared');
    expect(places).toEqual(['p20', 'p19', 'p18', 'p17', 'p0']);
  });
});

test('thousands of procedures are looked at in one go', async () => {
  const many = Array.from({ length: 3000 }, (_, at) => `proc p${at}() { p${at + 1}; p${at + 1} }\n`);
  expect(await findingsOf(`${many.join('')}proc p3000() { let x = 1 }\n`)).toEqual([]);
});

test('a script that goes on from another calls its procedures, and may not close a circle with them', async () => {
  const carried = nothingCarried(now);
  for (const procedure of proceduresOf(parse('proc one() { two }\n').script))
    carried.procedures.set(procedure.statement.name.text, procedure);
  const on = async (text: string) => (await check(parse(text), { schema, now, carried })).findings;
  expect(await on('proc two() { let x = 1 }\none\n')).toEqual([]);
  expect((await on('proc two() { one }\n')).map(({ code }) => code)).toEqual(['recursive-procedure']);
});

test('what is wrong in a body ends the plan where the first procedure is called, and not before', async () => {
  const { script, findings } = parse(
    'chain disk0: A <- B\nprint "planned"\ngood\nbad\nproc good() { print "x" }\nproc bad() { print $y }\n',
  );
  const plan = await check({ script, findings }, { schema, now });
  expect(plan.findings.map(({ code }) => code)).toEqual(['unknown-name']);
  const planned = plan.entries.flatMap(entry => (entry.kind === 'statement' ? entry.statement.kind : []));
  expect(planned).toEqual(['chain', 'verb', 'proc', 'proc']);
});

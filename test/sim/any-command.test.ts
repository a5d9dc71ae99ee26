import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/qmp/json.ts';
import { defaultDisks, graphOfDisks } from '../../src/sim/disks.ts';
import { execute, makeMachine, startMachine } from '../../src/sim/machine.ts';
import { fittingArguments, mutate, mutation } from '../qapi/argument-arbitrary.ts';

const machine = makeMachine();
const { schema } = machine;
const block = schema
  .commands()
  .filter(name => /^(block|job|nbd|change-b|drive-|transaction|x-blockdev)/.test(name));

/** The arguments with some of their names being names of nodes. */
function named(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return names[value] ?? value;
  if (Array.isArray(value)) return value.map(item => named(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, named(inner, names)]));
}

const node = fc.constantFrom('A', 'B', 'C', 'D', 'disk0', 'new');
const names = fc.record({ nowhere: node, 'no-such-node': node });

/** One command with arguments that fit its schema, or nearly. */
const command = fc
  .oneof(
    { weight: 4, arbitrary: fc.constantFrom(...block) },
    { weight: 1, arbitrary: fc.constantFrom(...schema.commands()) },
  )
  .chain(name =>
    fc.tuple(fc.constant(name), fittingArguments(schema, name), names, fc.array(mutation, { maxLength: 1 })),
  )
  .map(([name, args, own, changes]) => [name, mutate(named(args, own), changes) as JsonObject] as const);

test('whatever is sent, it is answered once and nothing is thrown', () => {
  const counts = { done: 0, refused: 0 };
  fc.assert(
    fc.property(fc.array(command, { maxLength: 8 }), commands => {
      let state = startMachine(graphOfDisks(defaultDisks, 'system'), 0);
      for (const [name, args] of commands) {
        const taken = execute(machine, state, name, args);
        state = taken.state;
        const replies = taken.said.filter(said => !('event' in said));
        expect(
          replies,
          JSON.stringify(args, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
        ).toHaveLength(1);
        counts['return' in (replies[0] ?? {}) ? 'done' : 'refused']++;
      }
    }),
    { numRuns: 400 },
  );
  expect(counts.done).toBeGreaterThan(20);
  expect(counts.refused).toBeGreaterThan(50);
});

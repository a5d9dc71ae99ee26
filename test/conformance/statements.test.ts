import { describe, expect, test } from 'vitest';
import { bind } from '../../src/compile/bind/bind.ts';
import { builtins } from '../../src/compile/evaluate/builtins.ts';
import { makePlan, type Plan, type PlanEntry } from '../../src/compile/plan/plan.ts';
import { commandsOf, statementHelp } from '../../src/editor/describe.ts';
import type { Schema } from '../../src/qapi/schema.ts';
import { loadSnapshot, snapshotVersions } from '../../src/qapi/snapshots.ts';
import { validateCommand } from '../../src/qapi/validator.ts';
import { statementOf, statements } from '../../src/statements/index.ts';
import type { ExecuteStep } from '../../src/statements/step.ts';
import { parse } from '../../src/syntax/parse.ts';
import { format } from '../../src/syntax/print.ts';

const schemas = snapshotVersions().flatMap(version =>
  (['system', 'storage-daemon'] as const).flatMap(program => loadSnapshot(version, program) ?? []),
);
const newest = loadSnapshot('newest', 'system') as Schema;
const now = new Date('2026-05-01T03:00:00Z');
const examples = statements.flatMap(({ verb, examples }) =>
  examples.map(({ title, script }) => ({ verb, title, script })),
);

function planned(plan: Plan): ExecuteStep[] {
  const inside = (entry: PlanEntry): ExecuteStep[] => [
    ...(entry.kind === 'statement'
      ? entry.steps.flatMap(({ step }) => (step.kind === 'execute' ? [step] : []))
      : []),
    ...entry.entries.flatMap(inside),
  ];
  return plan.entries.flatMap(inside);
}

const plans = new Map<Schema, Map<string, ExecuteStep[]>>();
for (const schema of schemas) {
  const own = new Map<string, ExecuteStep[]>();
  for (const { script } of examples)
    own.set(script, planned(await makePlan(parse(script).script, { schema, now })));
  plans.set(schema, own);
}

test('verbs are unique, and none is a word of the language', () => {
  const verbs = [...statements.map(({ verb }) => verb), ...builtins.keys()];
  expect(new Set(verbs).size).toBe(verbs.length);
  for (const { verb } of statements)
    expect(parse(`${verb} X\n`).script.statements).toMatchObject([{ kind: 'verb' }]);
});

describe.each(statements)('$verb', definition => {
  const { verb, summary, details, parameters } = definition;

  test('says in one imperative sentence what it does', () => {
    expect(summary).toMatch(/^[A-Z][a-z]*[^s .] [^.]+$/);
    // One line of the list of statements.
    expect(summary.length).toBeLessThanOrEqual(62);
    if (details !== undefined) expect(details).toMatch(/^[A-Z`].*\.$/);
  });

  test('says what each parameter is, and names each once', () => {
    for (const parameter of parameters) expect(parameter.summary).toMatch(/^[^A-Z].*[^.]$/);
    expect(new Set(parameters.map(({ name }) => name)).size).toBe(parameters.length);
  });

  test('has an example that uses it', () => {
    expect(
      definition.examples.filter(({ script }) => new RegExp(`^(start )?${verb}\\b`, 'm').test(script)),
    ).not.toEqual([]);
    for (const { title } of definition.examples) expect(title).toMatch(/^[A-Z].*[^.]$/);
  });

  test('names commands that the newest QEMU has', () => {
    expect(commandsOf(definition).filter(command => !newest.has(command))).toEqual([]);
  });

  test('has help that tells every parameter within 80 columns', () => {
    const help = statementHelp(verb) ?? '';
    const own = help.slice(0, help.indexOf('\n# '));
    for (const { name } of parameters) expect(own).toContain(name);
    expect(help.split('\n').filter(line => line.length > 80)).toEqual([]);
  });
});

describe.each(examples)('$verb: $title', ({ verb, script }) => {
  test('is in the one layout', () => {
    const parsed = parse(script);
    expect(parsed.findings).toEqual([]);
    expect(format(parsed.script, script)).toBe(script);
  });

  test.each(schemas)('checks against $label', async schema => {
    const missing = unknownTo(schema, verb);
    const { script: tree } = parse(script);
    const { findings } = await makePlan(tree, { schema, now });
    const all = [...bind(tree, { schema }), ...findings];
    if (missing.length > 0) {
      // What this QEMU has not is refused, by name.
      expect(all.map(({ message }) => message).join()).toContain(missing[0]);
      return;
    }
    expect(all).toEqual([]);
  });

  test.each(schemas)('sends what $label accepts, and nothing deprecated', schema => {
    const steps = plans.get(schema)?.get(script) ?? [];
    if (unknownTo(schema, verb).length === 0) expect(steps).not.toEqual([]);
    for (const { command, arguments: members } of steps) {
      if (!schema.has(command)) continue;
      expect(validateCommand(schema, command, members)).toEqual([]);
      expect(schema.isDeprecated(command)).toBe(false);
      expect(Object.keys(members).filter(name => schema.isDeprecated(command, name))).toEqual([]);
    }
  });
});

/** The commands of a statement that a QEMU lacks: a storage daemon has no machine, hence no guest to resize a disk of. */
function unknownTo(schema: Schema, verb: string): string[] {
  const definition = statementOf(verb);
  return (definition ? commandsOf(definition) : []).filter(command => !schema.has(command));
}

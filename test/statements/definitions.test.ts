import { describe, expect, test } from 'vitest';
import { bind } from '../../src/compile/bind/bind.ts';
import { makePlan } from '../../src/compile/plan/plan.ts';
import { loadSnapshot, snapshotVersions } from '../../src/qapi/snapshots.ts';
import { seenFrom } from '../../src/statements/image-steps.ts';
import { statementOf, statements } from '../../src/statements/index.ts';
import { parse } from '../../src/syntax/parse.ts';
import { format } from '../../src/syntax/print.ts';

const examples = statements.flatMap(({ verb, examples: all }) => all.map(example => ({ verb, ...example })));

describe('every statement', () => {
  test.each(statements.map(item => item.verb))('%s is found by its verb and says what it is', verb => {
    const definition = statementOf(verb);
    expect(definition?.verb).toBe(verb);
    expect(definition?.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(definition?.examples.length).toBeGreaterThan(0);
    expect(definition?.parameters.slice(0, 1).every(({ required }) => required)).toBe(true);
    const names = definition?.parameters.map(({ name }) => name) ?? [];
    expect(new Set(names).size).toBe(names.length);
  });

  test('its command and the arguments it names are the schema’s', () => {
    const schema = loadSnapshot('newest', 'storage-daemon');
    for (const { command, parameters, verb } of statements) {
      const name = typeof command === 'function' ? command(new Set(['filename'])) : command;
      if (name === undefined || !schema) continue;
      const known = schema.argumentsOf(name).map(argument => argument.name);
      for (const { argument } of parameters) if (argument) expect(known, verb).toContain(argument);
    }
  });
});

describe.each(snapshotVersions())('with QEMU %s', version => {
  test.each(examples)('$verb: $title', async ({ script: text }) => {
    const schema = loadSnapshot(version, 'storage-daemon');
    if (!schema) throw new Error('no schema');
    const { script, findings } = parse(text);
    expect(findings).toEqual([]);
    expect(format(script, text)).toBe(text);
    expect(bind(script, { schema })).toEqual([]);
    const plan = await makePlan(script, { schema, now: new Date(0) });
    expect(plan.findings).toEqual([]);
    expect(plan.entries).toHaveLength(script.statements.length);
  });
});

describe('the name of a backing file, as its overlay finds it', () => {
  test.each([
    ['e.qcow2', 'a.qcow2', 'a.qcow2'],
    ['images/e.qcow2', 'images/a.qcow2', 'a.qcow2'],
    ['other/e.qcow2', 'images/a.qcow2', '../images/a.qcow2'],
    ['images/e.qcow2', 'a.qcow2', '../a.qcow2'],
    ['e.qcow2', 'images/a.qcow2', 'images/a.qcow2'],
    ['./e.qcow2', './a.qcow2', 'a.qcow2'],
    ['x/y/e.qcow2', 'x/z/a.qcow2', '../z/a.qcow2'],
    ['/srv/e.qcow2', 'a.qcow2', 'a.qcow2'],
    ['images/e.qcow2', '/srv/a.qcow2', '/srv/a.qcow2'],
    ['images/e.qcow2', 'nbd://host/a', 'nbd://host/a'],
  ])('in %s for %s it is %s', (filename, backing, recorded) => {
    expect(seenFrom(filename, backing)).toBe(recorded);
  });
});

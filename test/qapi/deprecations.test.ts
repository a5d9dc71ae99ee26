import { expect, test } from 'vitest';
import { successorOf } from '../../src/qapi/deprecations.ts';
import { enumValues, type TypeInfo } from '../../src/qapi/introspection.ts';
import { alternatives } from '../../src/qapi/lookup.ts';
import type { Schema } from '../../src/qapi/schema.ts';
import { everyMember } from '../../src/qapi/shape.ts';
import { everySchema } from './bundled.ts';

// QEMU's documents name nothing that takes the place of these.
const WITHOUT_SUCCESSOR = [
  'query-migrationthreads',
  'query-machines compat-props',
  /driver=gluster$/,
  /backing-fmt=gluster$/,
  /capability=zero-blocks$/,
];

/** Every deprecated thing below a command, as `command path` or `command path=word`. */
function deprecatedIn(schema: Schema, command: string): { path: string[]; value?: string }[] {
  const found: { path: string[]; value?: string }[] = [];
  const seen = new Set<string>();
  function walk(type: TypeInfo | undefined, path: string[]): void {
    if (!type || seen.has(type.name)) return;
    if (type['meta-type'] !== 'enum' && type['meta-type'] !== 'builtin') seen.add(type.name);
    for (const info of alternatives(schema, type)) {
      if (info['meta-type'] === 'array') walk(schema.type(info['element-type']), path);
      if (info['meta-type'] === 'enum') {
        for (const member of info.members ?? []) {
          if (member.features?.includes('deprecated')) found.push({ path, value: member.name });
        }
        expect(enumValues(info).length).toBeGreaterThan(0);
      }
      if (info['meta-type'] !== 'object') continue;
      for (const { info: member } of everyMember(schema, info)) {
        if (member.features?.includes('deprecated')) found.push({ path: [...path, member.name] });
        walk(schema.type(member.type), [...path, member.name]);
      }
    }
  }
  if (schema.isDeprecated(command)) found.push({ path: [] });
  walk(schema.typeAt(command, []), []);
  return found;
}

test.each(everySchema)(
  'everything deprecated in %s has a successor, or is known to have none',
  (_, schema) => {
    const all = schema
      .commands()
      .flatMap(command => deprecatedIn(schema, command).map(item => ({ command, ...item })));
    expect(all.map(item => `${item.command} ${item.path}`)).toContain('block-commit top');
    const without = all
      .filter(({ command, path, value }) => !successorOf(command, path, value))
      .map(({ command, path, value }) => `${command} ${path.join('.')}${value ? `=${value}` : ''}`.trim())
      .filter(
        name =>
          !WITHOUT_SUCCESSOR.some(known => (typeof known === 'string' ? known === name : known.test(name))),
      );
    expect(without).toEqual([]);
  },
);

test.each(everySchema)('successors that are commands are commands of %s', (_, schema) => {
  const later = new Set(['query-accelerators']);
  for (const command of schema.commands().filter(name => schema.isDeprecated(name))) {
    const successor = successorOf(command)?.use;
    if (successor !== undefined && !later.has(successor))
      expect([command, schema.has(successor)]).toEqual([command, true]);
  }
});

import fc from 'fast-check';
import { enumValues, type TypeInfo } from '../../src/qapi/introspection.ts';
import { alternatives } from '../../src/qapi/lookup.ts';
import type { Schema } from '../../src/qapi/schema.ts';
import { shapeOf } from '../../src/qapi/shape.ts';

/** Arguments that fit a command's schema; strings name nothing that exists, and numbers fit a byte. */
export function fittingArguments(schema: Schema, command: string): fc.Arbitrary<unknown> {
  const root = schema.typeAt(command, []);
  return root ? fitting(schema, root, 4) : fc.constant({});
}

function fitting(schema: Schema, type: TypeInfo, depth: number): fc.Arbitrary<unknown> {
  switch (type['meta-type']) {
    case 'enum':
      return fc.constantFrom(...enumValues(type));
    case 'array': {
      const element = schema.type(type['element-type']);
      return element && depth > 0
        ? fc.array(fitting(schema, element, depth - 1), { maxLength: 2 })
        : fc.constant([]);
    }
    case 'alternate': {
      const all = alternatives(schema, type);
      const flat = all.filter(info => info['meta-type'] !== 'object');
      return fc.oneof(
        ...(depth > 0 || flat.length === 0 ? all : flat).map(info => fitting(schema, info, depth)),
      );
    }
    case 'object': {
      const tag = type.members.find(member => member.name === type.tag);
      const words = tag && schema.type(tag.type);
      if (words?.['meta-type'] !== 'enum') return members(schema, type, {}, depth);
      return fc
        .constantFrom(...enumValues(words))
        .chain(word => members(schema, type, { [tag?.name ?? '']: word }, depth));
    }
    default:
      return builtin(type.name);
  }
}

function members(schema: Schema, type: TypeInfo, chosen: object, depth: number): fc.Arbitrary<unknown> {
  if (type['meta-type'] !== 'object') return fc.constant(chosen);
  const parts: Record<string, fc.Arbitrary<unknown>> = {};
  const required: string[] = [];
  for (const member of shapeOf(schema, type, chosen).members) {
    const info = schema.type(member.type);
    if (member.name in chosen || !info || ('default' in member && depth <= 0)) continue;
    parts[member.name] = fitting(schema, info, depth - 1);
    if (!('default' in member)) required.push(member.name);
  }
  return fc.record(parts, { requiredKeys: required }).map(rest => ({ ...chosen, ...rest }));
}

function builtin(name: string): fc.Arbitrary<unknown> {
  if (name === 'int') return fc.nat(100);
  if (name === 'number') return fc.double({ noNaN: true, noDefaultInfinity: true });
  if (name === 'bool') return fc.boolean();
  if (name === 'null') return fc.constant(null);
  return fc.constantFrom('nowhere', 'no-such-node', '');
}

/** One change somewhere in a tree: at the `at`-th of its places, counted around. */
export interface Mutation {
  readonly at: number;
  readonly change: { readonly replace: unknown } | 'remove' | 'add';
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(1000),
  change: fc.oneof(
    fc.record({
      replace: fc.constantFrom<unknown[]>(
        'text',
        7,
        1.5,
        true,
        null,
        [],
        {},
        ['x'],
        { x: 1 },
        2n ** 64n,
        -(2n ** 70n),
      ),
    }),
    fc.constantFrom<('remove' | 'add')[]>('remove', 'add'),
  ),
});

/** The tree with the changes made. The root stays an object. */
export function mutate(tree: unknown, mutations: readonly Mutation[]): unknown {
  const root = structuredClone(tree);
  for (const { at, change } of mutations) {
    const places = placesIn(root);
    const place = places[at % places.length];
    if (!place) continue;
    const { holder, key } = place;
    if (change === 'add') holder[Array.isArray(holder) ? holder.length : 'surplus'] = 'more';
    else if (change !== 'remove') holder[key] = structuredClone(change.replace);
    else if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  }
  return root;
}

type Holder = Record<string | number, unknown>;

function placesIn(tree: unknown): { holder: Holder; key: string }[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const holder = tree as Holder;
  const own = Object.keys(tree).map(key => ({ holder, key }));
  return [...own, ...Object.values(tree).flatMap(placesIn)];
}

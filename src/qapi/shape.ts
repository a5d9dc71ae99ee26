import { isObject } from '../qmp/json.ts';
import { enumValues, type MemberInfo, type ObjectInfo, type Types } from './introspection.ts';
import { Later, Word } from './placeholder.ts';

/** The members that an object type has for one value of it. */
export interface Shape {
  /** The same for values of the same cases: the type's name with the discriminators' values. */
  readonly key: string;
  readonly members: readonly MemberInfo[];
  /** Whether a discriminator is missing, wrong or not known yet, so that more members may belong to it. */
  readonly undecided: boolean;
}

/** The text of a string or a bare word. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Word ? value.text : undefined;
}

/** Whether a value is an object with members, and none of the placeholders. */
export function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && !((value as unknown) instanceof Word) && !((value as unknown) instanceof Later);
}

/** An own member of an object, whatever it is called; undefined when it has none such. */
export function memberOf(value: unknown, name: string): unknown {
  return isTree(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The members of `info` for `value`, its discriminators followed as far as they can be. */
export function shapeOf(types: Types, info: ObjectInfo, value: unknown): Shape {
  if (!info.tag) return { key: info.name, members: info.members, undecided: false };
  const chosen = textOf(memberOf(value, info.tag));
  const tag = types.type(info.members.find(member => member.name === info.tag)?.type ?? '');
  if (chosen === undefined || tag?.['meta-type'] !== 'enum' || !enumValues(tag).includes(chosen)) {
    return { key: `${info.name}:?`, members: info.members, undecided: true };
  }
  const key = `${info.name}:${chosen}`;
  const variant = info.variants?.find(candidate => candidate.case === chosen);
  const more = variant && types.type(variant.type);
  if (more?.['meta-type'] !== 'object') return { key, members: info.members, undecided: false };
  const inner = shapeOf(types, more, value);
  return {
    key: `${key}/${inner.key}`,
    members: [...info.members, ...inner.members],
    undecided: inner.undecided,
  };
}

/** A member of an object type with the cases that have it; without `when` it is always there. */
export interface CaseMember {
  readonly info: MemberInfo;
  readonly when?: { readonly tag: string; readonly values: readonly string[] };
}

/** Every member that a value of `info` can have. One that several cases spell alike but type differently comes once for each type. */
export function everyMember(types: Types, info: ObjectInfo): CaseMember[] {
  const found: CaseMember[] = info.members.map(member => ({ info: member }));
  if (!info.tag) return found;
  const byKey = new Map<string, { info: MemberInfo; values: string[] }>();
  for (const variant of info.variants ?? []) {
    const more = types.type(variant.type);
    if (more?.['meta-type'] !== 'object') continue;
    for (const { info: member } of everyMember(types, more)) {
      const key = `${member.name} ${member.type} ${'default' in member}`;
      const known = byKey.get(key);
      if (!known) byKey.set(key, { info: member, values: [variant.case] });
      else if (!known.values.includes(variant.case)) known.values.push(variant.case);
    }
  }
  for (const { info: member, values } of byKey.values()) {
    found.push({ info: member, when: { tag: info.tag, values } });
  }
  return found;
}

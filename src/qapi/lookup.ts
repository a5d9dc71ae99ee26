import {
  type AlternateInfo,
  enumValues,
  type Features,
  type MemberInfo,
  type TypeInfo,
  type Types,
} from './introspection.ts';
import { everyMember, isTree, memberOf, shapeOf } from './shape.ts';

/** The way into an arguments object: member names, and indexes into lists. */
export type Path = readonly (string | number)[];

/** A member as people want it: for a command's arguments, for completion, for help. */
export interface Member {
  readonly name: string;
  /** The type's name in this schema, which means nothing elsewhere. */
  readonly type: string;
  /** The type in words: `integer`, `full|top|none`, `list of string`, `string or object`. */
  readonly description: string;
  readonly optional: boolean;
  readonly features: Features;
  /** Set when only some values of the discriminator `tag` have this member. */
  readonly when?: { readonly tag: string; readonly values: readonly string[] };
}

const BUILTINS: Readonly<Record<string, string>> = {
  int: 'integer',
  str: 'string',
  bool: 'boolean',
  any: 'any value',
};

/** A type in words. An enumeration of more than eight words is only counted. */
export function describeType(types: Types, name: string): string {
  const info = types.type(name);
  switch (info?.['meta-type']) {
    case 'enum': {
      const values = enumValues(info);
      return values.length > 8 ? `one of ${values.length} words` : values.join('|');
    }
    case 'array':
      return `list of ${describeType(types, info['element-type'])}`;
    case 'alternate':
      return info.members.map(member => describeType(types, member.type)).join(' or ');
    case 'object':
      return 'object';
    default:
      return BUILTINS[name] ?? name;
  }
}

/** The alternatives of an alternate; any other type is its own only alternative. */
export function alternatives(types: Types, info: TypeInfo): TypeInfo[] {
  if (info['meta-type'] !== 'alternate') return [info];
  return (info as AlternateInfo).members.flatMap(member => types.type(member.type) ?? []);
}

/** The members an object type can have; with `value` only those that its discriminators allow, when these are known. */
export function membersOf(types: Types, type: TypeInfo, value?: unknown): Member[] {
  return alternatives(types, type).flatMap(info => {
    if (info['meta-type'] !== 'object') return [];
    const shape = value === undefined ? undefined : shapeOf(types, info, value);
    if (shape && !shape.undecided) return shape.members.map(member => toMember(types, member));
    return everyMember(types, info).map(({ info: member, when }) => ({
      ...toMember(types, member),
      ...(when && { when }),
    }));
  });
}

function toMember(types: Types, info: MemberInfo): Member {
  return {
    name: info.name,
    type: info.type,
    description: describeType(types, info.type),
    optional: 'default' in info,
    features: info.features ?? [],
  };
}

/**
 * The type at `path` below `root`. The discriminators in `value` choose among cases; where they don't, the first case
 * that has the member does.
 */
export function typeBelow(types: Types, root: TypeInfo, path: Path, value?: unknown): TypeInfo | undefined {
  let type: TypeInfo | undefined = root;
  let at = value;
  for (const step of path) {
    if (!type) return undefined;
    if (typeof step === 'number') {
      const list: TypeInfo | undefined = alternatives(types, type).find(
        info => info['meta-type'] === 'array',
      );
      type = list?.['meta-type'] === 'array' ? types.type(list['element-type']) : undefined;
      at = Array.isArray(at) ? at[step] : undefined;
    } else {
      const member: Member | undefined = membersOf(types, type, isTree(at) ? at : {}).find(
        candidate => candidate.name === step,
      );
      type = member && types.type(member.type);
      at = memberOf(at, step);
    }
  }
  return type;
}

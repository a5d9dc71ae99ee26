/** What QEMU says beside a thing of its schema: `deprecated`, `unstable`, or a capability of that build. */
export type Features = readonly string[];

interface Named {
  readonly name: string;
  readonly features?: Features;
}

export interface CommandInfo extends Named {
  readonly 'meta-type': 'command';
  readonly 'arg-type': string;
  readonly 'ret-type': string;
  readonly 'allow-oob'?: boolean;
}

export interface EventInfo extends Named {
  readonly 'meta-type': 'event';
  readonly 'arg-type': string;
}

/** Its name is QAPI's own: `int` stands for integers of every width and for sizes. */
export interface BuiltinInfo extends Named {
  readonly 'meta-type': 'builtin';
  readonly 'json-type': string;
}

/** QEMU before 6.2 gives `values` alone; later `members` too, which can carry features. */
export interface EnumInfo extends Named {
  readonly 'meta-type': 'enum';
  readonly values?: readonly string[];
  readonly members?: readonly Named[];
}

export interface ArrayInfo extends Named {
  readonly 'meta-type': 'array';
  readonly 'element-type': string;
}

/** `default` is there, and null, when the member may be left out; what QEMU then takes is not said. */
export interface MemberInfo extends Named {
  readonly type: string;
  readonly default?: null;
}

export interface VariantInfo {
  readonly case: string;
  readonly type: string;
}

/** With a `tag`, that member's value chooses the variant whose members the object has too; some values add none. */
export interface ObjectInfo extends Named {
  readonly 'meta-type': 'object';
  readonly members: readonly MemberInfo[];
  readonly tag?: string;
  readonly variants?: readonly VariantInfo[];
}

export interface AlternateInfo extends Named {
  readonly 'meta-type': 'alternate';
  readonly members: readonly { readonly type: string }[];
}

export type TypeInfo = BuiltinInfo | EnumInfo | ArrayInfo | ObjectInfo | AlternateInfo;

/** One entry of the reply to `query-qmp-schema`. Types other than builtins have meaningless, unstable names. */
export type SchemaInfo = CommandInfo | EventInfo | TypeInfo;

/** Finding a type by its name is all that reading a schema needs. */
export interface Types {
  type(name: string): TypeInfo | undefined;
}

/** The words of an enumeration, from whichever of its two lists this QEMU gives. */
export function enumValues(info: EnumInfo): readonly string[] {
  return info.values ?? info.members?.map(member => member.name) ?? [];
}

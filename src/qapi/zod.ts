import * as z from 'zod/mini';
import { enumValues, type MemberInfo, type ObjectInfo, type TypeInfo, type Types } from './introspection.ts';
import { alternatives } from './lookup.ts';
import { isTree, type Shape, shapeOf } from './shape.ts';

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 64n - 1n;

/** Makes zod schemas for the types of one QMP schema, each when it is first needed. */
export interface ZodTypes {
  /** A schema for the values of a type. One that the schema does not describe takes any value. */
  of(name: string): z.ZodMiniType;
  /** The same for an object type with every other member let through as well. */
  loose(name: string): z.ZodMiniType;
}

// Introspection calls integers of all widths `int`, so any that fits a 64-bit type has to pass.
function isInteger64(value: unknown): boolean {
  if (typeof value === 'bigint') return value >= LOWEST && value <= HIGHEST;
  return typeof value === 'number' && Number.isInteger(value) && isInteger64(BigInt(value));
}

// QEMU decides by JSON type alone which alternative a value is meant to be.
function accepts(info: TypeInfo, value: unknown): boolean {
  switch (info['meta-type']) {
    case 'object':
      return isTree(value);
    case 'array':
      return Array.isArray(value);
    case 'enum':
      return typeof value === 'string';
    case 'alternate':
      return false;
    default:
      return BUILTINS[info.name]?.(value) ?? true;
  }
}

const BUILTINS: Readonly<Record<string, (value: unknown) => boolean>> = {
  int: isInteger64,
  number: value => typeof value === 'number' || typeof value === 'bigint',
  str: value => typeof value === 'string',
  bool: value => typeof value === 'boolean',
  null: value => value === null,
  any: value => value !== undefined,
};

function checked(check: (value: unknown) => z.core.$ZodIssue[] | boolean): z.ZodMiniType {
  return z.unknown().check(payload => {
    const outcome = check(payload.value);
    if (outcome === true) return;
    if (outcome === false) payload.issues.push({ code: 'custom', path: [], input: payload.value });
    else
      for (const issue of outcome)
        payload.issues.push({ ...issue, input: payload.value } as z.core.$ZodRawIssue);
  });
}

/** What zod finds wrong with a value, without the code generation that pays only for values in their thousands. */
export function issuesOf(schema: z.ZodMiniType, value: unknown): z.core.$ZodIssue[] {
  return z.safeParse(schema, value, { jitless: true }).error?.issues ?? [];
}

/** The zod schemas of a QMP schema's types. Recursive types are fine: members are looked up at the first parse. */
export function makeZodTypes(types: Types): ZodTypes {
  const byName = new Map<string, z.ZodMiniType>();
  const optionals = new Map<string, z.ZodMiniType>();
  const byShape = new Map<string, z.ZodMiniType>();

  function of(name: string): z.ZodMiniType {
    const known = byName.get(name);
    if (known) return known;
    const made = make(name, types.type(name));
    byName.set(name, made);
    return made;
  }

  function optional(name: string): z.ZodMiniType {
    const known = optionals.get(name);
    if (known) return known;
    const made = z.optional(of(name));
    optionals.set(name, made);
    return made;
  }

  function make(name: string, info: TypeInfo | undefined): z.ZodMiniType {
    switch (info?.['meta-type']) {
      case 'enum': {
        const values = new Set(enumValues(info));
        return checked(value => typeof value === 'string' && values.has(value));
      }
      case 'array':
        return z.array(z.lazy(() => of(info['element-type'])));
      case 'object':
        return info.tag ? cases(info, false) : z.strictObject(members(info.members));
      case 'alternate': {
        const all = alternatives(types, info);
        return checked(value => {
          const chosen = all.find(alternative => accepts(alternative, value));
          return chosen ? issuesOf(of(chosen.name), value) : false;
        });
      }
      default:
        return checked(BUILTINS[name] ?? BUILTINS['any'] ?? (() => true));
    }
  }

  function cases(info: ObjectInfo, loose: boolean): z.ZodMiniType {
    return checked(value => {
      if (!isTree(value)) return false;
      return issuesOf(shaped(shapeOf(types, info, value), loose), value);
    });
  }

  function shaped(shape: Shape, loose: boolean): z.ZodMiniType {
    const key = loose ? `loose ${shape.key}` : shape.key;
    const known = byShape.get(key);
    if (known) return known;
    const made =
      loose || shape.undecided
        ? z.looseObject(members(shape.members))
        : z.strictObject(members(shape.members));
    byShape.set(key, made);
    return made;
  }

  function members(infos: readonly MemberInfo[]): Record<string, z.ZodMiniType> {
    const shape: Record<string, z.ZodMiniType> = {};
    for (const info of infos) {
      Object.defineProperty(shape, info.name, {
        enumerable: true,
        configurable: true,
        get: () => ('default' in info ? optional(info.type) : of(info.type)),
      });
    }
    return shape;
  }

  function loose(name: string): z.ZodMiniType {
    const info = types.type(name);
    return info?.['meta-type'] === 'object' ? cases(info, true) : of(name);
  }

  return { of, loose };
}

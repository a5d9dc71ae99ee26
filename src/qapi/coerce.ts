import type { Json } from '../qmp/json.ts';
import { parseInteger, parseSize } from '../text/scalars.ts';
import { enumValues, type TypeInfo, type Types } from './introspection.ts';
import { alternatives } from './lookup.ts';
import { Later, Word } from './placeholder.ts';
import type { Schema } from './schema.ts';
import { isTree, memberOf, shapeOf } from './shape.ts';

export { nestDotted } from './dotted.ts';

/**
 * The arguments with each bare word turned into the JSON that its place wants. A word that does not fit becomes a
 * string, so that validation shows what was written. Where the schema takes anything, or lacks the command, the shape
 * decides: `true`, `false`, `null` and integers are what they look like, the rest is text.
 */
export function coerceArguments(schema: Schema, command: string, args: unknown): unknown {
  return coerce(schema, schema.typeAt(command, []), args);
}

function wordByShape(text: string): Json {
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text === 'null') return null;
  const integer = parseInteger(text);
  return integer === undefined ? text : exact(integer);
}

function coerce(types: Types, type: TypeInfo | undefined, value: unknown): unknown {
  if (value instanceof Word) return type ? wordAs(types, type, value.text) : wordByShape(value.text);
  if (value instanceof Later) return value;
  const candidates = type ? alternatives(types, type) : [];
  if (Array.isArray(value)) {
    const list = candidates.find(info => info['meta-type'] === 'array');
    const element = list?.['meta-type'] === 'array' ? types.type(list['element-type']) : undefined;
    return value.map(item => coerce(types, element, item));
  }
  if (!isTree(value)) return value;
  const object = candidates.find(info => info['meta-type'] === 'object');
  const shape = object?.['meta-type'] === 'object' ? shapeOf(types, object, value).members : [];
  const typeOf = new Map(shape.map(member => [member.name, types.type(member.type)]));
  return Object.fromEntries(
    Object.keys(value).map(name => [name, coerce(types, typeOf.get(name), memberOf(value, name))]),
  );
}

function wordAs(types: Types, type: TypeInfo, text: string): Json {
  const names = new Set(alternatives(types, type).map(kindOf));
  if (names.has('any')) return wordByShape(text);
  if (names.has('null') && text === 'null') return null;
  if (names.has('bool')) {
    if (text === 'true' || text === 'on') return true;
    if (text === 'false' || text === 'off') return false;
  }
  if (names.has('int')) {
    const integer = parseInteger(text) ?? parseSize(text);
    if (integer !== undefined && !isOneOfWords(types, type, text)) return exact(integer);
  }
  if (names.has('number') && /^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(text)) {
    const integer = parseInteger(text);
    return integer === undefined ? Number(text) : exact(integer);
  }
  return text;
}

function kindOf(info: TypeInfo): string {
  return info['meta-type'] === 'builtin' ? info.name : info['meta-type'];
}

function isOneOfWords(types: Types, type: TypeInfo, text: string): boolean {
  return alternatives(types, type).some(
    info => info['meta-type'] === 'enum' && enumValues(info).includes(text),
  );
}

function exact(integer: bigint): number | bigint {
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
}

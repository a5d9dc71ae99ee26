import type { TypeInfo } from '../qapi/introspection.ts';
import type { Schema } from '../qapi/schema.ts';
import { shapeOf } from '../qapi/shape.ts';
import { isObject, type Json } from '../qmp/json.ts';

/** A reply with only what this version of QEMU has in it: members that its schema does not list are left out. */
export function fitReply(schema: Schema, command: string, value: Json): Json {
  const type = schema.type(schema.command(command)?.['ret-type'] ?? '');
  return trimmed(schema, type, value);
}

function trimmed(schema: Schema, type: TypeInfo | undefined, value: Json): Json {
  if (type?.['meta-type'] === 'array') {
    const element = schema.type(type['element-type']);
    return Array.isArray(value)
      ? (value as readonly Json[]).map(item => trimmed(schema, element, item))
      : value;
  }
  if (type?.['meta-type'] !== 'object' || !isObject(value)) return value;
  const fitted: Record<string, Json> = {};
  for (const { name, type: of } of shapeOf(schema, type, value).members) {
    const member = value[name];
    if (member !== undefined) fitted[name] = trimmed(schema, schema.type(of), member);
  }
  return fitted;
}

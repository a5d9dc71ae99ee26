import { isObject, type Json, stringifyJson } from '../qmp/json.ts';

const WIDTH = 76;

/** JSON in the one layout that documents have it in: members in the order of their names, on one line what fits there. */
export function stableJson(value: Json): string {
  return layOut(sorted(value), '');
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map(name => [name, sorted(value[name] ?? null)]));
}

function layOut(value: Json, indent: string): string {
  const line = stringifyJson(value);
  if (indent.length + line.length <= WIDTH) return line;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map(item => `${inner}${layOut(item, inner)}`);
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  if (!isObject(value)) return line;
  const members = Object.entries(value).map(
    ([name, member]) => `${inner}${JSON.stringify(name)}: ${layOut(member, inner)}`,
  );
  return `{\n${members.join(',\n')}\n${indent}}`;
}

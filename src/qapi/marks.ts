import { successorOf } from './deprecations.ts';
import type { Features, TypeInfo } from './introspection.ts';
import { alternatives, type Path } from './lookup.ts';
import type { Problem } from './problem.ts';
import type { Schema } from './schema.ts';
import { isTree, memberOf, shapeOf } from './shape.ts';

/** What is deprecated or unstable in a command as it is used: itself, its arguments, words of enumerations. */
export function findMarks(schema: Schema, command: string, args: unknown): Problem[] {
  const found: Problem[] = [];

  function mark(features: Features | undefined, path: Path, value?: string): void {
    if (features?.includes('unstable')) {
      found.push({ kind: 'unstable', path, ...(value !== undefined && { found: JSON.stringify(value) }) });
    }
    if (!features?.includes('deprecated')) return;
    const successor = successorOf(command, path, value);
    found.push({
      kind: 'deprecated',
      path,
      ...(value !== undefined && { found: JSON.stringify(value) }),
      ...(successor && { successor: successor.use }),
      ...(successor?.advice !== undefined && { advice: successor.advice }),
    });
  }

  function walk(type: TypeInfo | undefined, value: unknown, path: Path): void {
    if (!type) return;
    for (const info of alternatives(schema, type)) {
      if (info['meta-type'] === 'enum' && typeof value === 'string') {
        mark(info.members?.find(member => member.name === value)?.features, path, value);
      } else if (info['meta-type'] === 'array' && Array.isArray(value)) {
        const element = schema.type(info['element-type']);
        value.forEach((item, index) => void walk(element, item, [...path, index]));
      } else if (info['meta-type'] === 'object' && isTree(value)) {
        mark(path.length > 0 ? info.features : undefined, path);
        for (const member of shapeOf(schema, info, value).members) {
          const inner = memberOf(value, member.name);
          if (inner === undefined) continue;
          mark(member.features, [...path, member.name]);
          walk(schema.type(member.type), inner, [...path, member.name]);
        }
      }
    }
  }

  mark(schema.command(command)?.features, []);
  walk(schema.typeAt(command, []), args, []);
  return found;
}

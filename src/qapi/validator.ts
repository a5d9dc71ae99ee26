import { stringifyJson } from '../qmp/json.ts';
import { describeType, type Path } from './lookup.ts';
import { findMarks } from './marks.ts';
import { Later, Word } from './placeholder.ts';
import type { Problem } from './problem.ts';
import type { Schema } from './schema.ts';
import { everyMember, isTree, memberOf } from './shape.ts';
import { issuesOf, makeZodTypes, type ZodTypes } from './zod.ts';

const LONGEST_FOUND = 60;
const zodTypesOf = new WeakMap<Schema, ZodTypes>();

/**
 * What QEMU's reader of commands would refuse about a command, what is deprecated or unstable in it, in that order.
 * Nothing at or below a `Later` is judged, nor what depends on one. Introspection gives the width of no integer, so a
 * number that fits 64 bits and not the argument passes here.
 */
export function validateCommand(schema: Schema, command: string, args: unknown = {}): Problem[] {
  const info = schema.command(command);
  if (!info) return [{ kind: 'unknown-command', path: [], found: command, allowed: schema.commands() }];
  const issues = issuesOf(commandType(schema, command, info['arg-type']), args);
  return [
    ...issues.flatMap(issue => problemsOf(schema, command, args, issue)),
    ...findMarks(schema, command, args),
  ];
}

/** Whether the command takes arguments that its schema does not list, as those of a device's own properties. */
export function isOpen(schema: Schema, command: string): boolean {
  if (command === 'device_add') return true;
  const root = command === 'object-add' ? schema.typeAt(command, []) : undefined;
  return root?.['meta-type'] === 'object' && !root.tag;
}

function commandType(schema: Schema, command: string, type: string) {
  let zodTypes = zodTypesOf.get(schema);
  if (!zodTypes) {
    zodTypes = makeZodTypes(schema);
    zodTypesOf.set(schema, zodTypes);
  }
  return isOpen(schema, command) ? zodTypes.loose(type) : zodTypes.of(type);
}

function problemsOf(
  schema: Schema,
  command: string,
  args: unknown,
  issue: ReturnType<typeof issuesOf>[number],
): Problem[] {
  const path = issue.path as (string | number)[];
  const value = valueAt(args, path);
  if (value instanceof Later) return [];
  if (value instanceof Word) return [misfit(schema, command, args, path, value)];
  if (issue.code !== 'unrecognized_keys') return [misfit(schema, command, args, path, value)];
  const allowed = schema.membersAt(command, path, args).map(member => member.name);
  return issue.keys.map(key => {
    const belongsTo = casesWith(schema, command, path, args, key);
    return {
      kind: 'unknown-argument',
      path: [...path, key],
      found: show(memberOf(value, key)),
      allowed,
      ...(belongsTo && { belongsTo }),
    };
  });
}

function misfit(schema: Schema, command: string, args: unknown, path: Path, value: unknown): Problem {
  const type = schema.typeAt(command, path, args);
  const expected = type ? describeType(schema, type.name) : 'another value';
  if (value === undefined) return { kind: 'missing-argument', path, expected };
  const found = show(value);
  if (type?.['meta-type'] === 'enum' && typeof value === 'string') {
    return { kind: 'unknown-value', path, found, expected, allowed: schema.valuesOf(command, path, args) };
  }
  const whole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  if (type?.name === 'int' && whole) return { kind: 'out-of-range', path, found, expected };
  return { kind: 'wrong-type', path, found, expected };
}

/** Which other values of the discriminator beside an argument would allow it. */
function casesWith(schema: Schema, command: string, path: Path, args: unknown, name: string) {
  const type = schema.typeAt(command, path, args);
  const found = type?.['meta-type'] === 'object' ? everyMember(schema, type) : [];
  const cases = found.flatMap(({ info, when }) => (info.name === name && when ? [when] : []));
  const tag = cases[0]?.tag;
  return tag === undefined ? undefined : { tag, values: cases.flatMap(when => when.values) };
}

function valueAt(args: unknown, path: Path): unknown {
  let at = args;
  for (const step of path) {
    if (at instanceof Later || at instanceof Word) return at;
    if (typeof step === 'number') at = Array.isArray(at) ? at[step] : undefined;
    else at = memberOf(at, step);
  }
  return at;
}

function show(value: unknown): string {
  const text = stringifyJson(plain(value) as never);
  return text.length > LONGEST_FOUND ? `${text.slice(0, LONGEST_FOUND - 1)}…` : text;
}

function plain(value: unknown): unknown {
  if (value instanceof Word) return value.text;
  if (value instanceof Later) return `<${value.what}>`;
  if (Array.isArray(value)) return value.map(plain);
  if (!isTree(value)) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

import { successorOf } from './deprecations.ts';
import { enumValues, type Features, type TypeInfo } from './introspection.ts';
import { alternatives, describeType, type Member, membersOf, type Path } from './lookup.ts';
import type { Schema } from './schema.ts';
import { memberOf, textOf } from './shape.ts';
import { isOpen } from './validator.ts';

/** What a QEMU says of one command, as data for help: `qblk schema`, hover, the prompt. */
export interface CommandDescription {
  readonly name: string;
  /** Whose schema it is. */
  readonly label: string;
  /** `deprecated: use X` and `unstable`, where they hold. */
  readonly marks: readonly string[];
  readonly arguments: Members;
  /** Whether it takes more than its schema lists. */
  readonly open: boolean;
  /** The type of the reply; undefined when the reply is empty. */
  readonly returns?: MemberDescription;
}

/** The members of an object. Those in `cases` depend on the value of the member called `tag`. */
export interface Members {
  readonly always: readonly MemberDescription[];
  readonly tag?: string;
  readonly cases: readonly Case[];
}

/** Values of a discriminator that add the same members. Values that add none may be in no case. */
export interface Case {
  readonly values: readonly string[];
  readonly members: Members;
}

export interface MemberDescription {
  readonly name: string;
  readonly optional: boolean;
  /** The type in words; of an object that is some command's arguments, that command is named. */
  readonly type: string;
  readonly marks: readonly string[];
  /** The words of an enumeration, or of the items of a list. */
  readonly values: readonly ValueDescription[];
  /** What is in the object, or in each of the list's objects; empty below the depth of interest. */
  readonly members: Members;
}

export interface ValueDescription {
  readonly word: string;
  readonly marks: readonly string[];
}

const NONE: Members = { always: [], cases: [] };
const DEPTH_OF_ARGUMENTS = 3;
const DEPTH_OF_REPLY = 2;

/**
 * A command as the schema has it; undefined for one that it lacks. Values in `siblings`, such as a `driver`, narrow the
 * cases to the one they choose.
 */
export function describeCommand(
  schema: Schema,
  name: string,
  siblings?: object,
): CommandDescription | undefined {
  const info = schema.command(name);
  if (!info) return undefined;
  const ownerOf = new Map<string, string>();
  for (const command of schema.commands()) {
    const type = schema.command(command)?.['arg-type'];
    // Types without cases are short enough to be shown where they are used.
    if (type !== undefined && tagOf(schema.type(type)) !== undefined) ownerOf.set(type, command);
  }

  function members(type: TypeInfo | undefined, path: Path, depth: number, chosen?: object): Members {
    const object = type && alternatives(schema, type).find(candidate => candidate['meta-type'] === 'object');
    if (object?.['meta-type'] !== 'object' || depth === 0) return NONE;
    const all = membersOf(schema, object, chosen);
    const always = all.filter(member => !member.when).map(member => describe(member, path, depth));
    const decided = object.tag === undefined ? undefined : textOf(memberOf(chosen, object.tag));
    if (object.tag === undefined || (decided !== undefined && all.every(member => !member.when))) {
      return {
        always: always.map(member => (member.name === object.tag ? only(member, decided) : member)),
        cases: [],
      };
    }
    const cases = (object.variants ?? []).map(variant => ({
      values: [variant.case],
      members: members(schema.type(variant.type), path, depth),
    }));
    return { always, tag: object.tag, cases: grouped(cases) };
  }

  function describe(member: Member, path: Path, depth: number): MemberDescription {
    const at = [...path, member.name];
    const type = schema.type(member.type);
    const element = type?.['meta-type'] === 'array' ? schema.type(type['element-type']) : type;
    const owned = element && alternatives(schema, element).find(candidate => ownerOf.has(candidate.name));
    return {
      name: member.name,
      optional: member.optional,
      type: owned
        ? member.description.replace('object', `object (the arguments of ${ownerOf.get(owned.name)})`)
        : member.description,
      marks: marksOf(member.features, name, at),
      values: wordsOf(element, name, at),
      members: owned ? NONE : members(element, at, depth - 1),
    };
  }

  const returned = schema.type(info['ret-type']);
  const empty = returned?.['meta-type'] === 'object' && returned.members.length === 0;
  return {
    name,
    label: schema.label,
    marks: marksOf(info.features ?? [], name, []),
    arguments: members(schema.type(info['arg-type']), [], DEPTH_OF_ARGUMENTS, siblings),
    open: isOpen(schema, name),
    ...(returned && !empty && { returns: describe(replyOf(schema, returned), [], DEPTH_OF_REPLY) }),
  };
}

function only(member: MemberDescription, word = ''): MemberDescription {
  return { ...member, type: word, values: member.values.filter(value => value.word === word) };
}

function replyOf(schema: Schema, type: TypeInfo): Member {
  const description = describeType(schema, type.name);
  return { name: '', type: type.name, description, optional: false, features: [] };
}

function tagOf(type: TypeInfo | undefined): string | undefined {
  return type?.['meta-type'] === 'object' ? type.tag : undefined;
}

function wordsOf(type: TypeInfo | undefined, command: string, path: Path): ValueDescription[] {
  if (type?.['meta-type'] !== 'enum') return [];
  return enumValues(type).map(word => {
    const features = type.members?.find(member => member.name === word)?.features ?? [];
    return { word, marks: marksOf(features, command, path, word) };
  });
}

function marksOf(features: Features, command: string, path: Path, value?: string): string[] {
  const marks = features.includes('unstable') ? ['unstable'] : [];
  if (!features.includes('deprecated')) return marks;
  const successor = successorOf(command, path, value);
  const use = successor && (successor.use === 'nothing' ? successor.advice : `use ${successor.use}`);
  return [...marks, use === undefined ? 'deprecated' : `deprecated: ${use}`];
}

function grouped(cases: readonly Case[]): Case[] {
  const byMembers = new Map<string, Case>();
  for (const each of cases) {
    const key = JSON.stringify(each.members);
    const known = byMembers.get(key);
    byMembers.set(key, { values: [...(known?.values ?? []), ...each.values], members: each.members });
  }
  return [...byMembers.values()];
}

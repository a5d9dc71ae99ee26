import {
  type CommandInfo,
  type EventInfo,
  enumValues,
  type SchemaInfo,
  type TypeInfo,
} from './introspection.ts';
import { alternatives, type Member, membersOf, type Path, typeBelow } from './lookup.ts';

/** What one QEMU accepts: the reply to its `query-qmp-schema`, ready to be asked. */
export interface Schema {
  /** Whose it is, for people: `QEMU 7.2.22`. */
  readonly label: string;
  command(name: string): CommandInfo | undefined;
  /** The commands' names in alphabetical order. */
  commands(): readonly string[];
  event(name: string): EventInfo | undefined;
  /** The events' names in alphabetical order. */
  events(): readonly string[];
  type(name: string): TypeInfo | undefined;
  /** Whether the command exists, and takes `argument` in at least one of its cases. */
  has(command: string, argument?: string): boolean;
  /** The command's arguments, those of every case; with `siblings` only those that belong beside these values. */
  argumentsOf(command: string, siblings?: unknown): readonly Member[];
  /** The members that the object at `path` of the command's arguments can have, beside the values already there. */
  membersAt(command: string, path: Path, siblings?: unknown): readonly Member[];
  /** The type of what stands at `path` in the command's arguments `siblings`, which choose among the cases. */
  typeAt(command: string, path: Path, siblings?: unknown): TypeInfo | undefined;
  /** The words that fit at `path`, when it is an enumeration, a list of one or an alternate with one; else none. */
  valuesOf(command: string, path: Path, siblings?: unknown): readonly string[];
  /** Whether QEMU marks the command, or this argument of it, as deprecated. */
  isDeprecated(command: string, argument?: string): boolean;
  /** Whether QEMU marks the command, or this argument of it, as unstable. */
  isUnstable(command: string, argument?: string): boolean;
}

/**
 * A schema over the entries of a `query-qmp-schema` reply. Nothing is indexed before the first question. Entries of
 * kinds that are not known here do no harm.
 */
export function makeSchema(infos: readonly SchemaInfo[], label: string): Schema {
  let index: ReturnType<typeof indexed> | undefined;
  const indexes = () => (index ??= indexed(infos));
  let commandNames: readonly string[] | undefined;
  let eventNames: readonly string[] | undefined;
  const flatArguments = new Map<string, readonly Member[]>();

  const type = (name: string) => indexes().types.get(name);
  const types = { type };
  const command = (name: string) => indexes().commands.get(name);

  function rootOf(name: string): TypeInfo | undefined {
    const info = command(name);
    return info && type(info['arg-type']);
  }

  function argumentsOf(name: string, siblings?: unknown): readonly Member[] {
    if (siblings !== undefined) return membersAt(name, [], siblings);
    const known = flatArguments.get(name);
    if (known) return known;
    const members = membersAt(name, []);
    flatArguments.set(name, members);
    return members;
  }

  function membersAt(name: string, path: Path, siblings?: unknown): readonly Member[] {
    const at = typeAt(name, path, siblings);
    if (!at) return [];
    const value = path.reduce<unknown>(
      (above, step) => (above as Record<string | number, unknown> | null | undefined)?.[step],
      siblings,
    );
    return membersOf(types, at, value);
  }

  function typeAt(name: string, path: Path, siblings?: unknown): TypeInfo | undefined {
    const root = rootOf(name);
    return root && typeBelow(types, root, path, siblings);
  }

  function valuesOf(name: string, path: Path, siblings?: unknown): readonly string[] {
    const at = typeAt(name, path, siblings);
    if (!at) return [];
    return alternatives(types, at).flatMap(info => {
      const item = info['meta-type'] === 'array' ? type(info['element-type']) : info;
      return item?.['meta-type'] === 'enum' ? enumValues(item) : [];
    });
  }

  function marked(feature: string, name: string, argument?: string): boolean {
    if (argument === undefined) return command(name)?.features?.includes(feature) ?? false;
    return argumentsOf(name).some(member => member.name === argument && member.features.includes(feature));
  }

  return {
    label,
    command,
    commands: () => (commandNames ??= [...indexes().commands.keys()].sort()),
    event: name => indexes().events.get(name),
    events: () => (eventNames ??= [...indexes().events.keys()].sort()),
    type,
    has: (name, argument) =>
      command(name) !== undefined &&
      (argument === undefined || argumentsOf(name).some(member => member.name === argument)),
    argumentsOf,
    membersAt,
    typeAt,
    valuesOf,
    isDeprecated: (name, argument) => marked('deprecated', name, argument),
    isUnstable: (name, argument) => marked('unstable', name, argument),
  };
}

function indexed(infos: readonly SchemaInfo[]) {
  const commands = new Map<string, CommandInfo>();
  const events = new Map<string, EventInfo>();
  const types = new Map<string, TypeInfo>();
  for (const info of infos) {
    if (info['meta-type'] === 'command') commands.set(info.name, info);
    else if (info['meta-type'] === 'event') events.set(info.name, info);
    else types.set(info.name, info);
  }
  return { commands, events, types };
}

import type { ObjectInfo, TypeInfo } from '../../qapi/introspection.ts';
import { alternatives, type Member, type Path } from '../../qapi/lookup.ts';
import { memberOf } from '../../qapi/shape.ts';
import type { Candidate } from '../completion.ts';
import type { Scene } from '../cursor/scene.ts';

/**
 * The keys that arguments of a command can still be given by, beside those in `tree`: required ones first. What is in an
 * object is reached with a dot; what decides over an object's other members comes before them. `isTaken` are arguments
 * that are written otherwise.
 */
export function qmpKeys(
  command: string,
  tree: unknown,
  isTaken: (name: string) => boolean,
  scene: Scene,
): Candidate[] {
  const way = scene.typed.text.split('.').slice(0, -1);
  const keys = below({ command, tree, isTaken, scene }, [], way);
  const inOrder = [...keys.filter(({ isNeeded }) => isNeeded), ...keys.filter(({ isNeeded }) => !isNeeded)];
  return inOrder.map(({ key, member }) => ({
    text: key,
    summary: keySummary(member),
    kind: 'argument',
    isOpen: true,
  }));
}

interface Search {
  readonly command: string;
  readonly tree: unknown;
  readonly isTaken: (name: string) => boolean;
  readonly scene: Scene;
}

interface Key {
  readonly key: string;
  readonly member: Member;
  readonly isNeeded: boolean;
}

/** The members at `path` as keys; `way` are the names below it on the way that is being typed. */
function below(search: Search, path: Path, way: readonly string[]): Key[] {
  const { command, tree, isTaken, scene } = search;
  const isUntyped = way.length === 0 && /(^|\.)$/.test(scene.typed.text);
  return scene.qemu.schema.membersAt(command, path, tree).flatMap(member => {
    const isHidden = member.features.includes('deprecated') || (path.length === 0 && isTaken(member.name));
    // Before what decides over them is given, the members of all cases are there.
    return isHidden || (member.when && isUntyped) ? [] : keysOf(member, search, path, way);
  });
}

function keysOf(member: Member, search: Search, path: Path, way: readonly string[]): Key[] {
  const { schema } = search.scene.qemu;
  const at = [...path, member.name];
  const given = valueAt(search.tree, at);
  const isNeeded = !member.optional;
  const key = at.join('.');
  const type = schema.type(member.type);
  const kinds = type ? alternatives(schema, type) : [];
  const object = kinds.find(isObject);
  const items = object ? undefined : itemsOf(kinds, search);
  const whole: Key[] =
    given === undefined && (!object || kinds.length > 1) ? [{ key: `${key}=`, member, isNeeded }] : [];
  const isWanted = way[0] === member.name;
  if (items) {
    const index = Array.isArray(given) ? given.length : 0;
    if (isWanted && way.length > 1) return below(search, [...at, Number(way[1]) || 0], way.slice(2));
    return [...whole, { key: `${key}.${index}${entrance(items)}`, member, isNeeded: false }];
  }
  const isBegun = object !== undefined && typeof given === 'object' && given !== null;
  if (!object || (given !== undefined && !isBegun)) return whole;
  if (isWanted) return [...below(search, at, way.slice(1)), ...whole];
  if (isBegun) return below(search, at, []).filter(inner => inner.isNeeded);
  return [{ key: `${key}${entrance(object)}`, member, isNeeded }, ...whole];
}

/** The key that an object is begun by, behind its own. */
function entrance({ tag }: ObjectInfo): string {
  return tag === undefined ? '.' : `.${tag}=`;
}

function isObject(info: TypeInfo): info is ObjectInfo {
  return info['meta-type'] === 'object';
}

/** The objects that a list holds, if it holds such. */
function itemsOf(kinds: readonly TypeInfo[], { scene }: Search): ObjectInfo | undefined {
  const { schema } = scene.qemu;
  const list = kinds.find(kind => kind['meta-type'] === 'array');
  const item = list?.['meta-type'] === 'array' ? schema.type(list['element-type']) : undefined;
  return item && alternatives(schema, item).find(isObject);
}

/** What a tree has at a path; undefined where that leads nowhere. */
export function valueAt(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (above, step) => (Array.isArray(above) ? above[Number(step)] : memberOf(above, String(step))),
    tree,
  );
}

/** A member in a few words: its type, and what QEMU marks it as. */
export function keySummary({ description, optional, features }: Member): string {
  const marks = features.filter(feature => feature === 'unstable');
  return [...(optional ? [] : ['required']), description, ...marks].join(', ');
}

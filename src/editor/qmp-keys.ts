import { alternatives, type Member, type Path } from '../qapi/lookup.ts';
import { memberOf } from '../qapi/shape.ts';
import type { Candidate } from './completion.ts';
import type { Scene } from './scene.ts';

/**
 * The keys that arguments of a command can still be given by, beside those in `tree`: required ones first. An object's members
 * are reached with a dot; its discriminator comes before what that decides.
 */
export function qmpKeys(
  command: string,
  tree: unknown,
  isTaken: (name: string) => boolean,
  scene: Scene,
): Candidate[] {
  const typed = scene.typed.text;
  const parts = typed.split('.').slice(0, -1);
  const keys = below(command, [], tree, isTaken, parts, scene);
  return [...keys.filter(({ isNeeded }) => isNeeded), ...keys.filter(({ isNeeded }) => !isNeeded)].map(
    ({ key, member }) => ({
      text: key,
      summary: keySummary(member),
      kind: 'argument',
      isOpen: true,
    }),
  );
}

interface Key {
  readonly key: string;
  readonly member: Member;
  readonly isNeeded: boolean;
}

/** The members at `path` as keys; `wanted` are the names on the way that is being typed. */
function below(
  command: string,
  path: Path,
  tree: unknown,
  isTaken: (name: string) => boolean,
  wanted: readonly string[],
  scene: Scene,
): Key[] {
  const { schema } = scene.qemu;
  const isEmpty = wanted.length === 0 && /(^|\.)$/.test(scene.typed.text);
  const prefix = path.map(step => `${step}.`).join('');
  return schema.membersAt(command, path, tree).flatMap((member): Key[] => {
    const { name, features, optional } = member;
    // Before its discriminator is given an object may have the members of all cases.
    if (member.when && isEmpty) return [];
    if (features.includes('deprecated') || (path.length === 0 && isTaken(name))) return [];
    const at = [...path, name];
    const given = at.reduce<unknown>((above, step) => memberOf(above, String(step)), tree);
    const isNeeded = !optional;
    const type = schema.type(member.type);
    const kinds = type ? alternatives(schema, type) : [];
    const object = kinds.find(kind => kind['meta-type'] === 'object');
    const isNested = typeof given === 'object' && given !== null && object !== undefined;
    if (given !== undefined && !isNested) return [];
    const own: Key[] =
      given === undefined && (!object || kinds.length > 1)
        ? [{ key: `${prefix}${name}=`, member, isNeeded }]
        : [];
    if (object?.['meta-type'] !== 'object') return own;
    const isWanted = wanted[0] === name;
    if (!isWanted && !isNested) {
      const { tag } = object;
      const next = tag === undefined ? '.' : `.${tag}=`;
      return [{ key: `${prefix}${name}${next}`, member, isNeeded }, ...own];
    }
    const inner = below(command, at, tree, () => false, isWanted ? wanted.slice(1) : [], scene);
    return isWanted ? [...inner, ...own] : [...inner.filter(key => key.isNeeded), ...own];
  });
}

/** A member in a few words: its type, and what QEMU marks it as. */
export function keySummary({ description, optional, features }: Member): string {
  const marks = features.filter(feature => feature === 'unstable');
  return [...(optional ? [] : ['required']), description, ...marks].join(', ');
}

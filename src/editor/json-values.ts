import type { Path } from '../qapi/lookup.ts';
import { isTree, memberOf } from '../qapi/shape.ts';
import type { Candidate } from './completion.ts';
import type { Literal } from './literal.ts';
import { keySummary } from './qmp-keys.ts';
import { qmpValues } from './qmp-values.ts';
import { quoted } from './quoting.ts';
import type { Scene } from './scene.ts';
import { commandCandidate } from './verbs.ts';

const BARE: ReadonlySet<string> = new Set(['true', 'false', 'null']);

/** The names that the object at `path` of a command's arguments can still have, as JSON writes them. */
export function jsonKeys(
  command: string,
  path: Path,
  tree: unknown,
  { qemu: { schema } }: Scene,
): Candidate[] {
  const there = valueAt(tree, path);
  const members = schema
    .membersAt(command, path, tree)
    .filter(({ name, features }) => memberOf(there, name) === undefined && !features.includes('deprecated'));
  return [...members.filter(({ optional }) => !optional), ...members.filter(({ optional }) => optional)].map(
    member => jsonKey(member.name, keySummary(member)),
  );
}

/** What can stand at `path` of a command's arguments, as JSON writes it. */
export function jsonValues(command: string, path: Path, tree: unknown, scene: Scene): Candidate[] {
  return qmpValues(command, path, tree, scene).map(candidate => {
    const name = candidate.label ?? candidate.text;
    if (candidate.text === 'on' || candidate.text === 'off')
      return { ...candidate, text: candidate.text === 'on' ? 'true' : 'false' };
    return BARE.has(name) ? candidate : { ...candidate, text: quoted(name), label: name };
  });
}

/** In a `{"execute": …}` that is a statement of its own. */
export function messageCandidates({ value, open }: Literal, scene: Scene): Candidate[] {
  if (!open || open.next === 'mark') return [];
  const { schema } = scene.qemu;
  const [member, ...path] = open.path;
  if (member === undefined) {
    const all = [
      jsonKey('execute', 'the command'),
      jsonKey('arguments', 'its arguments'),
      jsonKey('id', 'repeated in the reply'),
    ];
    return all.filter(({ label = '' }) => memberOf(value, label) === undefined);
  }
  if (member === 'execute')
    return schema
      .commands()
      .map(name => ({ ...commandCandidate(name, schema), text: quoted(name), label: name }));
  const command = memberOf(value, 'execute');
  if (member !== 'arguments' || typeof command !== 'string') return [];
  const tree = memberOf(value, 'arguments') ?? {};
  return open.next === 'key' ? jsonKeys(command, path, tree, scene) : jsonValues(command, path, tree, scene);
}

function jsonKey(name: string, summary: string): Candidate {
  return { text: `${quoted(name)}: `, label: name, summary, kind: 'argument', isOpen: true };
}

function valueAt(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>((above, step) => {
    if (Array.isArray(above)) return above[Number(step)];
    return isTree(above) ? memberOf(above, String(step)) : undefined;
  }, tree);
}

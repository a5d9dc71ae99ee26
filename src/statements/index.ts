import { add } from './add.ts';
import { backup } from './backup.ts';
import { bitmapAdd, bitmapClear, bitmapDisable, bitmapEnable, bitmapRemove } from './bitmap.ts';
import { bitmapMerge } from './bitmap-merge.ts';
import { cancel } from './cancel.ts';
import { commit } from './commit.ts';
import { create } from './create.ts';
import type { StatementDefinition } from './define.ts';
import { del } from './del.ts';
import { exportAdd, exportDel } from './export.ts';
import { mirror } from './mirror.ts';
import { nbdStart, nbdStop } from './nbd.ts';
import { pivot } from './pivot.ts';
import { reopen } from './reopen.ts';
import { resize } from './resize.ts';
import { snapshot } from './snapshot.ts';
import { stream } from './stream.ts';

/** Every statement that lowers to QMP, in the order of the reference. */
export const statements: readonly StatementDefinition[] = [
  snapshot,
  stream,
  commit,
  mirror,
  backup,
  create,
  add,
  reopen,
  del,
  resize,
  bitmapAdd,
  bitmapRemove,
  bitmapClear,
  bitmapEnable,
  bitmapDisable,
  bitmapMerge,
  nbdStart,
  nbdStop,
  exportAdd,
  exportDel,
  pivot,
  cancel,
];

const byVerb = new Map(statements.map(definition => [definition.verb, definition]));

/** The first words of all statements: what a line can begin with. */
export const statementWords: ReadonlySet<string> = new Set(
  statements.map(({ verb }) => verb.split(' ')[0] ?? verb),
);

/** The definition behind a whole verb; undefined for the language's own words and for QMP commands. */
export function statementOf(verb: string): StatementDefinition | undefined {
  return byVerb.get(verb);
}

/** The statements whose verbs have two words and begin with this one: those of `bitmap`. */
export function familyOf(word: string): readonly StatementDefinition[] {
  return statements.filter(({ verb }) => verb.startsWith(`${word} `));
}

import { add } from './add.ts';
import { backup } from './backup.ts';
import { cancel } from './cancel.ts';
import { commit } from './commit.ts';
import { create } from './create.ts';
import type { StatementDefinition } from './define.ts';
import { del } from './del.ts';
import { mirror } from './mirror.ts';
import { pivot } from './pivot.ts';
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
  del,
  resize,
  pivot,
  cancel,
];

const byVerb = new Map(statements.map(definition => [definition.verb, definition]));

/** The definition behind a verb; undefined for the language's own words and for QMP commands. */
export function statementOf(verb: string): StatementDefinition | undefined {
  return byVerb.get(verb);
}

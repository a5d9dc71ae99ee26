import { bindsOf } from '../compile/bind/binds-of.ts';
import { childrenOf } from '../compile/bind/visit.ts';
import { type Procedure, proceduresOf } from '../compile/procedures.ts';
import type { Script, Statement } from '../syntax/ast.ts';
import { parse } from '../syntax/parse.ts';
import type { Typed } from './typed.ts';
import type { EditorWorld, SeenQemu } from './world.ts';

/** All that decides what fits at a cursor, beside the statement that it stands in. */
export interface Scene {
  readonly world: EditorWorld;
  /** The QEMU that the statement is for, and its name where it is one of several. */
  readonly qemu: SeenQemu;
  readonly endpoint: string;
  readonly typed: Typed;
  /** What the text above says. */
  readonly above: Above;
  /** The keys that stand on the line behind the cursor. */
  readonly later: ReadonlySet<string>;
  readonly inTransaction: boolean;
  /** Whether nothing stands in front of it in the whole text. */
  readonly isEntry: boolean;
}

/** The names that the statements above a cursor leave to it. */
export interface Above {
  readonly variables: ReadonlySet<string>;
  readonly procedures: ReadonlyMap<string, Procedure>;
  readonly endpoints: ReadonlySet<string>;
}

/** Reads what a text leaves to what follows it. */
export function readAbove(text: string): Above {
  if (text.trim() === '') return NOTHING;
  const { script } = parse(text);
  const variables = new Set<string>();
  const endpoints = new Set<string>();
  gather(script.statements, variables, endpoints);
  return { variables, endpoints, procedures: proceduresIn(script) };
}

/** The procedures of a script, by name. */
export function proceduresIn(script: Script): Map<string, Procedure> {
  return new Map(proceduresOf(script).map(item => [item.statement.name.text, item]));
}

const NOTHING: Above = { variables: new Set(), procedures: new Map(), endpoints: new Set() };

function gather(statements: readonly Statement[], variables: Set<string>, endpoints: Set<string>): void {
  for (const statement of statements) {
    for (const name of bindsOf(statement)) variables.add(name);
    const [word] = statement.kind === 'verb' && statement.verb.text === 'target' ? statement.words : [];
    if (word?.kind === 'bare') endpoints.add(word.text);
    for (const child of childrenOf(statement)) {
      for (const name of child.binds) variables.add(name);
      gather(child.statements, variables, endpoints);
    }
  }
}

/** Every procedure that a line can call. */
export function proceduresAt({ world, above }: Scene): ReadonlyMap<string, Procedure> {
  return new Map([...(world.carried?.procedures ?? []), ...above.procedures]);
}

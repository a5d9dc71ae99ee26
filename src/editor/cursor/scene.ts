import { childrenOf } from '../../compile/bind/visit.ts';
import { namesBoundBy } from '../../compile/names-bound.ts';
import { type Procedure, proceduresOf } from '../../compile/procedures.ts';
import type { Script, Statement } from '../../syntax/ast.ts';
import { parse } from '../../syntax/parse.ts';
import type { EditorWorld, SeenQemu } from '../world.ts';
import type { Typed } from './typed.ts';

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
  /** Those of them that are nodes, which the graph need not have yet. */
  readonly nodes: ReadonlySet<string>;
  readonly procedures: ReadonlyMap<string, Procedure>;
  readonly endpoints: ReadonlySet<string>;
}

/** Reads what the beginning of a text leaves to what follows it; a procedure may stand behind its calls too. */
export function readAbove(text: string, end: number): Above {
  const above = text.slice(0, end);
  const behind = text.slice(end);
  const procedures = /\bproc\b/.test(behind) ? proceduresIn(parse(behind).script) : NOTHING.procedures;
  if (above.trim() === '') return { ...NOTHING, procedures };
  const { script } = parse(above);
  const names = { variables: new Set<string>(), nodes: new Set<string>(), endpoints: new Set<string>() };
  gather(script.statements, names);
  return { ...names, procedures: new Map([...procedures, ...proceduresIn(script)]) };
}

function proceduresIn(script: Script): ReadonlyMap<string, Procedure> {
  return new Map(proceduresOf(script).map(item => [item.statement.name.text, item]));
}

const NOTHING: Above = {
  variables: new Set(),
  nodes: new Set(),
  procedures: new Map(),
  endpoints: new Set(),
};

type Names = Readonly<Record<'variables' | 'nodes' | 'endpoints', Set<string>>>;

function gather(statements: readonly Statement[], names: Names): void {
  for (const statement of statements) {
    const areNodes = statement.kind === 'verb' || statement.kind === 'chain';
    for (const name of namesBoundBy(statement)) {
      names.variables.add(name);
      if (areNodes) names.nodes.add(name);
    }
    const [word] = statement.kind === 'verb' && statement.verb.text === 'target' ? statement.words : [];
    if (word?.kind === 'bare') names.endpoints.add(word.text);
    for (const child of childrenOf(statement)) {
      for (const name of child.binds) names.variables.add(name);
      gather(child.statements, names);
    }
  }
}

/** Every procedure that a line can call. */
export function proceduresAt({ world, above }: Scene): ReadonlyMap<string, Procedure> {
  return new Map([...(world.carried?.procedures ?? []), ...above.procedures]);
}

import type { ProcStatement, Script, Statement } from '../syntax/ast.ts';

/** A procedure as a script knows it. */
export interface Procedure {
  readonly statement: ProcStatement;
  /** Whether a used file has it: then its body sees nothing of the script but what a call gives it. */
  readonly isUsed: boolean;
}

/**
 * The procedures of a script and of the files that it uses, in the order of the text, whose verbs are known in all of it. Of two
 * with one name both are there.
 */
export function proceduresOf(script: Script): Procedure[] {
  const procedures: Procedure[] = [];
  const seen = new Set<Script>();
  const gather = (statements: readonly Statement[], isUsed: boolean) => {
    for (const statement of statements) {
      if (statement.kind === 'proc') procedures.push({ statement, isUsed });
      if (statement.kind !== 'use' || !statement.script || seen.has(statement.script)) continue;
      seen.add(statement.script);
      gather(statement.script.statements, true);
    }
  };
  gather(script.statements, false);
  return procedures;
}

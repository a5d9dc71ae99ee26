import type { Name, Script, Statement, VerbStatement } from '../syntax/ast.ts';
import { isStatement } from '../syntax/statement-or-value.ts';

/** An endpoint as the head of a script declares it: `target dst "…" incoming=on`. */
export interface DeclaredEndpoint {
  readonly name: string;
  readonly documentation?: string;
  /** Whether its QEMU has to wait for a guest, started with `-incoming defer`. */
  readonly incoming: boolean;
}

/** The endpoints that a script declares, in its order; of two with one name the first. */
export function declaredEndpoints(script: Script): DeclaredEndpoint[] {
  const endpoints = new Map<string, DeclaredEndpoint>();
  for (const statement of script.statements) {
    const name = declares(statement);
    if (name && statement.kind === 'verb' && !endpoints.has(name.text))
      endpoints.set(name.text, {
        name: name.text,
        incoming: isIncoming(statement),
        ...documented(statement),
      });
  }
  return [...endpoints.values()];
}

/** Whether `incoming=on` stands there. */
export function isIncoming(statement: VerbStatement): boolean {
  const value = statement.arguments.find(({ key }) => key.text === 'incoming')?.value;
  return value?.kind === 'bare' && (value.text === 'on' || value.text === 'true');
}

function documented({ words: [, text] }: VerbStatement): { readonly documentation?: string } {
  return text?.kind === 'text' ? { documentation: text.parts.join('') } : {};
}

/** The name that a `target` line declares; undefined for every other statement. */
export function declares(statement: Statement): Name | undefined {
  if (statement.kind !== 'verb' || statement.verb.text !== 'target' || statement.block) return undefined;
  const [word] = statement.words;
  return word?.kind === 'bare' ? word : undefined;
}

/**
 * The endpoint that a statement says it is for: by an `@` of its own, by one inside `let x = @dst …` or `expect error from
 * @dst …`, or because it declares it.
 */
export function endpointOf(statement: Statement): Name | undefined {
  return statement.target ?? innerEndpointOf(statement) ?? declares(statement);
}

/** The endpoint that the statement inside a `let` or an `expect error` names. */
export function innerEndpointOf(statement: Statement): Name | undefined {
  if (statement.kind === 'let') return isStatement(statement.value) ? endpointOf(statement.value) : undefined;
  return statement.kind === 'expect-error' ? endpointOf(statement.from) : undefined;
}

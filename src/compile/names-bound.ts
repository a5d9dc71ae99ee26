import { resolveStatement } from '../statements/resolve.ts';
import type { Statement, VerbStatement } from '../syntax/ast.ts';
import { isStatement } from '../syntax/statement-or-value.ts';

/** The names that a statement binds for the ones behind it. */
export function namesBoundBy(statement: Statement): string[] {
  switch (statement.kind) {
    case 'param':
      return [statement.parameter.name.text];
    case 'let':
      return [statement.name.text, ...(isStatement(statement.value) ? namesBoundBy(statement.value) : [])];
    case 'chain':
      return statement.chain.links.flatMap(link => {
        if (link.kind === 'rest') return link.name ? [link.name.text] : [];
        return link.name.kind === 'bare' ? [link.name.text] : [];
      });
    case 'verb':
      return nodesMadeBy(statement);
    default:
      return [];
  }
}

/** The nodes that a statement makes, as far as it writes their names out. */
export function nodesMadeBy(statement: VerbStatement): string[] {
  const resolved = resolveStatement(statement);
  if (!resolved) return [];
  const { words } = resolved.statement;
  return resolved.definition.parameters.flatMap((parameter, index) => {
    const { kind } = parameter;
    const makes =
      kind.is === 'new-node' ||
      (kind.is === 'node' &&
        kind.madeWith !== undefined &&
        statement.arguments.some(({ key }) => key.text === kind.madeWith));
    if (!makes) return [];
    const value =
      statement.arguments.find(({ key }) => key.text === parameter.name)?.value ??
      (index === 0 ? words[0] : undefined);
    return value?.kind === 'bare' ? [value.text] : [];
  });
}

import * as families from '../../diagnostics/catalogue/families.ts';
import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { StatementDefinition } from '../../statements/define.ts';
import type { VerbStatement } from '../../syntax/ast.ts';

/** Says what is wrong with the second word of a verb that has two: none of the statements that begin so has it. */
export function bindFamily(members: readonly StatementDefinition[], statement: VerbStatement): Finding {
  const { verb, words } = statement;
  const known = members.map(definition => definition.verb.slice(verb.text.length + 1));
  const [second] = words;
  if (!second) return families.missingSecondWord(verb.span, verb.text, known);
  const word = second.kind === 'bare' ? second.text : undefined;
  return families.unknownSecondWord(second.span, verb.text, word, known);
}

import type { ISerializedGast } from 'chevrotain';
import { ScriptGrammar } from '../../src/syntax/grammar/script.ts';
import { choice, many, optional, type Part, rule, sequence } from './part.ts';

/** Marks the name of a token among the names of rules. */
export const TOKEN = 'token ';

/** The parser's own rules, by its own names; tokens are rules whose name begins with `TOKEN`. */
export function parserRules(): Map<string, Part> {
  const productions = new ScriptGrammar(true).getSerializedGastProductions();
  return new Map(
    productions.map(production => {
      const { name, definition } = production as Serialized;
      return [String(name), sequence((definition ?? []).map(read))];
    }),
  );
}

interface Serialized extends ISerializedGast {
  readonly name?: string;
}

function read(node: Serialized): Part {
  const parts = (node.definition ?? []).map(read);
  switch (node.type) {
    case 'Terminal':
      return rule(TOKEN + node.name);
    case 'NonTerminal':
      return rule(String(node.name));
    case 'Alternative':
      return sequence(parts);
    case 'Alternation':
      return choice(parts);
    case 'Option':
      return optional(sequence(parts));
    case 'Repetition':
      return many(sequence(parts));
    case 'RepetitionMandatory':
      return many(sequence(parts), 1);
    default:
      throw new Error(`the parser uses ${node.type}, which has no form in the EBNF yet`);
  }
}

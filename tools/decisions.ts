// The decisions of the grammar as the built program gets them, so that it need not analyse the grammar at each start.
import { decisionsOf } from '../src/syntax/grammar/decisions.ts';
import { ScriptGrammar } from '../src/syntax/grammar/script.ts';
import { vocabulary } from '../src/syntax/tokens.ts';

/** What `QBLK_DECISIONS` stands for in the program. */
export const decisions = decisionsOf(
  new ScriptGrammar(true),
  Math.max(...vocabulary.map(type => type.tokenTypeIdx ?? 0)),
);

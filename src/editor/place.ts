import { type IToken, tokenMatcher } from 'chevrotain';
import { BlockClose, BlockOpen, JsonOpen, KeyOpen, Separator } from '../syntax/tokens.ts';
import { endOf } from './lexed.ts';

/** Where among the statements of a text a cursor stands. */
export interface Place {
  /** What stands before the `{` of each block around it, outermost first. */
  readonly blocks: readonly (readonly IToken[])[];
  /** The tokens of its own statement; of a block that is closed only the braces. */
  readonly statement: readonly IToken[];
}

/** The statement and the blocks that the last of `tokens` stand in. */
export function placeOf(tokens: readonly IToken[]): Place {
  const blocks: IToken[][] = [];
  let statement: IToken[] = [];
  for (const [at, token] of tokens.entries()) {
    if (tokenMatcher(token, Separator)) statement = [];
    else if (tokenMatcher(token, BlockClose)) statement = [...(blocks.pop() ?? []), token];
    else if (!tokenMatcher(token, BlockOpen)) statement.push(token);
    else if (at === tokens.length - 1 && opensObject(statement.at(-1), token)) {
      statement.push({ ...token, tokenType: JsonOpen, tokenTypeIdx: JsonOpen.tokenTypeIdx ?? 0 });
    } else {
      blocks.push([...statement, token]);
      statement = [];
    }
  }
  return { blocks: blocks.map(head => head.slice(0, -1)), statement };
}

/** Whether a `{` with nothing behind it yet can only begin an object. */
function opensObject(previous: IToken | undefined, brace: IToken): boolean {
  if (!previous) return true;
  return tokenMatcher(previous, KeyOpen) && endOf(previous) === brace.startOffset;
}

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
    else if (at === tokens.length - 1 && opensObject(tokens)) {
      statement.push({ ...token, tokenType: JsonOpen, tokenTypeIdx: JsonOpen.tokenTypeIdx ?? 0 });
    } else {
      blocks.push([...statement, token]);
      statement = [];
    }
  }
  return { blocks: blocks.map(head => head.slice(0, -1)), statement };
}

/** Whether the last of `tokens` is a `{` with nothing behind it yet that can only begin an object. */
export function opensObject(tokens: readonly IToken[]): boolean {
  const brace = tokens.at(-1);
  const previous = tokens.at(-2);
  if (!brace || !tokenMatcher(brace, BlockOpen)) return false;
  if (!previous || [Separator, BlockOpen, BlockClose].some(type => tokenMatcher(previous, type))) return true;
  return tokenMatcher(previous, KeyOpen) && endOf(previous) === brace.startOffset;
}

import type { IToken } from 'chevrotain';
import { chunksOf } from '../syntax/chunks.ts';

export interface Lexed {
  readonly tokens: readonly IToken[];
  readonly comments: readonly IToken[];
}

const NOTHING: Lexed = { tokens: [], comments: [] };

/** The tokens of a whole text, offsets from its beginning, as the parser gets them. */
export function lex(text: string): Lexed {
  for (const { tokens, comments } of chunksOf(text, text.length)) return { tokens, comments };
  return NOTHING;
}

/** Where a token ends. */
export function endOf(token: IToken): number {
  return token.startOffset + token.image.length;
}

import { type IToken, tokenMatcher } from 'chevrotain';
import { parse } from '../syntax/parse.ts';
import {
  BlockClose, BlockOpen, IndexOpen, JsonClose, JsonOpen, ListClose, ListOpen, ParenClose, ParenOpen, Separator,
} from '../syntax/tokens.ts'; // biome-ignore format: a list of tokens
import { endOf, lex } from './lexed.ts';
import { opensObject } from './place.ts';

/** What is only wrong as long as nothing follows. */
const UNFINISHED: ReadonlySet<string> = new Set([
  'unclosed-block',
  'unclosed-literal',
  'unclosed-parenthesis',
]);

/**
 * Whether an entry goes on with the next line: something in it is still open, and what is there can become right. A string
 * never goes on. Never throws.
 */
export function isOpen(text: string): boolean {
  const { tokens } = lex(text);
  const isContinuation = isContinued(text);
  if (!isContinuation && !hasOpen(tokens)) return false;
  const end = tokens.map(endOf).at(-1) ?? 0;
  const begun = isContinuation ? text.replace(/\\\r?$/, '') : opensObject(tokens) ? `${text}"a":` : text;
  return !parse(begun).findings.some(
    ({ severity, code, primary }) =>
      severity === 'error' && !UNFINISHED.has(code) && (primary?.span.start ?? 0) < end,
  );
}

/** Whether its last line ends with a `\` that continues it. */
function isContinued(text: string): boolean {
  if (!/\\\r?$/.test(text)) return false;
  const { tokens, comments } = lex(`${text}\n`);
  const last = [...tokens, ...comments].map(endOf);
  return last.every(end => end < text.trimEnd().length);
}

/** Whether a block or a bracket is open at the end. A line that ends in the middle of a literal ends that. */
function hasOpen(tokens: readonly IToken[]): boolean {
  let blocks = 0;
  let brackets = 0;
  for (const token of tokens) {
    if (tokenMatcher(token, Separator)) brackets = 0;
    else if (tokenMatcher(token, BlockOpen)) blocks++;
    else if (tokenMatcher(token, BlockClose)) blocks = Math.max(0, blocks - 1);
    else if ([JsonOpen, ListOpen, IndexOpen, ParenOpen].some(type => tokenMatcher(token, type))) brackets++;
    else if ([JsonClose, ListClose, ParenClose].some(type => tokenMatcher(token, type)))
      brackets = Math.max(0, brackets - 1);
  }
  return blocks > 0 || brackets > 0;
}

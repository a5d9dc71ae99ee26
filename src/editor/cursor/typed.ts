import { type IToken, tokenMatcher } from 'chevrotain';
import { scanString } from '../../syntax/scanning.ts';
import {
  AnyWord, BlockOpen, Colon, Comma, HostWord, IndexOpen, JsonOpen, Junk, KeyOpen, KeyValue, ListOpen, OpenText,
  ParenOpen, Run, Separator, Text, Variable,
} from '../../syntax/tokens.ts'; // biome-ignore format: a list of tokens
import { endOf, lex } from './lexed.ts';

/** The piece of a text that is being written at the cursor. */
export interface Typed {
  /** What a candidate replaces. */
  readonly start: number;
  readonly end: number;
  /** What has been typed of it, without quotes. */
  readonly text: string;
  /** The key that it is the value of: `base` of `base=A`. */
  readonly key?: string;
  /** A word, a string in quotes, a `$name`, or a name in the `${…}` of a string. */
  readonly form: 'bare' | 'text' | 'variable' | 'inside';
}

export interface Cursor {
  /** The whole tokens in front of it, its `key=` left out. */
  readonly before: readonly IToken[];
  /** Undefined where nothing can be completed: in a comment, behind a closed string. */
  readonly typed: Typed | undefined;
}

/** `${` where it is in no string, and so a `$name` is meant. */
const BRACED = /\$\{([\w.-]*)$/;
const INSIDE = /\$\{(\w[\w.-]*)?$/;
const DOLLAR = /\$[A-Za-z_]?[\w.-]*$/;
// What more of a word or a value may stand behind the cursor.
const WORD_REST = /^[\w./@%+~\xa1-\u1fff-]*(?:=(?!=))?/;
const VALUE_REST = /^[^\s;"'`{}()[\]$<>|\\]*/;

/** What is being typed at `offset`. */
export function typedAt(text: string, offset: number): Cursor {
  const { tokens: read, comments } = lex(text.slice(0, offset));
  const tokens = joined(read);
  const comment = comments.at(-1);
  if (comment && endOf(comment) === offset) return { before: tokens, typed: undefined };
  const braced = bracedAt(tokens, text, offset);
  if (braced) return braced;
  const last = tokens.at(-1);
  const touches = last !== undefined && endOf(last) === offset;
  if (!touches || opens(last, tokens.at(-2)))
    return { before: tokens, typed: { start: offset, end: offset, text: '', form: 'bare' } };
  const rest = text.slice(offset);
  if (tokenMatcher(last, KeyOpen) || tokenMatcher(last, KeyValue)) {
    const split = last.image.indexOf('=');
    const end = offset + (VALUE_REST.exec(rest)?.[0].length ?? 0);
    const start = last.startOffset + split + 1;
    const key = last.image.slice(0, split);
    return {
      before: tokens.slice(0, -1),
      typed: { start, end, text: last.image.slice(split + 1), key, form: 'bare' },
    };
  }
  const typed = typedIn(last, text, offset);
  const before = tokens.slice(0, -1);
  const open = before.at(-1);
  if (!typed || !open || !tokenMatcher(open, KeyOpen) || endOf(open) !== last.startOffset)
    return { before: typed ? before : tokens, typed };
  return { before: before.slice(0, -1), typed: { ...typed, key: open.image.slice(0, -1) } };
}

function bracedAt(tokens: readonly IToken[], text: string, offset: number): Cursor | undefined {
  const found = BRACED.exec(text.slice(0, offset));
  if (!found || !tokens.some(({ image, startOffset }) => image === '$' && startOffset === found.index))
    return undefined;
  return {
    before: tokens.filter(token => endOf(token) <= found.index),
    typed: { start: found.index, end: offset, text: `$${found[1]}`, form: 'variable' },
  };
}

/** `$name` and the dot behind it, which the lexer takes for a word as long as no field follows, as one token. */
function joined(tokens: readonly IToken[]): readonly IToken[] {
  const [name, dot] = tokens.slice(-2);
  if (!name || dot?.image !== '.' || !tokenMatcher(name, Variable) || endOf(name) !== dot.startOffset)
    return tokens;
  return [...tokens.slice(0, -2), { ...name, image: `${name.image}.` }];
}

/** Whether what follows a token may touch it. */
function opens(token: IToken, previous: IToken | undefined): boolean {
  if (tokenMatcher(token, Colon)) return previous !== undefined && tokenMatcher(previous, Text);
  return [Separator, BlockOpen, ListOpen, JsonOpen, IndexOpen, ParenOpen, Comma].some(type =>
    tokenMatcher(token, type),
  );
}

function typedIn(token: IToken, text: string, offset: number): Typed | undefined {
  const { image, startOffset: start } = token;
  const rest = text.slice(offset);
  const wordEnd = offset + (WORD_REST.exec(rest)?.[0].length ?? 0);
  if (tokenMatcher(token, OpenText)) return inText(image, start, text, offset);
  if (tokenMatcher(token, Variable) || (tokenMatcher(token, Junk) && image === '$'))
    return { start, end: wordEnd, text: image, form: 'variable' };
  if (tokenMatcher(token, HostWord)) {
    const variable = DOLLAR.exec(image)?.[0];
    if (variable !== undefined)
      return { start: offset - variable.length, end: offset, text: variable, form: 'variable' };
    if (/["']/.test(image)) return image.startsWith('"') ? inText(image, start, text, offset) : undefined;
    return { start, end: offset, text: image, form: 'bare' };
  }
  if (tokenMatcher(token, AnyWord) || tokenMatcher(token, Run))
    return { start, end: wordEnd, text: image, form: 'bare' };
  return undefined;
}

function inText(image: string, start: number, text: string, offset: number): Typed | undefined {
  if (image.length > 1 && scanString(image, 0)) return undefined;
  const inside = INSIDE.exec(image);
  if (inside) {
    const name = inside[1] ?? '';
    return { start: offset - name.length, end: offset, text: name, form: 'inside' };
  }
  if (image.includes('${')) return undefined;
  const closed = scanString(text, start)?.[0];
  const end = closed === undefined ? offset : start + closed.length;
  return { start, end: Math.max(end, offset), text: unescaped(image.slice(1)), form: 'text' };
}

/** The text of a string that is not closed yet. */
function unescaped(inner: string): string {
  return inner.replace(/\\(["\\/$])/g, '$1');
}

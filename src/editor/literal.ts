import type { IToken } from 'chevrotain';
import type { Path } from '../qapi/lookup.ts';
import {
  AnyWord, Colon, Comma, EmptyBraces, Field, IndexOpen, JsonClose, JsonOpen, ListClose, ListOpen, Text, Variable,
} from '../syntax/tokens.ts'; // biome-ignore format: a list of tokens
import type { Tokens } from './tokens.ts';

/** A value as far as it is written. */
export interface Literal {
  /** What it is so far; a word is its text. */
  readonly value: unknown;
  /** Where in it the cursor stands, if it is not closed: what comes next there, and the way to it. */
  readonly open?: { readonly path: Path; readonly next: 'key' | 'value' | 'mark' };
}

/** Reads one value. Reads at least one token, whatever that is. */
export function readLiteral(tokens: Tokens): Literal {
  if (tokens.take(ListOpen, IndexOpen)) return readList(tokens);
  if (tokens.take(JsonOpen)) return readObject(tokens);
  if (tokens.take(EmptyBraces)) return { value: {} };
  const token = tokens.next();
  if (!token) return { value: undefined };
  if (token.tokenType !== Variable) return { value: textOf(token) };
  while (tokens.ahead(IndexOpen, Field)) {
    if (tokens.take(Field)) continue;
    const { open } = readLiteral(tokens);
    if (open) return { value: undefined, open: { path: [], next: 'mark' } };
  }
  return { value: token.image };
}

function readList(tokens: Tokens): Literal {
  const value: unknown[] = [];
  for (;;) {
    if (tokens.done) return { value, open: { path: [value.length], next: 'value' } };
    if (tokens.take(ListClose)) return { value };
    const item = readLiteral(tokens);
    const path = [value.length];
    value.push(item.value);
    if (item.open) return { value, open: { ...item.open, path: [...path, ...item.open.path] } };
    if (tokens.done) return { value, open: { path, next: 'mark' } };
    tokens.take(Comma);
  }
}

function readObject(tokens: Tokens): Literal {
  const value: Record<string, unknown> = {};
  for (;;) {
    if (tokens.done) return { value, open: { path: [], next: 'key' } };
    if (tokens.take(JsonClose)) return { value };
    const token = tokens.next();
    const key = token ? textOf(token) : '';
    if (!tokens.take(Colon)) {
      if (tokens.done) return { value, open: { path: [], next: 'mark' } };
      continue;
    }
    if (tokens.done) return { value, open: { path: [key], next: 'value' } };
    const member = readLiteral(tokens);
    Object.defineProperty(value, key, { value: member.value, enumerable: true, configurable: true });
    if (member.open) return { value, open: { ...member.open, path: [key, ...member.open.path] } };
    if (tokens.done) return { value, open: { path: [key], next: 'mark' } };
    tokens.take(Comma);
  }
}

/** The text of a word or a string; of anything else its image. */
function textOf({ image, tokenType }: IToken): string {
  if (tokenType !== Text) return image;
  try {
    return String(JSON.parse(image.replaceAll('\\$', '$')));
  } catch {
    return image.slice(1, -1);
  }
}

/** Whether a value may begin with the next token. */
export function valueAhead(tokens: Tokens): boolean {
  return tokens.ahead(AnyWord, Text, Variable, ListOpen, JsonOpen, EmptyBraces);
}

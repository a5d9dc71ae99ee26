import type { IToken } from 'chevrotain';

type Match = [string] | null;

/** A `#` comment up to the line's end; a `#` inside a word is no comment. */
export function isCommentStart(text: string, at: number): Match {
  if (text.charCodeAt(at) !== 35) return null;
  if (at > 0 && !/\s/.test(text[at - 1] ?? '')) return null;
  const end = text.indexOf('\n', at);
  return [end === -1 ? text.slice(at) : text.slice(at, text[end - 1] === '\r' ? end - 1 : end)];
}

/**
 * A string from its `"` to the closing one on the same line, else nothing. Scans by hand: a regular expression
 * overflows V8's stack on literals of some megabytes.
 */
export function scanString(text: string, at: number): Match {
  if (text.charCodeAt(at) !== 34) return null;
  for (let index = at + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 34) return [text.substring(at, index + 1)];
    if (code === 10) return null;
    if (code === 92 && text.charCodeAt(index + 1) !== 10) index++;
  }
  return null;
}

/** A `[` that directly follows a name, a `]` or a `)`: an index, not a list. */
export function touchesName(text: string, at: number): Match {
  if (text.charCodeAt(at) !== 91 || at === 0) return null;
  return /[\w\])]/.test(text[at - 1] ?? '') ? ['['] : null;
}

function newlineAt(text: string, at: number): string {
  const run = /\n\s*/y;
  run.lastIndex = at;
  return run.exec(text)?.[0] ?? '\n';
}

const opensJson = new Set(['ListOpen', 'IndexOpen', 'JsonOpen', 'InnerJsonOpen', 'Comma', 'Colon']);
const opensParen = new Set(['ParenOpen', 'Comma', 'Colon', 'Compare', 'Assign', 'Pipe', 'Minus']);
const joining = new Set(['and', 'or', 'not', 'in']);
// A word and, after a space, more that is not punctuation: a statement, so the literal above it was never closed.
const statementLike = /[A-Za-z@$][\w.-]*(?:[ \t]+[^\s,\]}:]|;)/y;

function looksLikeStatement(text: string, at: number): boolean {
  statementLike.lastIndex = at;
  return statementLike.test(text);
}

/** A newline inside a JSON literal that may be there: behind an opener or separator, or before a closer. */
export function expectsMoreJson(text: string, at: number, tokens: IToken[]): Match {
  if (text.charCodeAt(at) !== 10) return null;
  const image = newlineAt(text, at);
  const next = text[at + image.length] ?? '';
  if (next === '#' || (next !== '' && '}],:'.includes(next))) return [image];
  const previous = tokens[tokens.length - 1];
  if (!previous || !opensJson.has(previous.tokenType.name)) return null;
  return looksLikeStatement(text, at + image.length) ? null : [image];
}

const continuesParen = /[),|=!<>]|(?:and|or|in|not)\s/y;

/** A newline inside parentheses that may be there: beside an operator, a separator or a parenthesis. */
export function expectsMoreParen(text: string, at: number, tokens: IToken[]): Match {
  if (text.charCodeAt(at) !== 10) return null;
  const image = newlineAt(text, at);
  continuesParen.lastIndex = at + image.length;
  if (text[at + image.length] === '#' || continuesParen.test(text)) return [image];
  const previous = tokens[tokens.length - 1];
  if (!previous || !(opensParen.has(previous.tokenType.name) || joining.has(previous.image))) return null;
  const afterComma = previous.tokenType.name === 'Comma';
  return afterComma && looksLikeStatement(text, at + image.length) ? null : [image];
}

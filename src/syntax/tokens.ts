import { createToken, Lexer, type TokenType } from 'chevrotain';
import { expectsMoreJson, expectsMoreParen, isCommentStart, scanString, touchesName } from './scanning.ts';
import {
  AnyWord,
  At,
  anyStart,
  BlockClose,
  CalledWord,
  Callee,
  contextualWords,
  KeyOpen,
  KeyValue,
  Misplaced,
  Numeral,
  PlainWord,
  Run,
  Separator,
  Word,
} from './word-tokens.ts';

export * from './word-tokens.ts';

const escapedNewline = String.raw`\\\r?\n`;
// A pattern of one character costs the lexer a comparison; a regular expression costs it a call.
const Space = createToken({ name: 'Space', pattern: ' ', group: Lexer.SKIPPED });
const WhiteSpace = createToken({
  name: 'WhiteSpace',
  pattern: new RegExp(String.raw`[ \t\r\xa0\u202f\ufeff]+|${escapedNewline}`),
  group: Lexer.SKIPPED,
});
const Comment = createToken({
  name: 'Comment',
  pattern: isCommentStart,
  start_chars_hint: ['#'],
  line_breaks: false,
  group: 'comments',
});
export const Newline = createToken({
  name: 'Newline',
  pattern: '\n',
  line_breaks: true,
  categories: Separator,
});
const Semicolon = createToken({ name: 'Semicolon', pattern: ';', categories: Separator });

export const Text = createToken({
  name: 'Text',
  label: 'a string',
  pattern: scanString,
  start_chars_hint: ['"'],
  line_breaks: false,
  categories: Misplaced,
});
export const OpenText = createToken({
  name: 'OpenText',
  pattern: /"(?:\\[^\n]|[^"\\\n])*\\?/,
  line_breaks: false,
  categories: Misplaced,
});
export const SingleQuoted = createToken({
  name: 'SingleQuoted',
  pattern: /'[^'\n]*'?/,
  line_breaks: false,
  categories: Misplaced,
});
export const Variable = createToken({
  name: 'Variable',
  label: 'a `$name`',
  pattern: /\$[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*/,
  categories: Misplaced,
});
/** `.field` directly behind a `]`. */
export const Field = createToken({
  name: 'Field',
  pattern: {
    exec: (text: string, at: number) => (text.charCodeAt(at - 1) === 93 ? fieldAt(text, at) : null),
  },
  start_chars_hint: ['.'],
  line_breaks: false,
  categories: Misplaced,
});
function fieldAt(text: string, at: number): RegExpExecArray | null {
  const field = /\.[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*/y;
  field.lastIndex = at;
  return field.exec(text);
}

export const IndexOpen = createToken({
  name: 'IndexOpen',
  label: '`[`',
  pattern: { exec: touchesName },
  start_chars_hint: ['['],
  line_breaks: false,
  push_mode: 'json',
  categories: Misplaced,
});
export const ListOpen = createToken({
  name: 'ListOpen',
  label: '`[`',
  pattern: '[',
  push_mode: 'json',
  categories: Misplaced,
});
export const ListClose = createToken({
  name: 'ListClose',
  label: '`]`',
  pattern: ']',
  pop_mode: true,
  categories: Misplaced,
});
export const EmptyBraces = createToken({
  name: 'EmptyBraces',
  label: '`{}`',
  pattern: /\{\s*\}/,
  line_breaks: true,
  categories: Misplaced,
});
/** No statement begins with `name:`, so that an object is meant even where its keys are not quoted. */
export const JsonOpen = createToken({
  name: 'JsonOpen',
  label: '`{`',
  pattern: /\{(?=\s*(?:["']|[A-Za-z_][\w.-]*\s*:))/,
  push_mode: 'json',
});
const InnerJsonOpen = createToken({
  name: 'InnerJsonOpen',
  pattern: '{',
  push_mode: 'json',
  categories: JsonOpen,
});
export const JsonClose = createToken({
  name: 'JsonClose',
  label: '`}`',
  pattern: '}',
  pop_mode: true,
  categories: Misplaced,
});
export const BlockOpen = createToken({
  name: 'BlockOpen',
  label: '`{`',
  pattern: '{',
  categories: Misplaced,
});
const LineClose = createToken({ name: 'LineClose', pattern: '}', categories: BlockClose });
export const ParenOpen = createToken({
  name: 'ParenOpen',
  label: '`(`',
  pattern: '(',
  push_mode: 'paren',
  categories: Misplaced,
});
export const ParenClose = createToken({
  name: 'ParenClose',
  label: '`)`',
  pattern: ')',
  pop_mode: true,
  categories: Misplaced,
});
export const Comma = createToken({ name: 'Comma', label: '`,`', pattern: ',', categories: Misplaced });
export const Colon = createToken({ name: 'Colon', label: '`:`', pattern: ':', categories: Misplaced });
export const Pipe = createToken({ name: 'Pipe', label: '`|`', pattern: '|', categories: Misplaced });
export const Assign = createToken({ name: 'Assign', label: '`=`', pattern: '=', categories: Misplaced });
export const Compare = createToken({
  name: 'Compare',
  label: 'an operator',
  pattern: /==|!=|<=|>=|<|>/,
  categories: Misplaced,
});
export const Arrow = createToken({ name: 'Arrow', label: '`<-`', pattern: /<--?/ });
export const Minus = createToken({
  name: 'Minus',
  label: '`-`',
  pattern: /-(?=[\x24(])/,
  categories: Misplaced,
});
/** `(QEMU)` of the qmp-shell, `->` of QEMU's documents. */
export const Prompt = createToken({ name: 'Prompt', pattern: /\(QEMU\)|->(?!\S)/ });
/** A prompt with nothing behind it. */
export const EmptyPrompt = createToken({
  name: 'EmptyPrompt',
  pattern: /(?:\(QEMU\)|->)(?=[ \t\r\xa0]*(?![^\n;}#]))/,
});
export const HostOpen = createToken({
  name: 'HostOpen',
  label: '`$ `',
  pattern: /\x24(?=[ \t\xa0])/,
  push_mode: 'host',
});
export const HostWord = createToken({
  name: 'HostWord',
  label: 'a program',
  pattern: /(?:[^\s;'"\\]|\\(?!\r?\n)|'[^'\n]*'|"(?:\\[^\n]|[^"\\\n])*"|['"])+/,
  start_chars_hint: anyStart,
  line_breaks: false,
});
const HostNewline = createToken({
  name: 'HostNewline',
  pattern: '\n',
  line_breaks: true,
  pop_mode: true,
  categories: Separator,
});
const HostSemicolon = createToken({
  name: 'HostSemicolon',
  pattern: ';',
  pop_mode: true,
  categories: Separator,
});
const HostClose = createToken({
  name: 'HostClose',
  pattern: /\}(?![^\s;])/,
  pop_mode: true,
  categories: BlockClose,
});

// What ends an unfinished literal: the line goes on as if it had been closed, so it costs one line.
const JsonNewline = createToken({
  name: 'JsonNewline',
  pattern: expectsMoreJson,
  start_chars_hint: ['\n'],
  line_breaks: true,
  group: Lexer.SKIPPED,
});
const ParenNewline = createToken({
  name: 'ParenNewline',
  pattern: expectsMoreParen,
  start_chars_hint: ['\n'],
  line_breaks: true,
  group: Lexer.SKIPPED,
});
const BrokenNewline = createToken({
  name: 'BrokenNewline',
  pattern: '\n',
  line_breaks: true,
  push_mode: 'line',
  categories: Separator,
});
const BrokenSemicolon = createToken({
  name: 'BrokenSemicolon',
  pattern: ';',
  push_mode: 'line',
  categories: Separator,
});
const BrokenOpen = createToken({
  name: 'BrokenOpen',
  pattern: '{',
  push_mode: 'line',
  categories: BlockOpen,
});
const BrokenClose = createToken({
  name: 'BrokenClose',
  pattern: '}',
  push_mode: 'line',
  categories: BlockClose,
});
/** A character that means nothing where it stands. */
export const Junk = createToken({
  name: 'Junk',
  start_chars_hint: anyStart,
  pattern: /[\u0000-\uffff]/,
  line_breaks: true,
  categories: Misplaced,
});

const outside = [...contextualWords.values()];
const abstract = [AnyWord, PlainWord, Separator, BlockClose, Misplaced];
const space = [Space, WhiteSpace, Comment];
const words = [Field, Numeral, At, Word];
const calls = [CalledWord, Callee];
const line = [
  ...space, Newline, Semicolon, EmptyPrompt, Prompt, Minus, ...words, KeyValue, KeyOpen, ...calls, Run, Text, OpenText, SingleQuoted,
  HostOpen, Variable, IndexOpen, ListOpen, EmptyBraces, JsonOpen, BlockOpen, LineClose, ParenOpen, Comma, Colon, Pipe,
  Arrow, Compare, Assign, Junk,
]; // biome-ignore format: a list of tokens
const json = [
  ...space, JsonNewline, BrokenNewline, BrokenSemicolon, Minus, ...words, ...calls, Run, Text, OpenText, SingleQuoted,
  Variable, IndexOpen, ListOpen, ListClose, EmptyBraces, InnerJsonOpen, JsonClose, ParenOpen, Comma, Colon, Junk,
]; // biome-ignore format: a list of tokens
const paren = [
  ...space, ParenNewline, BrokenNewline, BrokenSemicolon, Minus, ...words, ...calls, Run, Text, OpenText, SingleQuoted,
  Variable, IndexOpen, ListOpen, EmptyBraces, JsonOpen, BrokenOpen, BrokenClose, ParenOpen, ParenClose, Comma, Colon,
  Pipe, Arrow, Compare, Assign, Junk,
]; // biome-ignore format: a list of tokens
const host = [...space, HostNewline, HostSemicolon, HostClose, HostWord, Junk];

/** The lexer's modes, each the tokens that it knows in the order in which they are tried. */
export const modes = { modes: { line, json, paren, host }, defaultMode: 'line' };

/** Every token type that the grammar may name. */
export const vocabulary: TokenType[] = [
  ...new Set([...abstract, ...outside, ...line, ...json, ...paren, ...host]),
];

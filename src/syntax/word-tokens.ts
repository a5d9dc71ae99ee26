import { createToken, Lexer, type TokenType } from 'chevrotain';

// What a word is made of, as the inside of a character class. Everything beyond Latin-1's controls is a letter,
// except the blocks that hold spaces, quotation marks and bidirectional controls.
const W = String.raw`\w./@%+~\xa1-\u1fff\u2070-\u2fff\u3001-\ufefe\uff00-\uffff-`;
// Where a whole word ends: not before what would make it a key, a call or longer.
const END = `(?![=(${W}]|:[${W}])`;
const VALUE = String.raw`[^\s;"'\x60{}()[\]$<>|\\]`;

// The lexer would find out by itself what a word begins with, slowly: it sorts tokens by their first character, and
// characters beyond Latin-1 by groups of 255.
const beyond = [...Array.from({ length: 256 }, (_, group) => 256 + group * 255), 0xffff];
const latin = Array.from({ length: 256 }, (_, code) => code);
/** What any character may be, as a hint for the lexer. */
export const anyStart = [...latin, ...beyond];
const inWord = new RegExp(`[${W}]`);
const wordStart = [...latin.filter(code => inWord.test(String.fromCharCode(code))), ...beyond];

/** Any word, the words that end a statement's arguments included: what may stand where only a name can. */
export const AnyWord = createToken({ name: 'AnyWord', label: 'a name', pattern: Lexer.NA });
/** Any word but `then`, `within` and `else`. */
export const PlainWord = createToken({
  name: 'PlainWord',
  label: 'a word',
  pattern: Lexer.NA,
  categories: AnyWord,
});
/** What ends a statement: a newline or `;`. */
export const Separator = createToken({ name: 'Separator', label: 'the end of the line', pattern: Lexer.NA });
/** The `}` of a block, in whichever mode it was met. */
export const BlockClose = createToken({ name: 'BlockClose', label: '`}`', pattern: Lexer.NA });
/** What no statement begins with, so that the loops over statements never end early. */
export const Misplaced = createToken({ name: 'Misplaced', label: 'something else', pattern: Lexer.NA });

/** The contextual words: `Word` tokens whose text is one of these get its type behind the lexer. */
export const contextualWords = new Map<string, TokenType>();

function keyword(text: string, categories: TokenType | TokenType[] = PlainWord): TokenType {
  const type = createToken({ name: `Word:${text}`, label: `\`${text}\``, pattern: Lexer.NA, categories });
  contextualWords.set(text, type);
  return type;
}

export const Then = keyword('then', [AnyWord, Misplaced]);
export const Within = keyword('within', [AnyWord, Misplaced]);
export const Else = keyword('else', [AnyWord, Misplaced]);
export const Chain = keyword('chain');
export const Param = keyword('param');
export const Let = keyword('let');
export const Expect = keyword('expect');
export const Wait = keyword('wait');
export const If = keyword('if');
export const For = keyword('for');
export const Proc = keyword('proc');
export const Use = keyword('use');
export const Defer = keyword('defer');
export const Start = keyword('start');
export const No = keyword('no');
export const Job = keyword('job');
export const Status = keyword('status');
export const Identical = keyword('identical');
export const ErrorWord = keyword('error');
export const EventWord = keyword('event');
export const From = keyword('from');
export const Where = keyword('where');
export const And = keyword('and');
export const Or = keyword('or');
export const Not = keyword('not');
export const In = keyword('in');

/** A word that is a value of its own, and begins no statement. */
export const Constant = createToken({
  name: 'Constant',
  label: 'a value',
  pattern: Lexer.NA,
  categories: PlainWord,
});
for (const text of ['true', 'false', 'null', 'on', 'off']) contextualWords.set(text, Constant);

export const Numeral = createToken({
  name: 'Numeral',
  label: 'a number',
  pattern: new RegExp(`-?\\d[${W}]*(?::[${W}]+)*${END}`),
  categories: PlainWord,
});
export const At = createToken({ name: 'At', pattern: new RegExp(`@[${W}]+${END}`), categories: PlainWord });
export const Word = createToken({
  name: 'Word',
  label: 'a word',
  pattern: new RegExp(`[${W}]+(?::[${W}]+)*${END}`),
  start_chars_hint: wordStart,
  categories: PlainWord,
});
/** A word of the language's own that a `(` directly follows: `if(`, `not(`; no call. */
export const CalledWord = createToken({
  name: 'CalledWord',
  pattern: /(?:if|in|and|or|not|expect|wait)(?=\()/,
  categories: PlainWord,
});
export const Callee = createToken({
  name: 'Callee',
  pattern: new RegExp(`[${W}]+(?=\\()`),
  start_chars_hint: wordStart,
  categories: [AnyWord, Misplaced],
});
export const KeyValue = createToken({
  name: 'KeyValue',
  start_chars_hint: wordStart,
  label: '`key=value`',
  pattern: new RegExp(`[${W}]+=(?!=)${VALUE}*[^\\s;"'\\x60{}()[\\]$<>|\\\\,](?![^\\s;}\\\\])`),
  categories: Misplaced,
});
/** `key=` before a quote, a bracket or a `$`; or before something that is no value, for the grammar to explain. */
export const KeyOpen = createToken({
  name: 'KeyOpen',
  label: '`key=`',
  pattern: new RegExp(`[${W}]+=`),
  start_chars_hint: wordStart,
  categories: Misplaced,
});
/** A run of word characters that no other token takes. */
export const Run = createToken({
  name: 'Run',
  start_chars_hint: wordStart,
  pattern: new RegExp(`[${W}]+`),
  categories: Misplaced,
});

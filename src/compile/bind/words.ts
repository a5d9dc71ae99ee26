/** The words that begin the language's own statements. */
export const LANGUAGE_WORDS: readonly string[] = [
  'chain',
  'param',
  'let',
  'expect',
  'wait',
  'if',
  'for',
  'defer',
  'start',
  'proc',
  'use',
  'target',
  'transaction',
];

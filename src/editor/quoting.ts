import type { Typed } from './typed.ts';

const VALUE = /^[^\s;"'`{}()[\]$<>|\\#][^\s;"'`{}()[\]$<>|\\]*$/;
const WORD = /^[\w./@%+~\xa1-\u1fff-]+(?::[\w./@%+~\xa1-\u1fff-]+)*$/;
const ENDINGS: ReadonlySet<string> = new Set(['then', 'within', 'else']);

/** A name as it is written where it is being typed: in quotes where it needs them, or where some were begun. */
export function written(name: string, typed: Typed): string {
  if (typed.form === 'text') return quoted(name);
  const isPlain =
    typed.key === undefined ? WORD.test(name) && !ENDINGS.has(name) : VALUE.test(name) && !name.endsWith(',');
  return isPlain ? name : quoted(name);
}

/** A string of the language: `$` stands for itself in it. */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('$', '\\$');
}

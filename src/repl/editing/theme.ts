import type { Style } from '../../editor/highlight.ts';

/** The SGR sequence of each style that a piece of the screen can have; a style that is not here is plain. */
export type Theme = { readonly [style in Style | keyof typeof CHROME]?: string };

const CHROME = {
  ghost: '\x1b[2m',
  summary: '\x1b[2m',
  selected: '\x1b[7m',
  match: '\x1b[1;4m',
};

/** Without colours: only what is bold, faint, underlined or reversed. */
export const plainTheme: Theme = { ...CHROME, error: '\x1b[4m', unknown: '\x1b[4m' };

/** In the sixteen colours that every terminal has, for dark and light ones. */
export const colourTheme: Theme = {
  ...CHROME,
  ghost: '\x1b[90m',
  summary: '\x1b[90m',
  match: '\x1b[1;33m',
  verb: '\x1b[1;34m',
  command: '\x1b[1;36m',
  word: '\x1b[1;35m',
  key: '\x1b[36m',
  node: '\x1b[1m',
  operator: '\x1b[90m',
  string: '\x1b[32m',
  number: '\x1b[33m',
  variable: '\x1b[35m',
  comment: '\x1b[90m',
  error: '\x1b[31m',
  unknown: '\x1b[31m',
};

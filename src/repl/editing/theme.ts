/** The SGR sequence of each style that a piece of the screen can have; a style that is not here is plain. */
export interface Theme {
  readonly [style: string]: string | undefined;
}

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
  keyword: '\x1b[1;35m',
  command: '\x1b[1;36m',
  argument: '\x1b[36m',
  operator: '\x1b[90m',
  punctuation: '\x1b[90m',
  string: '\x1b[32m',
  number: '\x1b[33m',
  variable: '\x1b[35m',
  event: '\x1b[33m',
  host: '\x1b[32m',
  comment: '\x1b[90m',
  error: '\x1b[31m',
  unknown: '\x1b[31m',
};

import type { Style } from '../graph/draw-change.ts';

const STYLES: Readonly<Record<Style, string>> = {
  added: '\x1b[32m',
  gone: '\x1b[31m',
  invalid: '\x1b[1;31m',
  dim: '\x1b[34m',
};

/** A part of a picture in its colour, for a terminal. */
export function colored(style: Style, text: string): string {
  return `${STYLES[style]}${text}\x1b[0m`;
}

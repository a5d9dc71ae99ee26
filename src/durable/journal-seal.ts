import { digest } from '../text/digest.ts';

const BEFORE = ',"sum":"';
const SUM = 16;
const BEHIND = '"}';
const LENGTH = BEFORE.length + SUM + BEHIND.length;

/** A line of a journal as it was before its seal, and the sum that the next line's is made from. */
export interface Unsealed {
  readonly text: string;
  readonly sum: string;
}

/**
 * A line with a sum over itself and all lines before it as its last member: a line that was changed, doubled, moved or taken out
 * breaks the chain. Only a file that ends too early can't be told from a run that was cut there. `sum` is that of the line before.
 */
export function seal(text: string, sum: string): { readonly line: string; readonly sum: string } {
  const body = text.slice(0, -1);
  const own = digest(sum + body);
  return { line: `${body}${BEFORE}${own}${BEHIND}`, sum: own };
}

/** Undefined where the seal is not that of this line in this place. */
export function unseal(line: string, sum: string): Unsealed | undefined {
  if (!line.startsWith(BEFORE, line.length - LENGTH)) return undefined;
  const text = `${line.slice(0, -LENGTH)}}`;
  const sealed = seal(text, sum);
  return sealed.line === line ? { text, sum: sealed.sum } : undefined;
}

/** Whether something stands behind a whole line that only a line break should. */
export function goesOnBehindSeal(text: string, sum: string): boolean {
  for (let at = text.indexOf(BEFORE); at !== -1; at = text.indexOf(BEFORE, at + 1))
    if (at + LENGTH < text.length && unseal(text.slice(0, at + LENGTH), sum)) return true;
  return false;
}

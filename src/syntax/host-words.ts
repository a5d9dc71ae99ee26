import { badInterpolation, shellOperator, unclosedString } from '../diagnostics/catalogue/syntax.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { Reference, Text } from './ast.ts';
import { readInterpolation, readPath, readText } from './strings.ts';

const OPERATOR = /\$\(|&&|\|\||>>|<<|[|&<>`]/y;
const VARIABLE = /\$[A-Za-z_]/y;

/**
 * One word of a `$` line as it stands at `start`: text as written, quotes taken off, with its `$name` and `${…}`.
 * In `"…"` a string's escapes hold, in `'…'` nothing does. Shell operators and unfinished quotes go to `report`.
 */
export function readHostWord(image: string, start: number, report: (finding: Finding) => void): Text {
  const parts: (string | Reference)[] = [];
  let plain = '';
  const take = (part: string | Reference) => {
    if (typeof part === 'string') {
      plain += part;
      return;
    }
    if (plain !== '') parts.push(plain);
    plain = '';
    parts.push(part);
  };
  let at = 0;
  while (at < image.length) {
    const character = image[at] ?? '';
    if (character === "'") {
      const close = image.indexOf("'", at + 1);
      if (close === -1) report(unclosedString({ start: start + at, end: start + image.length }));
      take(image.slice(at + 1, close === -1 ? image.length : close));
      at = close === -1 ? image.length : close + 1;
    } else if (character === '"') {
      const close = closingQuote(image, at);
      if (close === -1) report(unclosedString({ start: start + at, end: start + image.length }));
      else for (const part of readText(image.slice(at, close + 1), start + at, report).parts) take(part);
      at = close === -1 ? image.length : close + 1;
    } else {
      at = readPlain(image, at, start, take, report);
    }
  }
  if (plain !== '') parts.push(plain);
  return { kind: 'text', span: { start, end: start + image.length }, parts };
}

function readPlain(
  image: string,
  at: number,
  start: number,
  take: (part: string | Reference) => void,
  report: (finding: Finding) => void,
): number {
  OPERATOR.lastIndex = at;
  const operator = OPERATOR.exec(image)?.[0];
  if (operator !== undefined) {
    report(shellOperator({ start: start + at, end: start + at + operator.length }, operator));
    return at + operator.length;
  }
  if (image.startsWith('${', at)) {
    const read = readInterpolation(image, at, start);
    if (!read) report(badInterpolation({ start: start + at, end: start + at + 2 }));
    else take(read.reference);
    return read?.end ?? at + 2;
  }
  VARIABLE.lastIndex = at;
  if (VARIABLE.test(image)) {
    const read = readPath(image, at + 1, start);
    if (read) {
      take({ ...read.reference, span: { start: start + at, end: start + read.end } });
      return read.end;
    }
  }
  take(image[at] ?? '');
  return at + 1;
}

function closingQuote(image: string, open: number): number {
  for (let at = open + 1; at < image.length; at++) {
    if (image[at] === '\\') at++;
    else if (image[at] === '"') return at;
  }
  return -1;
}

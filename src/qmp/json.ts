import { stringify as stringifyLossless } from 'lossless-json';

/** A JSON value whose integers are exact: a `number` where that is safe, a `bigint` beyond. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** The first count of digits at which an integer can be too large to be exact as a `number`. */
const LONG = 16;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const ZERO = 0x30;

/** Parses JSON and keeps 64-bit integers exact. Throws a SyntaxError as `JSON.parse` does. */
export function parseJson(text: string): Json {
  const large = largeIntegers(text);
  if (large.length === 0) return JSON.parse(text) as Json;
  // Each goes through JSON.parse as a string that stands nowhere else in the text.
  let mark = 'n';
  while (text.includes(`"${mark}`)) mark += 'n';
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of large) {
    parts.push(text.slice(from, start), `"${mark}${text.slice(start, end)}"`);
    from = end;
  }
  return unmarked(JSON.parse(parts.join('') + text.slice(from)) as Json, mark);
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the integers stand that are not exact as a `number`. A run of `LONG` digits covers an offset that `LONG` divides, so
 * only those are looked at: a scan of every character costs as much as half of `JSON.parse`.
 */
function largeIntegers(text: string): Stretch[] {
  const found: Stretch[] = [];
  // Outside of every string, and not behind a run that was looked at.
  let outside = 0;
  for (let at = 0; at < text.length; at += LONG) {
    if (!isDigit(text, at)) continue;
    let first = at;
    let end = at + 1;
    while (isDigit(text, first - 1)) first--;
    while (isDigit(text, end)) end++;
    at += LONG * Math.floor((end - 1 - at) / LONG);
    const start = text.charCodeAt(first - 1) === MINUS ? first - 1 : first;
    if (end - first < LONG || !isInteger(text, start, first, end)) continue;
    if (end - first === LONG && Number.isSafeInteger(Number(text.slice(start, end)))) continue;
    while (outside <= start) {
      const quote = text.indexOf('"', outside);
      if (quote === -1 || quote > start) break;
      outside = endOfString(text, quote);
    }
    if (outside <= start) found.push({ start, end });
  }
  return found;
}

/** Whether digits are all of a value, if they stand in no string: no fraction, no exponent, no key, and nothing that JSON refuses. */
function isInteger(text: string, start: number, first: number, end: number): boolean {
  if (text.charCodeAt(first) === ZERO || '.eE+-'.includes(text.charAt(start - 1) || ' ')) return false;
  let next = end;
  while (' \t\r\n'.includes(text.charAt(next) || ',')) next++;
  return ',]}'.includes(text.charAt(next));
}

/** The offset behind the string that begins at `quote`; the text's length where it does not end. */
function endOfString(text: string, quote: number): number {
  for (let end = text.indexOf('"', quote + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
  return text.length;
}

/** The value with its marked strings turned into the integers that they stand for. */
function unmarked(whole: Json, mark: string): Json {
  const top: Json[] = [whole];
  const open: Record<string, Json>[] = [top as unknown as Record<string, Json>];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const key in at) {
      const value = at[key];
      if (typeof value === 'string') {
        if (value.startsWith(mark)) at[key] = BigInt(value.slice(mark.length));
      } else if (typeof value === 'object' && value !== null) open.push(value as Record<string, Json>);
    }
  }
  return top[0] as Json;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

/** Compact JSON of a value, its `bigint`s written as plain integers. */
export function stringifyJson(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch {
    return stringifyLossless(value) ?? 'null';
  }
}

/** JSON over several lines for people, its integers exact. */
export function prettyJson(value: Json): string {
  return stringifyLossless(value, undefined, 2) ?? 'null';
}

/** Whether a value is a JSON object: neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

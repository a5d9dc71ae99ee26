import { isSafeNumber, parse as parseLossless, stringify as stringifyLossless } from 'lossless-json';

/** A JSON value whose integers are exact: a `number` where that is safe, a `bigint` beyond. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** The first count of digits at which an integer can be too large to be exact as a `number`. */
const LONG = 16;

/** Parses JSON and keeps 64-bit integers exact. Throws a SyntaxError as `JSON.parse` does. */
export function parseJson(text: string): Json {
  if (!mayHoldLongInteger(text)) return JSON.parse(text) as Json;
  return parseLossless(text, undefined, {
    parseNumber: digits => (isSafeNumber(digits) || /[.eE]/.test(digits) ? Number(digits) : BigInt(digits)),
  }) as Json;
}

/**
 * Whether there may be an integer of `LONG` digits or more. A run that long covers an offset that `LONG` divides, so only
 * those are looked at: a scan of every character costs as much as half of `JSON.parse`.
 */
function mayHoldLongInteger(text: string): boolean {
  for (let at = 0; at < text.length; at += LONG) {
    if (!isDigit(text, at)) continue;
    let start = at;
    let end = at + 1;
    while (isDigit(text, start - 1)) start--;
    while (isDigit(text, end)) end++;
    // After these it is a part of a string or of a fraction.
    if (end - start >= LONG && !/["._A-Za-z]/.test(text.charAt(start - 1))) return true;
    at += LONG * Math.floor((end - 1 - at) / LONG);
  }
  return false;
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

import type { ParameterKind } from '../../statements/define.ts';
import { surelyMeant } from '../../text/suggest.ts';

/** What a word that is no value of a parameter surely means as one: `ful` is `full`, `yes` is `on`, `10MiB` is `10M`. */
export function valueMeant(kind: ParameterKind, word: string): string | undefined {
  switch (kind.is) {
    case 'choice':
      return surelyMeant(word, kind.of);
    case 'boolean':
      return switchMeant(word);
    case 'size':
    case 'integer':
      return /^\d+(\.\d+)?[KMGTPE]iB$/.test(word) ? word.slice(0, -2) : undefined;
    case 'duration':
      return durationMeant(word);
    default:
      return undefined;
  }
}

/** `on` or `off`, for what says so elsewhere. */
export function switchMeant(word: string): string | undefined {
  if (/^(yes|enabled?)$/i.test(word)) return 'on';
  return /^(no|disabled?)$/i.test(word) ? 'off' : undefined;
}

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/^(\d+)(secs?|seconds?)$/, 's'],
  [/^(\d+)(mins?|minutes?)$/, 'm'],
  [/^(\d+)(hrs?|hours?)$/, 'h'],
  [/^(\d+)days?$/, 'd'],
];

function durationMeant(word: string): string | undefined {
  for (const [pattern, unit] of UNITS) {
    const number = pattern.exec(word)?.[1];
    if (number !== undefined) return number + unit;
  }
  return undefined;
}

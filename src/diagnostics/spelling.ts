import type { Span } from '../text/source.ts';
import { surelyMeant } from '../text/suggest.ts';
import { type Finding, withFix } from './diagnostic.ts';

/**
 * The finding with the word that was surely meant as its fix, where one of `known` is. A span that holds more than the
 * bare word, such as its quotes, or that holds the name of a variable, is left as it is.
 */
export function respelled(finding: Finding, span: Span, word: string, known: Iterable<string>): Finding {
  if (span.end - span.start !== word.length) return finding;
  const meant = surelyMeant(word, known);
  return withFix(finding, meant === undefined ? [] : [{ span, text: meant }]);
}

import type { IToken } from 'chevrotain';
import * as say from '../../diagnostics/catalogue/syntax.ts';
import { type Finding, withFix } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../text/source.ts';
import {
  Arrow,
  Assign,
  Callee,
  Colon,
  JsonClose,
  Junk,
  KeyOpen,
  KeyValue,
  ListClose,
  OpenText,
  ParenClose,
  Prompt,
  SingleQuoted,
} from '../tokens.ts';
import {
  doubleQuotes,
  plainReference,
  quotedAddress,
  spacedComparison,
  straightQuotes,
  withoutComma,
  withoutSpaces,
} from './repairs.ts';

/**
 * What is wrong with `token` wherever it is met unexpectedly: a string without an end, spaces around `=`, a character
 * that means nothing. Nothing for tokens that are merely in the wrong place.
 */
export function explain(token: IToken, next: IToken, span: Span, text: string): Finding | undefined {
  switch (token.tokenType) {
    case OpenText:
      return say.unclosedString(span);
    case SingleQuoted:
      return withFix(say.singleQuotes(span), doubleQuotes(text, span.start));
    case Junk:
      return explainCharacter(token.image, span, text);
    case ListClose:
    case ParenClose:
    case JsonClose:
      return say.strayClose(span, token.image);
    case Assign:
      if (isIn(CONDITION, text, span)) return withFix(say.assignInCondition(span), [{ span, text: '==' }]);
      return withFix(
        say.spacesAroundEquals(span, wordBefore(text, span.start)),
        withoutSpaces(text, span.start),
      );
    case Colon:
      return explainColon(span, text);
    case Arrow:
      return say.arrow(span);
    case Prompt:
      if (token.image === '->' && isIn(CHAIN, text, span)) return say.arrowBackwards(span);
      return say.promptInside(span);
    case KeyOpen:
      return explainKey(token, next, span, text);
    case KeyValue:
      return say.misplacedArgument(span);
    case Callee:
      return say.callAsStatement(span, token.image);
    default:
      return undefined;
  }
}

const CONDITION = /(?:^|[;{}])\s*(?:if|expect|wait)\s[^;{}"]*$/;
const CHAIN = /(?:^|[;{}])\s*(?:expect\s+)?chain\s[^;{}"]*$/;

/** Whether what stands before a place on its line is the beginning of such a statement. */
function isIn(statement: RegExp, text: string, { start }: Span): boolean {
  const before = text.slice(Math.max(0, start - 400), start);
  return statement.test(before.slice(before.lastIndexOf('\n') + 1));
}

function explainCharacter(character: string, span: Span, text: string): Finding {
  if (character === ']' || character === ')' || character === '}') return say.strayClose(span, character);
  if (character === '$')
    return text[span.end] === '{'
      ? withFix(say.interpolationOutside(span), plainReference(text, span.start))
      : say.dollarAlone(span);
  if (/[\u201c-\u201f]/.test(character)) return explainCurly(text, span);
  const whole = /[\ud800-\udbff]/.test(character) ? text.slice(span.start, span.start + 2) : character;
  return say.unknownCharacter(span, whole);
}

/** A curly quotation mark, where it and its partner on the line can be straightened. */
export function explainCurly(text: string, span: Span): Finding {
  const finding = say.unknownCharacter(span, text.slice(span.start, span.end));
  return withFix(finding, straightQuotes(text, span.start));
}

function explainColon(span: Span, text: string): Finding {
  const quoted = quotedAddress(text, span.start);
  return withFix(say.colon(span, quoted[0]?.text), quoted);
}

function wordBefore(text: string, at: number): string | undefined {
  return /([\w.-]+)\s*$/.exec(text.slice(Math.max(0, at - 80), at))?.[1];
}

/** Why `key=` is not followed by a value of its own: the cases in which the lexer found no `KeyValue`. */
export function explainKey(token: IToken, next: IToken, span: Span, text: string): Finding {
  const key = token.image.slice(0, -1);
  const rest = /^[^\s;]*/.exec(text.slice(span.end, span.end + 200))?.[0] ?? '';
  const nextSpan = { start: span.end, end: span.end + Math.max(1, rest.length) };
  if (rest === '') {
    const spaced = /^[ \t]+[^\s;}]/.test(text.slice(span.end, span.end + 20));
    return spaced
      ? withFix(
          say.spacesAroundEquals({ start: span.end - 1, end: span.end + 1 }, key),
          withoutSpaces(text, span.end - 1),
        )
      : say.missingValue(span, key);
  }
  if (rest.startsWith('=')) {
    const at = { start: span.end - 1, end: span.end + 1 };
    return withFix(say.operatorSpaces(at), spacedComparison(text, at));
  }
  if (rest.endsWith(',')) {
    const at = nextSpan.end - 1;
    return withFix(say.trailingComma({ start: at, end: at + 1 }), withoutComma(text, at));
  }
  if (rest.startsWith('${'))
    return withFix(say.interpolationOutside(nextSpan), plainReference(text, nextSpan.start));
  if (rest.startsWith("'")) return withFix(say.singleQuotes(nextSpan), doubleQuotes(text, nextSpan.start));
  const stop = /["'`{}()[\]$<>|\\]/.exec(rest);
  if (stop && stop.index > 0) return say.runTogether({ start: span.end + stop.index, end: nextSpan.end });
  if (next.tokenType === OpenText) return say.unclosedString(nextSpan);
  return say.badValue(nextSpan, key);
}

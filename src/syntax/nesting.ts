import { EOF, type IToken, type TokenType, tokenMatcher } from 'chevrotain';
import { nestedTooDeep } from '../diagnostics/catalogue/syntax.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import {
  BlockClose, BlockOpen, CalledWord, contextualWords, EmptyBraces, IndexOpen, JsonClose, JsonOpen, ListClose, ListOpen, Newline, ParenClose, ParenOpen,
  Separator, vocabulary, Word,
} from './tokens.ts'; // biome-ignore format: a list of tokens

/** How deep blocks nest, each `else if` counted as one. */
export const BLOCK_LIMIT = 64;
const BRACKET_LIMIT = 200;

const OTHER = 0;
const SEPARATOR = 1;
const BLOCK_OPEN = 2;
const BLOCK_CLOSE = 3;
const BRACKET_OPEN = 4;
const BRACKET_CLOSE = 5;
const WORD = 6;

const groups: readonly (readonly [number, readonly TokenType[]])[] = [
  [SEPARATOR, [Separator]],
  [BLOCK_OPEN, [BlockOpen]],
  [BLOCK_CLOSE, [BlockClose]],
  [BRACKET_OPEN, [JsonOpen, ListOpen, IndexOpen, ParenOpen]],
  [BRACKET_CLOSE, [JsonClose, ListClose, ParenClose]],
  [WORD, [Word, CalledWord]],
];

let shapes: Uint8Array | undefined;

/** What each token type does to the nesting, by its index. */
function shapeTable(): Uint8Array {
  if (shapes) return shapes;
  shapes = new Uint8Array(
    Math.max(...vocabulary.map(type => type.tokenTypeIdx ?? 0), EOF.tokenTypeIdx ?? 0) + 1,
  );
  for (const type of vocabulary) {
    const token = { tokenTypeIdx: type.tokenTypeIdx } as IToken;
    const group = groups.find(([, types]) => types.some(general => tokenMatcher(token, general)));
    shapes[type.tokenTypeIdx ?? 0] = group?.[0] ?? OTHER;
  }
  return shapes;
}

export interface Nesting {
  /** How many tokens there are up to and with the last end of a top-level statement that what follows cannot change. */
  readonly cut: number;
  /** Whether blocks or brackets nest deeper than the language allows. */
  readonly tooDeep: boolean;
}

/**
 * Measures `tokens`, and gives the contextual words among them their types: a look into a table costs less than a
 * pattern for each. An unfinished literal ends at the first separator, as in the lexer.
 */
export function measure(tokens: readonly IToken[]): Nesting {
  const table = shapeTable();
  let blocks = 0;
  let brackets = 0;
  let cut = 0;
  let tooDeep = false;
  // Whether a line end in a literal is one depends on the first thing behind it and the line ends that follow.
  let undecided = false;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as IToken;
    const shape = table[token.tokenTypeIdx];
    if (shape !== SEPARATOR) undecided = false;
    switch (shape) {
      case OTHER:
        break;
      case WORD: {
        const contextual = contextualWords.get(token.image);
        if (contextual) {
          token.tokenType = contextual;
          token.tokenTypeIdx = contextual.tokenTypeIdx ?? 0;
        }
        break;
      }
      case SEPARATOR:
        brackets = 0;
        if (token.image === ';') {
          undecided = false;
          break;
        }
        if (token.tokenType !== Newline) undecided = true;
        if (blocks === 0 && !(undecided && endsLines(tokens, at))) cut = at + 1;
        break;
      case BLOCK_OPEN:
        brackets = 0;
        if (++blocks > BLOCK_LIMIT) tooDeep = true;
        break;
      case BLOCK_CLOSE:
        brackets = 0;
        if (blocks > 0) blocks--;
        break;
      case BRACKET_OPEN:
        if (++brackets > BRACKET_LIMIT) tooDeep = true;
        break;
      default:
        if (brackets > 0) brackets--;
    }
  }
  return { cut, tooDeep };
}

/** Whether behind the line end at `at` there is nothing, or one more. */
function endsLines(tokens: readonly IToken[], at: number): boolean {
  return tokens[at + 1]?.image.startsWith('\n') ?? true;
}

/**
 * `tokens` with everything beyond the limits of nesting read as `{}`, one finding for each. The parser's recursion
 * relies on it: a stack that overflows inside a rule cannot be caught there.
 */
export function boundNesting(tokens: readonly IToken[], base: number, findings: Finding[]): IToken[] {
  const table = shapeTable();
  const kept: IToken[] = [];
  let blocks = 0;
  let brackets = 0;
  for (const token of tokens) {
    const shape = table[token.tokenTypeIdx] ?? OTHER;
    const inside = blocks > BLOCK_LIMIT || brackets > BRACKET_LIMIT;
    if (shape === BLOCK_OPEN) blocks++;
    else if (shape === BLOCK_CLOSE) blocks = Math.max(0, blocks - 1);
    else if (shape === BRACKET_OPEN) brackets++;
    else if (shape === BRACKET_CLOSE) brackets = Math.max(0, brackets - 1);
    if (shape === SEPARATOR || shape === BLOCK_OPEN || shape === BLOCK_CLOSE) brackets = 0;
    if (inside) {
      const resumes = blocks <= BLOCK_LIMIT && brackets <= BRACKET_LIMIT && shape === SEPARATOR;
      if (resumes) kept.push(token);
      continue;
    }
    if (blocks <= BLOCK_LIMIT && brackets <= BRACKET_LIMIT) {
      kept.push(token);
      continue;
    }
    const start = base + token.startOffset;
    const span = { start, end: start + token.image.length };
    const [what, limit] =
      blocks > BLOCK_LIMIT ? (['blocks', BLOCK_LIMIT] as const) : (['brackets', BRACKET_LIMIT] as const);
    findings.push(nestedTooDeep(span, what, limit));
    kept.push({ ...token, tokenType: EmptyBraces, tokenTypeIdx: EmptyBraces.tokenTypeIdx ?? 0 });
  }
  return kept;
}

import { type IToken, Lexer } from 'chevrotain';
import { literalTooLong } from '../diagnostics/catalogue/syntax.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import { boundNesting, measure } from './nesting.ts';
import { LITERAL_LIMIT } from './strings.ts';
import { modes } from './tokens.ts';

/** How many UTF-16 units are lexed and parsed at once, unless a block or a literal needs more. */
export const CHUNK_SIZE = 8 * 1024;

/** The tokens of whole top-level statements; their offsets count from `base`. */
export interface Chunk {
  readonly base: number;
  readonly end: number;
  readonly tokens: IToken[];
  readonly comments: IToken[];
  readonly findings: Finding[];
}

// What else may stand on a line whose literal has just the size that is allowed.
const LINE_ALLOWANCE = 64 * 1024;

let plain: Lexer | undefined;
let quick: Lexer | undefined;

/**
 * The lexer for a text of this length. To read fast, Chevrotain first finds out what each token begins with; on a short
 * text that takes longer than reading it by trial.
 */
function lexerFor(length: number): Lexer {
  if (length > SHORT) {
    quick ??= new Lexer(modes, { positionTracking: 'onlyOffset', skipValidations: true });
    return quick;
  }
  plain ??= new Lexer(modes, { positionTracking: 'onlyOffset', skipValidations: true, safeMode: true });
  return plain;
}

const SHORT = 4096;

/**
 * The tokens of `text`, cut behind top-level statements into chunks of about `size`. Small chunks keep the young
 * generation of the heap small, which is what makes a long script as fast to parse as a short one.
 */
export function* chunksOf(text: string, size: number): Generator<Chunk> {
  let base = 0;
  let wanted = size;
  while (base < text.length) {
    const newline = base + wanted < text.length ? text.indexOf('\n', base + wanted) : -1;
    const end = newline === -1 ? text.length : newline + 1;
    const findings: Finding[] = [];
    const { tokens, groups } = lexerFor(text.length).tokenize(
      boundLines(text.slice(base, end), base, findings),
    );
    const { cut, tooDeep } = measure(tokens);
    const last = end === text.length;
    if (!last && cut === 0 && tokens.length > 0) {
      wanted *= 2;
      continue;
    }
    const whole = last || tokens.length === 0;
    const kept = whole ? tokens : tokens.slice(0, cut);
    const final = kept[kept.length - 1];
    const stop = whole || !final ? end : base + final.startOffset + final.image.length;
    const comments = (groups['comments'] ?? []).filter(comment => base + comment.startOffset < stop);
    const bounded = tooDeep ? boundNesting(kept, base, findings) : kept;
    yield {
      base,
      end: stop,
      tokens: bounded,
      comments,
      findings: findings.filter(({ primary }) => (primary?.span.start ?? 0) < stop),
    };
    base = stop;
    wanted = size;
  }
}

/** `slice` with lines that no literal may be as long as blanked out: V8's regular expressions overflow on them. */
function boundLines(slice: string, base: number, findings: Finding[]): string {
  if (slice.length <= LITERAL_LIMIT) return slice;
  let bounded = '';
  for (let at = 0; at < slice.length; ) {
    const newline = slice.indexOf('\n', at);
    const end = newline === -1 ? slice.length : newline + 1;
    if (end - at > LITERAL_LIMIT + LINE_ALLOWANCE) {
      findings.push(literalTooLong({ start: base + at, end: base + at + 1 }));
      bounded += ' '.repeat(end - at - 1) + (newline === -1 ? ' ' : '\n');
    } else bounded += slice.slice(at, end);
    at = end;
  }
  return bounded;
}

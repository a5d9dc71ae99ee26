export type TokenKind = '{' | '}' | '[' | ']' | ':' | ',' | 'string' | 'number' | 'keyword' | 'error';

export interface Token {
  readonly kind: TokenKind;
  /** As it stands in the input; of an error, everything up to the character that is wrong. */
  readonly text: string;
}

type State =
  | 'start'
  | 'recovery'
  | 'keyword'
  | 'double'
  | 'double-escape'
  | 'single'
  | 'single-escape'
  | 'sign'
  | 'zero'
  | 'digits'
  | 'point'
  | 'fraction'
  | 'exponent'
  | 'exponent-sign'
  | 'exponent-digits';

/** What becomes of a character: a further state, a token that it ends, or one that ended before it. */
type Move = State | { readonly token: TokenKind; readonly before?: true } | { readonly again: State };

const STRUCTURE = '{}[]:,';

const isDigit = (char: string) => char >= '0' && char <= '9';
const isControl = (char: string) => char < ' ';
/** No UTF-8 has these bytes. */
const isNever = (char: string) => char >= '\xfe';
const isLower = (char: string) => char >= 'a' && char <= 'z';

const ended = (kind: TokenKind): Move => ({ token: kind, before: true });
const wrong: Move = { token: 'error' };

/**
 * Cuts a stream of bytes, each as a character of its own, into the tokens of QEMU's own JSON reader, however they come in pieces. It accepts
 * what QEMU accepts, strings in single quotes too, and goes on after an error at the place where QEMU does.
 */
export class JsonLexer {
  #state: State = 'start';
  #text = '';

  /** The tokens that `piece` completes. */
  push(piece: string): Token[] {
    const tokens: Token[] = [];
    for (const char of piece) this.#take(char, tokens);
    return tokens;
  }

  #take(char: string, tokens: Token[]): void {
    let move = next(this.#state, char);
    if (typeof move === 'object' && 'token' in move && move.before) {
      this.#emit(move.token, tokens);
      move = next('start', char);
    }
    if (typeof move === 'object' && 'again' in move) {
      this.#state = move.again;
      this.#text = '';
      this.#take(char, tokens);
      return;
    }
    if (typeof move === 'string') {
      this.#state = move;
      this.#text = move === 'start' || move === 'recovery' ? '' : this.#text + char;
      return;
    }
    this.#text += char;
    this.#emit(move.token, tokens);
  }

  #emit(kind: TokenKind, tokens: Token[]): void {
    tokens.push({ kind, text: this.#text });
    this.#text = '';
    this.#state = kind === 'error' ? 'recovery' : 'start';
  }
}

function next(state: State, char: string): Move {
  switch (state) {
    case 'start':
      return begin(char);
    case 'recovery':
      return (isControl(char) && char !== '\t') || isNever(char) || STRUCTURE.includes(char)
        ? { again: 'start' }
        : 'recovery';
    case 'keyword':
      return isLower(char) ? 'keyword' : ended('keyword');
    case 'double':
    case 'single':
      return inString(state, char);
    case 'double-escape':
      return isControl(char) || isNever(char) ? wrong : 'double';
    case 'single-escape':
      return isControl(char) || isNever(char) ? wrong : 'single';
    default:
      return inNumber(state, char);
  }
}

function begin(char: string): Move {
  if (char === ' ' || char === '\t' || char === '\r' || char === '\n') return 'start';
  if (STRUCTURE.includes(char)) return { token: char as TokenKind };
  if (char === '"') return 'double';
  if (char === "'") return 'single';
  if (char === '-') return 'sign';
  if (char === '0') return 'zero';
  if (isDigit(char)) return 'digits';
  return isLower(char) ? 'keyword' : wrong;
}

function inString(state: 'double' | 'single', char: string): Move {
  if (isControl(char) || isNever(char)) return wrong;
  if (char === '\\') return `${state}-escape`;
  return char === (state === 'double' ? '"' : "'") ? { token: 'string' } : state;
}

function inNumber(state: State, char: string): Move {
  const digit = isDigit(char);
  switch (state) {
    case 'sign':
      return char === '0' ? 'zero' : digit ? 'digits' : wrong;
    case 'zero':
    case 'digits':
      if (digit) return state === 'zero' ? wrong : 'digits';
      if (char === '.') return 'point';
      return char === 'e' || char === 'E' ? 'exponent' : ended('number');
    case 'point':
      return digit ? 'fraction' : wrong;
    case 'fraction':
      if (digit) return 'fraction';
      return char === 'e' || char === 'E' ? 'exponent' : ended('number');
    case 'exponent':
      return digit ? 'exponent-digits' : char === '+' || char === '-' ? 'exponent-sign' : wrong;
    case 'exponent-sign':
      return digit ? 'exponent-digits' : wrong;
    default:
      return digit ? 'exponent-digits' : ended('number');
  }
}

import { EOF, type IToken, type TokenType, tokenMatcher } from 'chevrotain';
import { LANGUAGE_WORDS } from '../compile/bind/words.ts';
import { builtins } from '../compile/evaluate/builtins.ts';
import { familyOf, statementOf, statementWords } from '../statements/index.ts';
import {
  And, AnyWord, Arrow, Assign, At, BlockClose, BlockOpen, CalledWord, Callee, Chain, Colon, Compare, Constant, Defer, Else,
  EmptyPrompt, ErrorWord, EventWord, Field, From, HostOpen, HostWord, Identical, In, Job, JsonOpen, Junk, KeyOpen, KeyValue,
  Minus, No, Not, Numeral, OpenText, Or, Pipe, Prompt, Run, Separator, SingleQuoted, Start, Status, Text, Then, Variable,
  vocabulary, Where, Within,
} from '../syntax/tokens.ts'; // biome-ignore format: a list of tokens
import { parseDuration, parseInteger, parseSize } from '../text/scalars.ts';
import { endOf, lex } from './lexed.ts';
import type { EditorWorld } from './world.ts';

/** How a piece of a text looks, by what it is. */
export type Style =
  | 'verb'
  /** A word that begins a statement and that nothing knows. */
  | 'unknown'
  /** A word of the language inside a statement. */
  | 'word'
  | 'key'
  | 'node'
  | 'value'
  | 'string'
  | 'number'
  | 'variable'
  | 'comment'
  | 'operator'
  /** A command of the prompt. */
  | 'command'
  /** What the lexer already knows to be wrong: a string that is not closed, a character that means nothing. */
  | 'error';

export interface Highlight {
  readonly start: number;
  readonly end: number;
  readonly style: Style;
}

const STYLES: readonly (readonly [Style, readonly TokenType[]])[] = [
  ['string', [Text]],
  ['variable', [Variable, Field]],
  ['error', [OpenText, SingleQuoted, Junk, Run]],
  ['operator', [Arrow, Compare, Assign, Colon, Pipe, Minus]],
  ['comment', [Prompt, EmptyPrompt]],
  ['verb', [HostOpen]],
  ['word', [At, Then, Within, Else, Callee, CalledWord]],
  ['number', [Numeral]],
  ['value', [Constant, HostWord]],
];
/** Contextual words that keep their meaning only in conditions. */
const CONDITION: ReadonlySet<TokenType> = new Set([
  Chain, No, Job, Status, Identical, ErrorWord, EventWord, From, Where, And, Or, Not, In,
]); // biome-ignore format: a list of tokens
const ASKING: ReadonlySet<string> = new Set(['expect', 'wait', 'if', 'for']);
const language: ReadonlySet<string> = new Set(LANGUAGE_WORDS);

let styles: readonly (Style | undefined)[] | undefined;

/** The style of each token type whose words look alike wherever they stand, by its index. */
function styleTable(): readonly (Style | undefined)[] {
  if (styles) return styles;
  const table: (Style | undefined)[] = Array(EOF.tokenTypeIdx ?? 0);
  for (const type of vocabulary) {
    const token = { tokenTypeIdx: type.tokenTypeIdx } as IToken;
    const known = STYLES.find(([, types]) => types.some(general => tokenMatcher(token, general)));
    table[type.tokenTypeIdx ?? 0] = known?.[0];
  }
  styles = table;
  return styles;
}

/**
 * The pieces of a text that have a look of their own, in order and apart from each other. White space and brackets have
 * none. Never throws.
 */
export function highlight(text: string, world: EditorWorld): readonly Highlight[] {
  const { tokens, comments } = lex(text);
  const command = commandIn(text, world);
  const painter = new Painter(world, tokens);
  const from = command?.piece.end ?? 0;
  for (const token of tokens) {
    if (token.startOffset < from) continue;
    if (command === undefined || command.takesStatement) painter.paint(token);
    else painter.add(token.startOffset, endOf(token), 'value');
  }
  if (comments.length === 0 && !command) return painter.found;
  for (const comment of comments)
    if (comment.startOffset >= from) painter.add(comment.startOffset, endOf(comment), 'comment');
  const found = command ? [command.piece, ...painter.found] : painter.found;
  return found.sort((one, other) => one.start - other.start);
}

function commandIn(text: string, { commands = [] }: EditorWorld) {
  const [, space = '', name = ''] = /^(\s*)(:?[\w-]+)(?!\S)/.exec(text) ?? [];
  const known = commands.find(item => item.name === name);
  if (!known && !name.startsWith(':')) return undefined;
  const style = known ? 'command' : 'unknown';
  const piece: Highlight = { start: space.length, end: space.length + name.length, style };
  return { piece, takesStatement: known?.takes === 'statement' };
}

/** Goes through the tokens of a text once, and keeps what the statement at hand is. */
class Painter {
  readonly found: Highlight[] = [];
  readonly #world: EditorWorld;
  /** The procedures that the text has itself. */
  readonly #procedures = new Set<string>();
  #previous: IToken | undefined;
  /** The verb of the statement that is being painted, once it is known. */
  #verb: string | undefined;

  constructor(world: EditorWorld, tokens: readonly IToken[]) {
    this.#world = world;
    for (const [at, { image }] of tokens.entries())
      if (image === 'proc') this.#procedures.add(tokens[at + 1]?.image ?? '');
  }

  paint(token: IToken): void {
    if (is(token, Separator) || is(token, BlockOpen) || is(token, BlockClose)) this.#verb = undefined;
    else if (token.tokenType === KeyValue || token.tokenType === KeyOpen) this.#paintPair(token);
    else {
      if (token.tokenType === Colon && this.#previous?.tokenType === Text) this.#repaint('key');
      const style = this.#styleOf(token);
      if (style !== undefined) this.add(token.startOffset, endOf(token), style);
    }
    this.#previous = token;
  }

  add(start: number, end: number, style: Style): void {
    if (end > start) this.found.push({ start, end, style });
  }

  #paintPair({ startOffset: start, image }: IToken): void {
    const split = image.indexOf('=');
    const value = image.slice(split + 1);
    this.add(start, start + split, 'key');
    this.add(start + split, start + split + 1, 'operator');
    this.add(start + split + 1, start + image.length, this.#valueStyle(value));
  }

  /** Gives the piece that was painted last another look. */
  #repaint(style: Style): void {
    const last = this.found.pop();
    if (last) this.found.push({ ...last, style });
  }

  #styleOf(token: IToken): Style | undefined {
    const type = token.tokenType;
    const isTail = type === Then || type === Within || type === Else || type === At;
    const isWord = is(token, AnyWord);
    if (isWord && !isTail && this.#begins()) return this.#verbStyle(token);
    if (type === HostOpen) this.#verb = '$';
    else if (is(token, JsonOpen)) this.#verb ??= '{';
    const before = this.#previous?.tokenType;
    if (type === HostWord) return before === HostOpen ? 'verb' : 'value';
    const style = styleTable()[token.tokenTypeIdx];
    if (style !== undefined || !isWord) return style;
    if (before === Then || before === Else) return 'word';
    if (this.#previous?.image === this.#verb && familyOf(this.#verb ?? '').length > 0)
      return statementOf(`${this.#verb} ${token.image}`) ? 'verb' : 'unknown';
    if (!ASKING.has(this.#verb ?? '') || !CONDITION.has(type)) return this.#valueStyle(token.image);
    // What `expect error … from` expects to fail is a statement.
    if (type === From) this.#verb = undefined;
    return 'word';
  }

  /** Whether the next word begins a statement. */
  #begins(): boolean {
    return this.#verb === undefined || (this.#verb === 'let' && this.#previous?.tokenType === Assign);
  }

  #verbStyle(token: IToken): Style {
    const { image, tokenType } = token;
    // The verb is what comes next.
    if (tokenType === Start || tokenType === Defer) return 'verb';
    if (this.#verb === 'let' && (tokenType === Constant || tokenType === Numeral))
      return tokenType === Numeral ? 'number' : 'value';
    this.#verb = image;
    const { schema, carried } = this.#world;
    const isKnown =
      statementWords.has(image) ||
      language.has(image) ||
      builtins.has(image) ||
      this.#procedures.has(image) ||
      carried?.procedures.has(image) ||
      schema.command(image.split('.')[0] ?? '') !== undefined;
    return isKnown ? 'verb' : 'unknown';
  }

  #valueStyle(text: string): Style {
    if (this.#world.graph.nodes.has(text)) return 'node';
    const isNumber =
      /^[-+\d]/.test(text) && [parseInteger, parseSize, parseDuration].some(read => read(text) !== undefined);
    return isNumber ? 'number' : 'value';
  }
}

const is = tokenMatcher;

import { type Json, parseJson } from '../qmp/json.ts';
import { JsonLexer, type Token } from './json-lexer.ts';

/** One message of a client, or why there is none, in QEMU's words. */
export type Incoming = { readonly message: Json } | { readonly fault: string };

const DEEPEST = 1024;

/**
 * Reads a client's messages as QEMU does: no newline is needed between them, each is complete with its last brace, and
 * after one that can't be read the next is read again.
 */
export class JsonReader {
  readonly #lexer = new JsonLexer();
  #tokens: Token[] = [];
  #braces = 0;
  #brackets = 0;

  /** The messages that these bytes complete, in order. */
  push(chunk: Uint8Array): Incoming[] {
    return this.#lexer.push(Buffer.from(chunk).toString('latin1')).flatMap(token => this.#take(token));
  }

  #take(token: Token): Incoming[] {
    if (token.kind === 'error') {
      const stray = Buffer.from(token.text, 'latin1').toString();
      return this.#give({ fault: `JSON parse error, stray '${stray}'` });
    }
    if (token.kind === '{') this.#braces++;
    if (token.kind === '}') this.#braces--;
    if (token.kind === '[') this.#brackets++;
    if (token.kind === ']') this.#brackets--;
    this.#tokens.push(token);
    if (this.#braces + this.#brackets > DEEPEST)
      return this.#give({ fault: 'JSON nesting depth limit exceeded' });
    const isOpen = this.#braces > 0 || this.#brackets > 0;
    if (isOpen && this.#braces >= 0 && this.#brackets >= 0) return [];
    return this.#give(parseTokens(this.#tokens));
  }

  #give(incoming: Incoming): Incoming[] {
    this.#tokens = [];
    this.#braces = 0;
    this.#brackets = 0;
    return [incoming];
  }
}

class Fault extends Error {}

function parseTokens(tokens: readonly Token[]): Incoming {
  let at = 0;
  const take = (): Token => {
    const token = tokens[at++];
    if (!token) throw new Fault('premature EOI');
    return token;
  };

  function value(): Json {
    const token = take();
    switch (token.kind) {
      case '{':
        return object();
      case '[':
        return array();
      case 'string':
        return textOf(token.text);
      case 'number':
        return parseJson(token.text);
      case 'keyword':
        return keyword(token.text);
      default:
        throw new Fault('expecting value');
    }
  }

  function object(): Json {
    const members = new Map<string, Json>();
    if (tokens[at]?.kind === '}') {
      at++;
      return {};
    }
    for (;;) {
      const key = value();
      if (typeof key !== 'string') throw new Fault('key is not a string in object');
      if (take().kind !== ':') throw new Fault('missing : in object pair');
      const member = value();
      if (members.has(key)) throw new Fault('duplicate key');
      members.set(key, member);
      const { kind } = take();
      if (kind === '}') return Object.fromEntries(members);
      if (kind !== ',') throw new Fault('expected separator in dict');
    }
  }

  function array(): Json {
    const items: Json[] = [];
    if (tokens[at]?.kind === ']') {
      at++;
      return items;
    }
    for (;;) {
      items.push(value());
      const { kind } = take();
      if (kind === ']') return items;
      if (kind !== ',') throw new Fault('expected separator in list');
    }
  }

  try {
    return { message: value() };
  } catch (error) {
    if (error instanceof Fault) return { fault: `JSON parse error, ${error.message}` };
    throw error;
  }
}

function keyword(word: string): Json {
  if (word === 'true' || word === 'false') return word === 'true';
  if (word === 'null') return null;
  throw new Fault(`invalid keyword '${word}'`);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** A surrogate pair is one escape; so is what can't be one. */
const ESCAPE = /\\(u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|.)/gsu;

/** What a string in either kind of quotes says. */
function textOf(token: string): string {
  const bytes = token.slice(1, -1);
  let text = '';
  let from = 0;
  for (const { 0: whole, 1: sequence = '', index } of bytes.matchAll(ESCAPE)) {
    text += decoded(bytes.slice(from, index)) + unescaped(whole, sequence);
    from = index + whole.length;
  }
  return text + decoded(bytes.slice(from));
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Code points that are no characters, which QEMU takes from nobody. */
const NONCHARACTER = /\p{Noncharacter_Code_Point}/u;

function decoded(bytes: string): string {
  try {
    // QEMU's own UTF-8 has a longer form of NUL.
    const text = UTF8.decode(Buffer.from(bytes.replaceAll('\xc0\x80', '\0'), 'latin1'));
    if (!NONCHARACTER.test(text)) return text;
  } catch {
    // Told below.
  }
  throw new Fault('invalid UTF-8 sequence in string');
}

function unescaped(whole: string, sequence: string): string {
  const plain = ESCAPES[sequence];
  if (plain !== undefined) return plain;
  if (!/^u./.test(sequence)) throw new Fault('invalid escape sequence in string');
  const units = [...whole.matchAll(/\\u(.{4})/g)].map(([, digits = '']) => Number.parseInt(digits, 16));
  const [first = 0] = units;
  const text = String.fromCharCode(...units);
  if ((units.length === 1 && first >= 0xd800 && first < 0xe000) || NONCHARACTER.test(text)) {
    throw new Fault(`${whole} is not a valid Unicode character`);
  }
  return text;
}

import type {
  Argument,
  Bare,
  ChainPattern,
  Comment,
  Expression,
  Link,
  Name,
  Reference,
  Statement,
  Text,
  Value,
} from '../../src/syntax/ast.ts';

/**
 * What a parser written by hand for speed alone does with the statements that the benchmark's scripts are made of:
 * the yardstick for the real one. It makes the same tree, knows no errors, and understands nothing else.
 */
export function* parseByHand(
  text: string,
  size = 64 * 1024,
): Generator<{ statements: Statement[]; comments: Comment[] }> {
  const parser = new HandParser(text);
  for (let base = 0; base < text.length; ) {
    const newline = base + size < text.length ? text.indexOf('\n', base + size) : -1;
    const end = newline === -1 ? text.length : newline + 1;
    yield parser.lines(base, end);
    base = end;
  }
}

const WORD = new Uint8Array(128);
for (const character of '-_./@%+~') WORD[character.charCodeAt(0)] = 1;
for (let code = 48; code < 58; code++) WORD[code] = 1;
for (let code = 65; code < 91; code++) WORD[code] = WORD[code + 32] = 1;

class HandParser {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  lines(from: number, to: number): { statements: Statement[]; comments: Comment[] } {
    const statements: Statement[] = [];
    const comments: Comment[] = [];
    this.at = from;
    while (this.at < to) {
      this.space();
      const code = this.text.charCodeAt(this.at);
      if (code === 10) this.at++;
      else if (code === 35) comments.push(this.comment());
      else statements.push(this.statement());
    }
    return { statements, comments };
  }

  private space(): void {
    while (this.text.charCodeAt(this.at) === 32) this.at++;
  }

  private comment(): Comment {
    const start = this.at;
    const newline = this.text.indexOf('\n', start);
    const end = newline === -1 ? this.text.length : newline;
    this.at = end;
    return {
      span: { start, end },
      text: this.text.slice(start, end),
      ownLine: start === 0 || this.text.charCodeAt(start - 1) === 10,
    };
  }

  private word(): Name {
    const { text } = this;
    const start = this.at;
    let at = start;
    while (isWord(text, at)) at++;
    this.at = at;
    if (at === start) throw new SyntaxError(`offset ${at}`);
    return { span: { start, end: at }, text: text.slice(start, at) };
  }

  private atEnd(): boolean {
    this.space();
    const code = this.text.charCodeAt(this.at);
    return code === 10 || code === 35 || Number.isNaN(code);
  }

  private statement(): Statement {
    const start = this.at;
    const verb = this.word();
    this.space();
    switch (verb.text) {
      case 'chain': {
        const chain = this.chain();
        return { kind: 'chain', span: { start, end: this.at }, chain };
      }
      case 'expect': {
        const condition = this.at;
        this.word();
        this.space();
        const chain = this.chain();
        return {
          kind: 'expect',
          span: { start, end: this.at },
          condition: { kind: 'chain', span: { start: condition, end: this.at }, chain },
        };
      }
      case 'let': {
        const name = this.word();
        this.at += 3;
        const value: Expression | Statement = isDigit(this.text.charCodeAt(this.at))
          ? this.bare()
          : this.statement();
        return { kind: 'let', span: { start, end: this.at }, name, value };
      }
      default:
        return this.verbStatement(start, verb);
    }
  }

  private verbStatement(start: number, verb: Name): Statement {
    const words: Value[] = [];
    const pairs: Argument[] = [];
    let end = this.at;
    end = verb.span.end;
    while (!this.atEnd()) {
      const code = this.text.charCodeAt(this.at);
      if (code === 34) words.push(this.string());
      else if (code === 36) words.push(this.reference());
      else {
        const name = this.word();
        if (this.text.charCodeAt(this.at) === 61) {
          this.at++;
          pairs.push({ key: name, value: this.value(), span: { start: name.span.start, end: this.at } });
        } else if (name.text === 'then' || name.text === 'within') {
          return this.ended(start, verb, words, pairs, name);
        } else words.push({ kind: 'bare', span: name.span, text: name.text });
      }
      end = this.at;
    }
    return { kind: 'verb', span: { start, end }, verb, words, arguments: pairs };
  }

  private ended(start: number, verb: Name, words: Value[], pairs: Argument[], first: Name): Statement {
    let ending: Name | undefined;
    let limiting: Name | undefined = first;
    if (first.text === 'then') {
      this.space();
      ending = this.word();
      const end = this.at;
      limiting = this.atEnd() ? undefined : this.word();
      if (!limiting) this.at = end;
    }
    if (!limiting)
      return {
        kind: 'verb',
        span: { start, end: this.at },
        verb,
        words,
        arguments: pairs,
        ...(ending && { ending }),
      };
    this.space();
    const limit = this.bare();
    const within = { span: { start: limiting.span.start, end: this.at }, limit };
    return {
      kind: 'verb',
      span: { start, end: this.at },
      verb,
      words,
      arguments: pairs,
      ...(ending && { ending }),
      within,
    };
  }

  private bare(): Bare {
    const { span, text } = this.word();
    return { kind: 'bare', span, text };
  }

  private value(): Value {
    const { text } = this;
    const start = this.at;
    const code = text.charCodeAt(start);
    if (code === 34) return this.string();
    if (code === 36) return this.reference();
    if (code === 91) return this.list();
    let at = start;
    for (let next = text.charCodeAt(at); next > 32 && next !== 59; next = text.charCodeAt(at)) at++;
    this.at = at;
    return { kind: 'bare', span: { start, end: at }, text: text.slice(start, at) };
  }

  private string(): Text {
    const start = this.at;
    const close = this.text.indexOf('"', start + 1);
    this.at = close + 1;
    const inner = this.text.slice(start + 1, close);
    return { kind: 'text', span: { start, end: close + 1 }, parts: inner === '' ? [] : [inner] };
  }

  private reference(): Reference {
    const start = this.at++;
    const name = this.word();
    return { kind: 'reference', span: { start, end: this.at }, name, path: [] };
  }

  private list(): Value {
    const start = this.at++;
    const items: Value[] = [];
    while (this.text.charCodeAt(this.at) !== 93) {
      items.push(this.bare());
      if (this.text.charCodeAt(this.at) === 44) this.at++;
      this.space();
    }
    this.at++;
    return { kind: 'list', span: { start, end: this.at }, items };
  }

  private chain(): ChainPattern {
    const start = this.at;
    let device: Value | undefined;
    let first: Bare = this.bare();
    if (this.text.charCodeAt(this.at) === 58) {
      device = first;
      this.at++;
      this.space();
      first = this.bare();
    }
    const links: Link[] = [{ kind: 'image', span: first.span, name: first, attributes: [] }];
    let end = this.at;
    while (!this.atEnd()) {
      this.at += 2;
      this.space();
      const name = this.bare();
      links.push({ kind: 'image', span: name.span, name, attributes: [] });
      end = this.at;
    }
    return { span: { start, end }, ...(device && { device }), links };
  }
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 128) return WORD[code] === 1 || (code === 58 && WORD[text.charCodeAt(at + 1)] === 1);
  return code >= 128;
}

import { type IOrAlt, type IToken, type ParserMethod, type TokenType, tokenMatcher } from 'chevrotain';
import * as say from '../../diagnostics/catalogue/syntax.ts';
import { withFix } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../text/source.ts';
import type { Access, Argument, Expression, List, Name, ObjectLiteral, Reference, Value } from '../ast.ts';
import { LITERAL_LIMIT } from '../strings.ts';
import {
  AnyWord, BlockClose, Colon, Comma, EmptyBraces, Field, IndexOpen, JsonClose, JsonOpen, KeyOpen, KeyValue, ListClose,
  ListOpen, Separator, Text, Variable,
} from '../tokens.ts'; // biome-ignore format: a list of tokens
import { explainCurly, explainKey } from './explain.ts';
import { TokenReader } from './reader.ts';

/** The tokens that a value begins with. */
export const valueStarts: readonly TokenType[] = [AnyWord, Text, Variable, ListOpen, JsonOpen, EmptyBraces];

/** Values, references and arguments. */
export abstract class ValueGrammar extends TokenReader {
  declare protected readonly expression: ParserMethod<[], Expression>;

  /** The keys of objects in the statement at hand that are no strings. */
  protected unquotedKeys: Name[] = [];

  private readonly valueKinds: IOrAlt<Value>[] = [
    { ALT: () => this.bareOf(this.CONSUME(AnyWord)) },
    { ALT: () => this.textOf(this.CONSUME(Text)) },
    { ALT: () => this.SUBRULE(this.reference) },
    { ALT: () => this.SUBRULE(this.list) },
    { ALT: () => this.SUBRULE(this.object) },
    { ALT: () => this.emptyObject(this.CONSUME(EmptyBraces)) },
  ];

  readonly value = this.RULE('value', (): Value => this.OR(this.valueKinds));

  readonly reference = this.RULE('reference', (): Reference => {
    const token = this.CONSUME(Variable);
    const start = this.base + token.startOffset;
    const dot = token.image.indexOf('.');
    const path: Access[] = [];
    if (dot !== -1) fieldsOf(token.image, dot, start, path);
    this.OPTION(() => this.SUBRULE(this.accesses, { ARGS: [path] }));
    const name = token.image.slice(1, dot === -1 ? undefined : dot);
    return {
      kind: 'reference',
      span: this.spanFrom(start),
      name: { span: { start: start + 1, end: start + 1 + name.length }, text: name },
      path,
    };
  });

  /** `[0].field…` behind a reference or a query, added to `path`. */
  readonly accesses = this.RULE('accesses', (path: Access[] = []) => {
    this.AT_LEAST_ONE(() =>
      this.OR([
        {
          ALT: () => {
            const open = this.CONSUME(IndexOpen);
            const index = this.SUBRULE(this.expression);
            this.demandClose(open, ListClose);
            this.CONSUME(ListClose);
            path.push({ kind: 'index', span: this.spanFrom(this.base + open.startOffset), index });
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(Field);
            this.ACTION(() => fieldsOf(token.image, 0, this.base + token.startOffset, path));
          },
        },
      ]),
    );
  });

  readonly list = this.RULE('list', (): List => {
    const open = this.CONSUME(ListOpen);
    const items: Value[] = [];
    this.MANY(() => {
      items.push(this.OR(this.valueKinds));
      this.separated(open, ListClose);
      this.OPTION(() => this.CONSUME(Comma));
    });
    this.demandClose(open, ListClose);
    this.CONSUME(ListClose);
    return { kind: 'list', span: this.limited(open), items };
  });

  readonly object = this.RULE('object', (): ObjectLiteral => {
    const open = this.CONSUME(JsonOpen);
    const entries: { key: Name; value: Value }[] = [];
    this.MANY(() => {
      const key = this.OR([
        { ALT: () => this.keyText(this.CONSUME(Text)) },
        {
          ALT: () => {
            const name = this.nameOf(this.CONSUME(AnyWord));
            this.ACTION(() => this.unquotedKeys.push(name));
            return name;
          },
        },
      ]);
      this.demand([Colon], span => say.unexpected(span, this.foundAhead(), '`:` and a value'));
      this.CONSUME(Colon);
      this.demand(valueStarts, span => say.unexpected(span, this.foundAhead(), 'a value'));
      entries.push({ key, value: this.SUBRULE(this.value) });
      this.separated(open, JsonClose);
      this.OPTION(() => this.CONSUME(Comma));
    });
    this.demandClose(open, JsonClose);
    this.CONSUME(JsonClose);
    return { kind: 'object', span: this.limited(open), entries };
  });

  /** `key=` and a value that is not a bare word. */
  readonly keyedValue = this.RULE('keyedValue', (): Argument => {
    const token = this.CONSUME(KeyOpen);
    const start = this.base + token.startOffset;
    const end = start + token.image.length;
    if (!this.learning) {
      const next = this.LA(1);
      const touches = this.base + next.startOffset === end;
      if (!touches || this.ahead(AnyWord) || !valueStarts.some(type => tokenMatcher(next, type))) {
        this.fail(explainKey(token, next, { start, end }, this.text));
      }
    }
    const value = this.OR(this.valueKinds);
    this.apart();
    return {
      span: this.spanFrom(start),
      key: { span: { start, end: end - 1 }, text: token.image.slice(0, -1) },
      value,
    };
  });

  protected argumentOf(token: IToken): Argument {
    const { image } = token;
    const start = this.base + token.startOffset;
    const middle = start + image.indexOf('=');
    const end = start + image.length;
    if (/^[\u201c-\u201f]/.test(image.slice(middle - start + 1)))
      this.report(explainCurly(this.text, { start: middle + 1, end: middle + 2 }));
    return {
      span: { start, end },
      key: { span: { start, end: middle }, text: image.slice(0, middle - start) },
      value: { kind: 'bare', span: { start: middle + 1, end }, text: image.slice(middle - start + 1) },
    };
  }

  protected emptyObject(token: IToken): ObjectLiteral {
    return { kind: 'object', span: this.spanOf(token), entries: [] };
  }

  /** Refuses a word or value that directly follows the last one: `$dir/a.qcow2`. */
  protected apart(): void {
    const next = this.LA(1);
    const last = this.LA(0);
    if (last.startOffset + last.image.length !== next.startOffset || this.learning) return;
    if (
      [AnyWord, KeyValue, KeyOpen, Text, Variable, ListOpen, IndexOpen, JsonOpen].some(type =>
        this.ahead(type),
      )
    ) {
      this.fail(say.runTogether(this.spanOf(next)));
    }
  }

  /** What the next token is called in a message. */
  protected foundAhead(): string {
    const token = this.LA(1);
    if (token.tokenType.name === 'EOF') return 'the end of the text';
    if (this.ahead(Separator) && token.image !== ';') return 'the end of the line';
    return `\`${token.image.length > 40 ? `${token.image.slice(0, 37)}…` : token.image}\``;
  }

  /** Gives up unless `close` is next; a bracket that the line's end cut off is blamed where it was opened. */
  protected demandClose(open: IToken, close: TokenType): void {
    if (this.learning || this.ahead(close)) return;
    const cut = this.LA(1).tokenType.name === 'EOF' || this.ahead(Separator) || this.ahead(BlockClose);
    if (cut) this.fail(say.unclosedLiteral(this.spanOf(open), open.image));
    this.demand([close], span =>
      say.unexpected(span, this.foundAhead(), `\`${close === ListClose ? ']' : '}'}\``),
    );
  }

  private separated(open: IToken, close: TokenType): void {
    if (this.learning || this.ahead(Comma) || this.ahead(close)) return;
    this.demandClose(open, close);
  }

  private limited(open: IToken): Span {
    const span = this.spanFrom(this.base + open.startOffset);
    if (span.end - span.start > LITERAL_LIMIT) this.report(say.literalTooLong(this.spanOf(open)));
    return span;
  }

  /** Tells of the keys without quotes, all at once: whoever leaves them out does so at each. */
  protected reportKeys(): void {
    const [first] = this.unquotedKeys;
    if (!first) return;
    const fix = this.unquotedKeys.map(({ span, text }) => ({ span, text: JSON.stringify(text) }));
    this.report(withFix(say.jsonKey(first.span), fix));
  }

  private keyText(token: IToken): Name {
    const text = this.textOf(token);
    const [first = ''] = text.parts;
    if (typeof first === 'string' && text.parts.length < 2) return { span: text.span, text: first };
    this.report(say.jsonKeyText(text.span));
    return { span: text.span, text: '' };
  }
}

/** The `.a.b` of `image` from its offset `dot` on, added to `path`; the image begins at `start`. */
export function fieldsOf(image: string, dot: number, start: number, path: Access[]): void {
  for (let at = dot; at !== -1 && at < image.length; ) {
    const next = image.indexOf('.', at + 1);
    const end = next === -1 ? image.length : next;
    path.push({
      kind: 'field',
      span: { start: start + at + 1, end: start + end },
      name: image.slice(at + 1, end),
    });
    at = next;
  }
}

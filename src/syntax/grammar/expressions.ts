import type { IOrAlt, IToken } from 'chevrotain';
import * as say from '../../diagnostics/catalogue/syntax.ts';
import type { Span } from '../../text/source.ts';
import type { Access, Binary, Call, Expression, Group, Query } from '../ast.ts';
import { isQuery } from '../literals.ts';
import {
  And, AnyWord, BlockOpen, Callee, Comma, Compare, EmptyBraces, In, JsonOpen, ListOpen, Minus, Not, Or,
  ParenClose, ParenOpen, Separator, Text, Variable,
} from '../tokens.ts'; // biome-ignore format: a list of tokens
import { resolve } from './precedence.ts';
import { fieldsOf, ValueGrammar } from './values.ts';

const OPERATOR_LIMIT = 200;

/** What an expression begins with. */
export const expressionStarts = [
  Not, Minus, Callee, AnyWord, Text, Variable, ListOpen, JsonOpen, EmptyBraces, ParenOpen,
]; // biome-ignore format: a list of tokens

/** Expressions: the operands, and what joins them. */
export abstract class ExpressionGrammar extends ValueGrammar {
  override readonly expression = this.RULE('expression', (): Expression => {
    const operands: Expression[] = [];
    const nots: Span[][] = [];
    const operators: Binary['operator'][] = [];
    const first: Span[] = [];
    this.MANY(() => first.push(this.spanOf(this.CONSUME(Not))));
    nots.push(first);
    this.demand(expressionStarts, span => say.unexpected(span, this.foundAhead(), 'a value'));
    operands.push(this.SUBRULE(this.operand));
    let count = first.length;
    this.MANY1(() => {
      operators.push(
        this.OR([
          { ALT: () => this.comparison(this.CONSUME(Compare)) },
          { ALT: () => this.CONSUME(And) && 'and' },
          { ALT: () => this.CONSUME(Or) && 'or' },
          { ALT: () => this.CONSUME(In) && 'in' },
          {
            ALT: () => {
              this.CONSUME1(Not);
              this.demand([In], span => say.unexpected(span, this.foundAhead(), '`in` after `not`'));
              this.CONSUME1(In);
              return 'not in';
            },
          },
        ]),
      );
      const before: Span[] = [];
      this.MANY2(() => before.push(this.spanOf(this.CONSUME2(Not))));
      nots.push(before);
      this.demand(expressionStarts, span => say.unexpected(span, this.foundAhead(), 'a value'));
      operands.push(this.SUBRULE1(this.operand));
      count += before.length + 1;
    });
    if (this.learning) return operands[0] as Expression;
    if (count > OPERATOR_LIMIT)
      this.fail(say.nestedTooDeep(this.spanOf(this.LA(0)), 'operators', OPERATOR_LIMIT));
    return resolve(operands, nots, operators);
  });

  private comparison(token: IToken): Binary['operator'] {
    this.demandSpaces(token);
    return token.image as Binary['operator'];
  }

  private readonly operandKinds: IOrAlt<Expression>[] = [
    { ALT: () => this.SUBRULE(this.negative) },
    { ALT: () => this.SUBRULE(this.call) },
    { ALT: () => this.SUBRULE(this.group) },
    { ALT: () => this.textOf(this.CONSUME(Text)) },
    { ALT: () => this.SUBRULE(this.reference) },
    { ALT: () => this.SUBRULE(this.list) },
    { ALT: () => this.SUBRULE(this.object) },
    { ALT: () => this.emptyObject(this.CONSUME(EmptyBraces)) },
    // A name before `(` is a call.
    { ALT: () => this.SUBRULE(this.wordOrQuery), IGNORE_AMBIGUITIES: true },
  ];

  readonly operand = this.RULE('operand', (): Expression => {
    return this.OR(this.operandKinds);
  });

  private readonly negative = this.RULE('negative', (): Expression => {
    const minus = this.CONSUME(Minus);
    const operand = this.SUBRULE(this.operand);
    return { kind: 'unary', span: this.spanFrom(this.base + minus.startOffset), operator: '-', operand };
  });

  private readonly wordOrQuery = this.RULE('wordOrQuery', (): Expression => {
    const token = this.CONSUME(AnyWord);
    const path: Access[] = [];
    const query = isQuery(token.image);
    const start = this.base + token.startOffset;
    const dot = query ? token.image.indexOf('.') : -1;
    if (dot !== -1) fieldsOf(token.image, dot, start, path);
    this.OPTION(() => {
      this.ACTION(() => {
        if (!query) this.fail(say.indexOfWord(this.spanAhead(), token.image));
      });
      this.SUBRULE(this.accesses, { ARGS: [path] });
    });
    return query ? this.queryOf(token, dot, path) : this.bareOf(token);
  });

  private queryOf(token: IToken, dot: number, path: Access[]): Query {
    const start = this.base + token.startOffset;
    const text = dot === -1 ? token.image : token.image.slice(0, dot);
    return {
      kind: 'query',
      span: this.spanFrom(start),
      command: { span: { start, end: start + text.length }, text },
      path,
    };
  }

  private readonly call = this.RULE('call', (): Call => {
    const name = this.nameOf(this.CONSUME(Callee));
    const open = this.CONSUME(ParenOpen);
    const items: Expression[] = [];
    this.MANY(() => {
      items.push(this.SUBRULE(this.expression));
      this.ACTION(() => {
        if (!this.ahead(Comma)) this.demandParen(open);
      });
      this.OPTION(() => this.CONSUME(Comma));
    });
    this.demandParen(open);
    this.CONSUME(ParenClose);
    return { kind: 'call', span: this.spanFrom(name.span.start), function: name, arguments: items };
  });

  private readonly group = this.RULE('group', (): Group => {
    const open = this.CONSUME(ParenOpen);
    const inner = this.SUBRULE(this.expression);
    this.demandParen(open);
    this.CONSUME(ParenClose);
    return { kind: 'group', span: this.spanFrom(this.base + open.startOffset), inner };
  });

  /** Gives up unless `)` is next; one that the line's end cut off is blamed where it was opened. */
  protected demandParen(open: IToken): void {
    if (this.learning || this.ahead(ParenClose)) return;
    const cut = this.LA(1).tokenType.name === 'EOF' || this.ahead(Separator) || this.ahead(BlockOpen);
    if (cut) this.fail(say.unclosedParenthesis(this.spanOf(open)));
    this.demand([ParenClose], span => say.unexpected(span, this.foundAhead(), '`)`'));
  }
}

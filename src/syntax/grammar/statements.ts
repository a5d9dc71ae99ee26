import type { IOrAlt, IToken, ParserMethod } from 'chevrotain';
import * as say from '../../diagnostics/catalogue/syntax.ts';
import type {
  Argument,
  Block,
  Condition,
  Expression,
  Name,
  Statement,
  Value,
  VerbStatement,
  Within as WithinNode,
} from '../ast.ts';
import {
  AnyWord, Assign, Chain, Constant, Defer, ErrorWord, EventWord, Expect, From, HostOpen,
  JsonOpen, KeyOpen, KeyValue, Let, ListOpen, Minus, Newline, Not, Numeral, Param, PlainWord, Start, Text, Then, Use,
  Variable, Wait, Where, Word,
} from '../tokens.ts'; // biome-ignore format: a list of tokens
import { expressionStarts } from './expressions.ts';
import { PieceGrammar } from './pieces.ts';

/** The span of a statement whose rule leaves it to its caller. */
const nowhere = { start: 0, end: 0 };
const linkStarts = [AnyWord, Text, Variable, ListOpen, KeyValue, KeyOpen];
const valueWords = [Numeral, Constant, Not, Minus, JsonOpen];
const innerStarts = [PlainWord, HostOpen, JsonOpen];
const boundStarts = [...expressionStarts, ...innerStarts];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Tail {
  readonly block?: Block;
  readonly ending?: Name;
  readonly within?: WithinNode;
}

/** Statements of one line: one rule for each form, and one for all whose meaning a definition gives. */
export abstract class StatementGrammar extends PieceGrammar {
  declare protected readonly block: ParserMethod<[], Block>;
  declare protected readonly statement: ParserMethod<[], Statement>;
  /** The words behind which the statement stands that is parsed next: `let`, `defer` or `expect error`. */
  protected outer: string | undefined;
  private words: Value[] = [];
  private pairs: Argument[] = [];

  protected abstract documentationAbove(start: number): string;

  readonly chainStatement = this.RULE('chainStatement', (): Statement => {
    const start = this.here();
    this.CONSUME(Chain);
    this.demand(linkStarts, span => say.missing(span, 'image', 'an image', 'chain', 'chain A <- B'));
    const chain = this.SUBRULE(this.chainPattern);
    return { kind: 'chain', span: this.spanFrom(start), chain };
  });

  readonly paramStatement = this.RULE('paramStatement', (): Statement => {
    const start = this.here();
    this.CONSUME(Param);
    const documentation = this.learning ? '' : this.documentationAbove(start);
    const parameter = this.SUBRULE(this.parameter, { ARGS: [documentation] });
    return { kind: 'param', span: this.spanFrom(start), parameter };
  });

  readonly letStatement = this.RULE('letStatement', (): Statement => {
    const start = this.here();
    this.CONSUME(Let);
    this.ACTION(() => {
      if (this.ahead(KeyValue) || this.ahead(KeyOpen))
        this.fail(this.assigned(say.letForm(this.spanAhead(), this.LA(1).image.split('=')[0] ?? 'x')));
    });
    this.demand([AnyWord], span => say.missing(span, 'name', 'a name', 'let', 'let done = query-block'));
    const name = this.nameOf(this.CONSUME(AnyWord));
    this.demand([Assign], span => say.letForm(span, name.text));
    this.CONSUME(Assign);
    this.demand(boundStarts, span => say.missing(span, 'value', 'a value or a statement', '=', 'let x = 5'));
    const value = this.OR<Expression | Statement>([
      // A word begins a statement here, unless it is a number, a constant or `not`.
      {
        GATE: () => !valueWords.some(type => this.ahead(type)),
        ALT: () => this.innerStatement('let'),
        IGNORE_AMBIGUITIES: true,
      },
      { ALT: () => this.SUBRULE(this.expression) },
    ]);
    return { kind: 'let', span: this.spanFrom(start), name, value };
  });

  private readonly expected: IOrAlt<Statement>[] = [
    {
      ALT: () => {
        this.CONSUME(ErrorWord);
        let text: Value | undefined;
        this.OPTION(() => {
          text = this.OR1<Value>([
            { ALT: () => this.textOf(this.CONSUME(Text)) },
            { ALT: () => this.SUBRULE(this.reference) },
          ]);
        });
        this.demand([From], span =>
          say.missing(span, 'from', '`from` and a statement', 'error', 'expect error "in use" from del A'),
        );
        this.CONSUME(From);
        this.demand(innerStarts, span =>
          say.missing(span, 'statement', 'a statement', 'from', 'expect error "in use" from del A'),
        );
        const from = this.innerStatement('expect error');
        return { kind: 'expect-error', span: nowhere, ...(text && { text }), from };
      },
    },
    {
      ALT: () => {
        const condition = this.SUBRULE(this.condition);
        return { kind: 'expect', span: nowhere, condition };
      },
      IGNORE_AMBIGUITIES: true,
    },
  ];

  readonly expectStatement = this.RULE('expectStatement', (): Statement => {
    const start = this.here();
    this.CONSUME(Expect);
    this.demandCondition('expect');
    const expected = this.OR(this.expected);
    return { ...expected, span: this.spanFrom(start) };
  });

  readonly useStatement = this.RULE('useStatement', (): Statement => {
    const start = this.here();
    this.CONSUME(Use);
    this.demand([AnyWord, Text, Variable], span =>
      say.missing(span, 'path', 'a path', 'use', 'use "lib/rotate.qblk"'),
    );
    const path = this.SUBRULE(this.value);
    return { kind: 'use', span: this.spanFrom(start), path };
  });

  readonly deferStatement = this.RULE('deferStatement', (): Statement => {
    const start = this.here();
    this.CONSUME(Defer);
    this.demand(innerStarts, span =>
      say.missing(span, 'statement', 'a statement', 'defer', 'defer nbd stop'),
    );
    const statement = this.innerStatement('defer');
    return { kind: 'defer', span: this.spanFrom(start), statement };
  });

  readonly waitStatement = this.RULE('waitStatement', (): Statement => {
    const start = this.here();
    this.CONSUME(Wait);
    this.demandCondition('wait');
    const waited = this.OR<Statement>([
      { ALT: () => this.SUBRULE(this.eventWait) },
      { ALT: () => this.SUBRULE(this.stateWait), IGNORE_AMBIGUITIES: true },
    ]);
    let within: WithinNode | undefined;
    this.OPTION(() => {
      within = this.SUBRULE(this.within);
    });
    return { ...waited, span: this.spanFrom(start), ...(within && { within }) } as Statement;
  });

  private readonly eventWait = this.RULE('eventWait', (): Statement => {
    this.CONSUME(EventWord);
    this.demand([AnyWord], span =>
      say.missing(span, 'event', 'the name of an event', 'event', 'wait event BLOCK_JOB_READY'),
    );
    const event = this.nameOf(this.CONSUME(AnyWord));
    const where: Argument[] = [];
    this.OPTION(() => {
      this.CONSUME(Where);
      this.demand([KeyValue, KeyOpen], span =>
        say.missing(span, 'field', '`field=value`', 'where', 'wait event JOB_STATUS_CHANGE where id=job0'),
      );
      this.AT_LEAST_ONE(() => {
        this.OR([
          { ALT: () => where.push(this.argumentOf(this.CONSUME(KeyValue))) },
          { ALT: () => where.push(this.SUBRULE(this.keyedValue)) },
        ]);
      });
    });
    return { kind: 'wait-event', span: nowhere, event, where };
  });

  /** `J`, `J ready` and `all` are told from conditions once they are read: each is a lone word, string or variable. */
  private readonly stateWait = this.RULE('stateWait', (): Statement => {
    const condition = this.SUBRULE(this.condition);
    let state: IToken | undefined;
    this.OPTION(() => {
      state = this.CONSUME(PlainWord);
    });
    if (this.learning) return { kind: 'wait', span: nowhere, condition };
    const job = jobOf(condition);
    if (!job && state) this.fail(say.leftover(this.spanOf(state), state.image));
    if (!job) return { kind: 'wait', span: condition.span, condition };
    const all = job.kind === 'bare' && job.text === 'all' && !state;
    return {
      kind: 'wait-job',
      span: condition.span,
      job: all ? 'all' : job,
      ...(state && { state: this.nameOf(state) }),
    };
  });

  /** `start` before a statement that starts a job. */
  readonly startStatement = this.RULE('startStatement', (): Statement => {
    const started = this.spanOf(this.CONSUME(Start));
    this.demand([PlainWord], span => say.startForm(span));
    const statement = this.SUBRULE(this.verbStatement);
    return { ...statement, span: this.spanFrom(started.start), started } as Statement;
  });

  private word(value: Value): void {
    this.words.push(value);
    this.apart();
  }

  private readonly parts: IOrAlt<unknown>[] = [
    { ALT: () => this.pairs.push(this.argumentOf(this.CONSUME(KeyValue))) },
    { ALT: () => this.words.push(this.bareOf(this.CONSUME1(PlainWord))) && this.apart() },
    { ALT: () => this.pairs.push(this.SUBRULE(this.keyedValue)) },
    { ALT: () => this.word(this.textOf(this.CONSUME(Text))) },
    { ALT: () => this.word(this.SUBRULE(this.reference)) },
    { ALT: () => this.word(this.SUBRULE(this.list)) },
    { ALT: () => this.word(this.SUBRULE(this.object)) },
  ];
  private readonly part = (): unknown => {
    this.OR(this.parts);
    return this.plainParts();
  };
  /** Most parts are plain words and pairs: a look at the next token is cheaper than choosing among all alternatives. */
  private plainParts(): void {
    if (this.learning) return;
    for (;;) {
      const token = this.LA(1);
      if (token.tokenType === KeyValue) {
        this.SKIP_TOKEN();
        this.pairs.push(this.argumentOf(token));
      } else if (token.tokenType === Word) {
        this.SKIP_TOKEN();
        this.words.push(this.bareOf(token));
        this.apart();
      } else if (token.tokenType === Text) {
        this.SKIP_TOKEN();
        this.word(this.textOf(token));
      } else return;
    }
  }
  private readonly ends = () => this.SUBRULE(this.tail);
  readonly verbStatement = this.RULE('verbStatement', (): Statement => {
    const token = this.CONSUME(PlainWord);
    const verb = this.nameOf(token);
    this.words = [];
    this.pairs = [];
    this.plainParts();
    const ended = this.LA(1).tokenType === Newline;
    if (!ended) this.MANY(this.part);
    const words = this.words;
    const pairs = this.pairs;
    const tail = ended ? undefined : this.OPTION(this.ends);
    const span = this.spanFrom(verb.span.start);
    const statement: Mutable<VerbStatement> = { kind: 'verb', span, verb, words, arguments: pairs };
    if (tail?.block) statement.block = tail.block;
    if (tail?.ending) statement.ending = tail.ending;
    if (tail?.within) statement.within = tail.within;
    return statement;
  });

  /** What may stand behind a statement's arguments: a block, an ending, a time limit. */
  private readonly tail = this.RULE('tail', (): Tail => {
    const tail: Mutable<Tail> = {};
    this.OPTION(() => {
      tail.block = this.SUBRULE(this.block);
    });
    this.OPTION1(() => {
      this.CONSUME(Then);
      this.demand([AnyWord], span =>
        say.missing(span, 'ending', '`pivot` or `cancel`', 'then', 'then pivot'),
      );
      tail.ending = this.nameOf(this.CONSUME(AnyWord));
    });
    this.OPTION2(() => {
      tail.within = this.SUBRULE(this.within);
    });
    return tail;
  });

  private innerStatement(outer: string): Statement {
    this.outer = outer;
    return this.SUBRULE(this.statement);
  }

  protected demandCondition(after: string): void {
    this.demand(expressionStarts, span =>
      say.missing(span, 'condition', 'a condition', after, `${after} status running`),
    );
  }
}

function jobOf(condition: Condition): Value | undefined {
  if (condition.kind !== 'test') return undefined;
  const { test } = condition;
  return test.kind === 'bare' || test.kind === 'text' || test.kind === 'reference' ? test : undefined;
}

import type { IOrAlt } from 'chevrotain';
import * as say from '../../diagnostics/catalogue/syntax.ts';
import type { Block, IfStatement, Parameter, Statement } from '../ast.ts';
import { BLOCK_LIMIT } from '../nesting.ts';
import {
  AnyWord,
  BlockClose,
  BlockOpen,
  Comma,
  Else,
  EmptyBraces,
  For,
  If,
  In,
  ParenClose,
  ParenOpen,
  Proc,
  Separator,
} from '../tokens.ts';
import { expressionStarts } from './expressions.ts';
import { StatementGrammar } from './statements.ts';

/** Statements that hold statements. */
export abstract class BlockGrammar extends StatementGrammar {
  /** The statements of the block that is being read. */
  protected statements: Statement[] = [];
  protected abstract blockLine(): void;

  override readonly block = this.RULE('block', (): Block => {
    return this.OR([
      {
        ALT: () => {
          const token = this.CONSUME(EmptyBraces);
          return { span: this.spanOf(token), statements: [] };
        },
      },
      { ALT: () => this.SUBRULE(this.braces) },
    ]);
  });

  private readonly entries: IOrAlt<unknown>[] = [
    { ALT: () => this.CONSUME(Separator) },
    { ALT: () => this.blockLine() },
  ];

  private readonly braces = this.RULE('braces', (): Block => {
    const open = this.CONSUME(BlockOpen);
    const outer = this.statements;
    const statements: Statement[] = [];
    const found = this.findings.length;
    this.statements = statements;
    this.MANY(() => {
      this.OR(this.entries);
    });
    this.statements = outer;
    if (this.learning || this.ahead(BlockClose)) this.CONSUME(BlockClose);
    else this.findings.push(say.unclosedBlock(this.spanOf(open)));
    const isPart = this.findings.length > found;
    const span = this.spanFrom(this.base + open.startOffset);
    return isPart ? { span, statements, isPart } : { span, statements };
  });

  readonly atStatement = this.RULE('atStatement', (): Statement => {
    const start = this.here();
    const body = this.SUBRULE(this.block);
    return { kind: 'at', span: this.spanFrom(start), body };
  });

  readonly forStatement = this.RULE('forStatement', (): Statement => {
    const start = this.here();
    const example = 'for x in $list { … }';
    this.CONSUME(For);
    this.demand([AnyWord], span => say.missing(span, 'name', 'a name', 'for', example));
    const name = this.nameOf(this.CONSUME(AnyWord));
    this.demand([In], span => say.missing(span, 'in', '`in` and a list', name.text, example));
    this.CONSUME(In);
    this.demand(expressionStarts, span => say.missing(span, 'list', 'a list', 'in', example));
    const list = this.SUBRULE(this.expression);
    this.demandBlock('for', example);
    const body = this.SUBRULE(this.block);
    return { kind: 'for', span: this.spanFrom(start), name, list, body };
  });

  readonly procStatement = this.RULE('procStatement', (): Statement => {
    const start = this.here();
    const example = 'proc rotate(disk: device, keep: integer = 4) { … }';
    this.CONSUME(Proc);
    const documentation = this.learning ? '' : this.documentationAbove(start);
    this.demand([AnyWord], span => say.missing(span, 'name', 'a name', 'proc', example));
    const name = this.nameOf(this.CONSUME(AnyWord));
    this.demand([ParenOpen], span =>
      say.missing(span, 'parameters', '`(` and the parameters', name.text, example),
    );
    const open = this.CONSUME(ParenOpen);
    const parameters: Parameter[] = [];
    this.MANY(() => {
      const above = this.learning ? '' : this.documentationAbove(this.here());
      parameters.push(this.SUBRULE(this.parameter, { ARGS: [above] }));
      this.ACTION(() => {
        if (!this.ahead(Comma)) this.demandParen(open);
      });
      this.OPTION(() => this.CONSUME(Comma));
    });
    this.demandParen(open);
    this.CONSUME(ParenClose);
    this.demandBlock('proc', example);
    const body = this.SUBRULE(this.block);
    return { kind: 'proc', span: this.spanFrom(start), name, parameters, body, documentation };
  });

  readonly ifStatement = this.RULE('ifStatement', (): Statement => {
    const branches = [this.SUBRULE(this.branch)];
    let last: Block | undefined;
    this.MANY({
      GATE: () => last === undefined,
      DEF: () => {
        const token = this.CONSUME(Else);
        this.demand([If, BlockOpen, EmptyBraces], span =>
          say.missing(span, 'block', 'a block or `if`', 'else', 'if C { … } else { … }'),
        );
        this.OR([
          { ALT: () => branches.push(this.SUBRULE1(this.branch)) },
          {
            ALT: () => {
              last = this.SUBRULE(this.block);
            },
          },
        ]);
        if (branches.length === BLOCK_LIMIT + 1)
          this.report(say.nestedTooDeep(this.spanOf(token), 'blocks', BLOCK_LIMIT));
      },
    });
    if (this.learning) return branches[0] as Statement;
    return nested(branches.slice(0, BLOCK_LIMIT), last);
  });

  private readonly branch = this.RULE('branch', (): IfStatement => {
    const start = this.here();
    this.CONSUME(If);
    this.demandCondition('if');
    const condition = this.SUBRULE(this.condition);
    this.demandBlock('if', 'if status running { … }');
    const consequent = this.SUBRULE(this.block);
    return { kind: 'if', span: this.spanFrom(start), condition, consequent };
  });

  protected demandBlock(head: string, example: string): void {
    this.demand([BlockOpen, EmptyBraces], span =>
      say.missing(span, 'block', 'a block `{ … }`', head, example),
    );
  }
}

/** Each `else if` as the only statement of its predecessor's `else`. */
function nested(branches: readonly IfStatement[], last: Block | undefined): Statement {
  let otherwise = last;
  for (const branch of branches.toReversed()) {
    const end = otherwise?.span.end ?? branch.span.end;
    const statement: IfStatement = {
      ...branch,
      span: { start: branch.span.start, end },
      ...(otherwise && { otherwise }),
    };
    otherwise = { span: statement.span, statements: [statement] };
  }
  return otherwise?.statements[0] as Statement;
}

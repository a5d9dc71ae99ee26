import type { Block, Comment, IfStatement, Statement } from './ast.ts';
import { PiecePrinter } from './print-value.ts';
import { isStatement } from './statement-or-value.ts';

/** Statements without what stands between them; blocks are left to `block`. */
export abstract class StatementPrinter extends PiecePrinter {
  /** The comments not yet printed begin here. */
  protected next = 0;
  protected readonly comments: readonly Comment[];

  constructor(text: string, comments: readonly Comment[]) {
    super(text);
    this.comments = comments;
  }

  protected abstract block(block: Block, indent: string): string;

  /** A statement on its line or lines, the first of them without its indentation. */
  statement(statement: Statement, indent: string): string {
    const prompt = statement.prompt ? `${this.slice({ span: statement.prompt })} ` : '';
    const target = statement.target ? `@${statement.target.text} ` : '';
    return prompt + target + this.body(statement, indent) + this.otherwise(statement, indent);
  }

  /** What stands before a block: as `print` gives it, or as written when comments stand in it. */
  private upTo(start: number, end: number, print: () => string): string {
    const comment = this.comments[this.next];
    if (!comment || comment.span.start >= end) return print();
    while ((this.comments[this.next]?.span.start ?? end) < end) this.next++;
    return this.text.slice(start, end).trimEnd();
  }

  private otherwise(statement: Statement, indent: string): string {
    const block = statement.otherwise;
    if (!block) return '';
    const [only] = block.statements;
    // The block that an `else if` stands for has no braces.
    const chained = only?.kind === 'if' && this.text[block.span.start] !== '{';
    return ` else ${chained ? this.statement(only, indent) : this.block(block, indent)}`;
  }

  private body(statement: Statement, indent: string): string {
    const { start, end } = statement.span;
    const own = start + (statement.target || statement.prompt ? this.headOffset(statement) : 0);
    switch (statement.kind) {
      case 'if':
        return this.conditional(statement, own, indent);
      case 'for': {
        const head = () => `for ${statement.name.text} in ${this.expression(statement.list, indent)}`;
        return `${this.upTo(own, statement.body.span.start, head)} ${this.block(statement.body, indent)}`;
      }
      case 'proc': {
        const parameters = () =>
          statement.parameters.map(parameter => this.parameter(parameter, indent)).join(', ');
        const head = () => `proc ${statement.name.text}(${parameters()})`;
        return `${this.upTo(own, statement.body.span.start, head)} ${this.block(statement.body, indent)}`;
      }
      case 'at':
        return this.block(statement.body, indent);
      case 'let':
      case 'defer':
      case 'expect-error':
        return this.outer(statement, own, indent);
      case 'transcript':
        return this.verbatim(own, end);
      case 'verb':
        return this.verb(statement, own, indent);
      default:
        return this.upTo(own, statement.otherwise ? statement.otherwise.span.start : end, () =>
          this.simple(statement, indent),
        );
    }
  }

  private verbatim(start: number, end: number): string {
    while ((this.comments[this.next]?.span.start ?? end) < end) this.next++;
    return this.text.slice(start, end);
  }

  private headOffset(statement: Statement): number {
    const head = /^(?:(?:\(QEMU\)|->)[\s\\]*)?(?:@\S+[\s\\]*)?/.exec(this.slice(statement))?.[0] ?? '';
    return head.length;
  }

  private conditional(statement: IfStatement, own: number, indent: string): string {
    const head = this.upTo(
      own,
      statement.consequent.span.start,
      () => `if ${this.condition(statement.condition, indent)}`,
    );
    return `${head} ${this.block(statement.consequent, indent)}`;
  }

  private outer(
    statement: Statement & { kind: 'let' | 'defer' | 'expect-error' },
    own: number,
    indent: string,
  ): string {
    if (statement.kind === 'defer') return `defer ${this.statement(statement.statement, indent)}`;
    if (statement.kind === 'expect-error') {
      const text = statement.text ? ` ${this.expression(statement.text, indent)}` : '';
      return `expect error${text} from ${this.statement(statement.from, indent)}`;
    }
    const { name, value } = statement;
    if (isStatement(value)) return `let ${name.text} = ${this.statement(value, indent)}`;
    return this.upTo(own, value.span.end, () => `let ${name.text} = ${this.expression(value, indent)}`);
  }

  private verb(statement: Statement & { kind: 'verb' }, own: number, indent: string): string {
    const { started, verb, words, arguments: pairs, block, ending, within } = statement;
    const last =
      block?.span.start ??
      words.concat(pairs as never).reduce((end, { span }) => Math.max(end, span.end), verb.span.end);
    const head = this.upTo(
      own,
      last,
      () => (started ? 'start ' : '') + verb.text + this.operands(words, pairs, indent),
    );
    const body = block ? ` ${this.block(block, indent)}` : '';
    return head + body + (ending ? ` then ${ending.text}` : '') + this.within(within, indent);
  }

  private simple(statement: Statement, indent: string): string {
    switch (statement.kind) {
      case 'chain':
        return `chain ${this.chain(statement.chain, indent)}`;
      case 'param':
        return `param ${this.parameter(statement.parameter, indent)}`;
      case 'expect':
        return `expect ${this.condition(statement.condition, indent)}`;
      case 'wait':
        return `wait ${this.condition(statement.condition, indent)}${this.within(statement.within, indent)}`;
      case 'wait-job': {
        const job = statement.job === 'all' ? 'all' : this.expression(statement.job, indent);
        return `wait ${job}${statement.state ? ` ${statement.state.text}` : ''}${this.within(statement.within, indent)}`;
      }
      case 'wait-event': {
        const where = statement.where.length > 0 ? ` where${this.operands([], statement.where, indent)}` : '';
        return `wait event ${statement.event.text}${where}${this.within(statement.within, indent)}`;
      }
      case 'use':
        return `use ${this.expression(statement.path, indent)}`;
      case 'raw':
        return this.expression(statement.message, indent);
      case 'host':
        return `$ ${statement.words.map(word => this.slice(word)).join(' ')}`;
      default:
        return this.slice(statement);
    }
  }
}

import type {
  Access,
  Argument,
  ChainPattern,
  Condition,
  Expression,
  Link,
  Parameter,
  Value,
  Within,
} from './ast.ts';

/** Puts values, conditions and other pieces of statements into their canonical form; `text` is where strings are copied from. */
export class PiecePrinter {
  protected readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  protected slice(node: { readonly span: { readonly start: number; readonly end: number } }): string {
    return this.text.slice(node.span.start, node.span.end);
  }

  /** A value or an expression; a literal that took several lines takes several, indented from `indent`. */
  expression(node: Expression, indent: string): string {
    switch (node.kind) {
      case 'bare':
        return node.text;
      case 'text':
        return this.slice(node);
      case 'reference':
        return `$${node.name.text}${this.path(node.path, indent)}`;
      case 'query':
        return node.command.text + this.path(node.path, indent);
      case 'list':
        return this.bracketed(
          '[',
          ']',
          this.slice(node),
          node.items.map(item => this.expression(item, `${indent}  `)),
          indent,
        );
      case 'object': {
        const entries = node.entries.map(
          ({ key, value }) => `${this.slice(key)}: ${this.expression(value, `${indent}  `)}`,
        );
        return this.bracketed('{', '}', this.slice(node), entries, indent);
      }
      case 'binary':
        return `${this.expression(node.left, indent)} ${node.operator} ${this.expression(node.right, indent)}`;
      case 'unary':
        return `${node.operator === 'not' ? 'not ' : '-'}${this.expression(node.operand, indent)}`;
      case 'call':
        return `${node.function.text}(${node.arguments.map(item => this.expression(item, indent)).join(', ')})`;
      case 'group':
        return `(${this.expression(node.inner, indent)})`;
    }
  }

  private bracketed(
    open: string,
    close: string,
    source: string,
    items: readonly string[],
    indent: string,
  ): string {
    if (items.length === 0) return open + close;
    if (!source.includes('\n')) return `${open}${items.join(', ')}${close}`;
    return `${open}\n${items.map(item => `${indent}  ${item}`).join(',\n')}\n${indent}${close}`;
  }

  private path(path: readonly Access[], indent: string): string {
    return path
      .map(access =>
        access.kind === 'field' ? `.${access.name}` : `[${this.expression(access.index, indent)}]`,
      )
      .join('');
  }

  argument({ key, value }: Argument, indent: string): string {
    return `${key.text}=${this.expression(value, indent)}`;
  }

  /** Words and arguments in the order in which they were written. */
  operands(words: readonly Value[], pairs: readonly Argument[], indent: string): string {
    const printed = [
      ...words.map(word => ({ at: word.span.start, text: this.expression(word, indent) })),
      ...pairs.map(pair => ({ at: pair.span.start, text: this.argument(pair, indent) })),
    ];
    return printed
      .sort((a, b) => a.at - b.at)
      .map(({ text }) => ` ${text}`)
      .join('');
  }

  chain({ device, links }: ChainPattern, indent: string): string {
    const before = device ? `${this.expression(device, indent)}: ` : '';
    return before + links.map(link => this.link(link, indent)).join(' <- ');
  }

  private link(link: Link, indent: string): string {
    if (link.kind === 'rest') return `${link.name?.text ?? ''}...`;
    const filename = link.filename ? `=${this.expression(link.filename, indent)}` : '';
    return this.expression(link.name, indent) + filename + this.operands([], link.attributes, indent);
  }

  condition(condition: Condition, indent: string): string {
    switch (condition.kind) {
      case 'chain':
        return `chain ${this.chain(condition.chain, indent)}`;
      case 'no-jobs':
        return 'no jobs';
      case 'job':
        return `job ${this.expression(condition.job, indent)} ${condition.state.text}`;
      case 'status':
        return `status ${condition.state.text}`;
      case 'identical':
        return `identical ${this.expression(condition.left, indent)} ${this.expression(condition.right, indent)}`;
      case 'test':
        return this.expression(condition.test, indent);
    }
  }

  within(within: Within | undefined, indent: string): string {
    if (!within) return '';
    const otherwise = within.otherwise ? ` else ${within.otherwise.text}` : '';
    return ` within ${this.expression(within.limit, indent)}${otherwise}`;
  }

  parameter(parameter: Parameter, indent: string): string {
    const { name, type, default: standard } = parameter;
    const value = standard ? ` = ${this.expression(standard, indent)}` : '';
    const documentation = this.text.slice((standard ?? type).span.end, parameter.span.end).trim();
    const types = type.names.map(({ text }) => text).join('|') + (type.list ? '[]' : '');
    return `${name.text}: ${types}${value}${documentation === '' ? '' : ` ${documentation}`}`;
  }
}

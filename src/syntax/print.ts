import type { Block, Script, Statement } from './ast.ts';
import { parse } from './parse.ts';
import { StatementPrinter } from './print-statement.ts';

/**
 * The canonical text of a script: a statement a line, two spaces of indentation, comments and single blank lines
 * kept. Formatting twice changes nothing more, and the result parses to the same tree, spans aside. A text with
 * syntax errors comes back as it is.
 */
export function format(script: Script, text: string): string {
  if (parse(text).findings.some(({ severity }) => severity === 'error')) return text;
  return new ScriptPrinter(text, script.comments).script(script).replaceAll('\r\n', '\n');
}

class ScriptPrinter extends StatementPrinter {
  script(script: Script): string {
    const lines = this.lines(script.statements, 0, script.span.end, '');
    return lines.map(line => `${line}\n`).join('');
  }

  protected block(block: Block, indent: string): string {
    const { start, end } = block.span;
    const [only] = block.statements;
    const commented = (this.comments[this.next]?.span.start ?? end) < end;
    if (block.statements.length === 0 && !commented) return '{}';
    const source = this.text.slice(start, end);
    if (only && block.statements.length === 1 && !commented && !source.includes('\n'))
      return `{ ${this.statement(only, indent)} }`;
    const open = this.trailing(start + 1, only?.span.start ?? end);
    const lines = this.lines(block.statements, open.end, end - 1, `${indent}  `);
    return `{${open.text}\n${lines.map(line => `${line}\n`).join('')}${indent}}`;
  }

  /** The lines of statements, and of the comments among them, between two offsets. */
  private lines(statements: readonly Statement[], from: number, to: number, indent: string): string[] {
    const lines: string[] = [];
    let behind = from;
    const space = (start: number) => {
      if (lines.length > 0 && newlines(this.text.slice(behind, start)) > 1) lines.push('');
    };
    const commentsBefore = (limit: number) => {
      for (
        let comment = this.comments[this.next];
        comment && comment.span.start < limit;
        comment = this.comments[this.next]
      ) {
        space(comment.span.start);
        lines.push(indent + comment.text);
        behind = comment.span.end;
        this.next++;
      }
    };
    for (const [index, statement] of statements.entries()) {
      commentsBefore(statement.span.start);
      space(statement.span.start);
      const printed = this.statement(statement, indent);
      const open = this.trailing(statement.span.end, statements[index + 1]?.span.start ?? to);
      lines.push(indent + printed + open.text);
      behind = open.end;
    }
    commentsBefore(to);
    return lines;
  }

  /** The comment that ends the line on which `from` is, unless something else stands before it. */
  private trailing(from: number, to: number): { text: string; end: number } {
    const comment = this.comments[this.next];
    if (!comment || comment.span.start >= to || newlines(this.text.slice(from, comment.span.start)) > 0)
      return { text: '', end: from };
    this.next++;
    return { text: `  ${comment.text}`, end: comment.span.end };
  }
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

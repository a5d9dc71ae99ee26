import type { Finding } from '../diagnostics/diagnostic.ts';
import type { Datum } from '../statements/datum.ts';
import type { Statement } from '../syntax/ast.ts';
import type { Span } from '../text/source.ts';
import type { Reporter } from './reporter.ts';

/** What the worlds of a run have in common: the statements that are being carried out, and nothing of what planning needs. */
export abstract class RunningWorld {
  readonly planning = false;
  protected readonly reporter: Reporter;
  protected readonly open: Statement[] = [];

  constructor(reporter: Reporter) {
    this.reporter = reporter;
  }

  learn(): void {}

  forgetJobs(): void {}

  origin(): undefined {}

  /** Only the simulator leaves open what a program of the host would have said, and then no way is gone. */
  async either(): Promise<void> {}

  output(text: string, value?: Datum): void {
    this.reporter.output(text, value);
  }

  waits(finding: Finding): void {
    this.reporter.waits?.(finding);
  }

  enter(statement: Statement): void {
    this.open.push(statement);
    this.reporter.enter(statement);
  }

  /** The place of the statement at hand. */
  protected get span(): Span {
    const statement = this.open.at(-1);
    return statement ? placeOf(statement) : { start: 0, end: 0 };
  }
}

/** Where to point for a statement: at its verb, if it has one. */
export function placeOf(statement: Statement): Span {
  return statement.kind === 'verb' ? statement.verb.span : statement.span;
}

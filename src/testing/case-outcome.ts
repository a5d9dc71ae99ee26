import type { Finding } from '../diagnostics/diagnostic.ts';
import { framesOf } from '../diagnostics/render.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { fileAt, positionAt, type Span } from '../text/source.ts';
import { differenceOf } from './compare.ts';
import type { Expectation } from './fence-settings.ts';
import type { LoadedCase } from './load-document.ts';
import type { CaseReport, JobReport, Problem, StatementReport } from './report.ts';

/** A fence whose text is to be another. */
export interface FenceChange {
  readonly expectation: Expectation;
  readonly actual: string;
}

/** What came of one case, as it is gathered. */
export class CaseOutcome {
  readonly problems: Problem[] = [];
  readonly notes: string[] = [];
  readonly changes: FenceChange[] = [];
  statements: readonly StatementReport[] = [];
  jobs: readonly JobReport[] = [];
  /** The graph before the first statement. */
  start: BlockGraph | undefined;
  /** The script itself did not do what it should, so what came of it is no text to expect. */
  hasFailed = false;
  skipped: string | undefined;
  readonly #one: LoadedCase;
  readonly #began = performance.now();
  #duration = 0;

  constructor(one: LoadedCase) {
    this.#one = one;
  }

  /** Something wrong at a place of the document; where none is given the case as a whole is. */
  problem(message: string, span: Span = this.#one.opening): void {
    const { line } = positionAt(this.#one.document, span.start);
    this.problems.push({ line, message });
  }

  /** The script is not what it should be. */
  failure(findings: readonly Finding[]): void {
    this.hasFailed = true;
    const { document } = this.#one;
    const first = findings.find(({ severity }) => severity === 'error') ?? findings[0];
    const labels = [first?.primary, ...(first?.secondary ?? [])];
    // In a file that the script uses the place is told by the frame; here it is where the script calls it.
    const here = labels.find(label => label && fileAt(document, label.span.start).file === document);
    this.problem(framesOf(findings, document), here?.span);
  }

  /** Holds what came against the fence that states it, if there is one. */
  state(expectation: Expectation, actual: string): void {
    const fence = this.#one.expected.get(expectation);
    if (!fence) return;
    const difference = differenceOf(fence.text, actual);
    if (!difference) return;
    this.changes.push({ expectation, actual });
    this.problems.push({
      line: fence.line + 1 + difference.line,
      message: `the ${expectation} is not as expected:\n${difference.text}`,
      expected: fence.text,
      actual: `${actual.trimEnd()}\n`,
    });
  }

  /** The case is over; what is written about it afterwards takes none of its time. */
  end(): void {
    this.#duration = performance.now() - this.#began;
  }

  report(): CaseReport {
    const { name, line, opening, text } = this.#one;
    return {
      name,
      line,
      script: text,
      // A file that is one script has no fence above it.
      scriptLine: opening.end > 0 ? line + 1 : line,
      outcome: this.skipped !== undefined ? 'skipped' : this.problems.length > 0 ? 'failed' : 'passed',
      ...(this.skipped === undefined ? {} : { reason: this.skipped }),
      duration: this.#duration,
      problems: this.problems,
      notes: this.notes,
      statements: this.statements,
      ...(this.start ? { start: this.start } : {}),
      jobs: this.jobs,
    };
  }
}

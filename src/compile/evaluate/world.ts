import type { Finding, Label } from '../../diagnostics/diagnostic.ts';
import type { BlockGraph, Earlier } from '../../graph/graph.ts';
import type { Schema } from '../../qapi/schema.ts';
import type { Datum } from '../../statements/datum.ts';
import type { Step } from '../../statements/step.ts';
import type { Statement } from '../../syntax/ast.ts';

/** How long a statement may take: `within`. */
export interface Limit {
  readonly milliseconds: number;
  /** The moment at which it is over, as `performance.now()` counts. */
  readonly at: number;
}

/**
 * What the evaluator acts on. A planning world predicts; a running one talks to a QEMU. The evaluator itself is the same
 * for both, so a plan says what a run does.
 */
export interface World {
  readonly planning: boolean;
  /** What the commands of the QEMU at hand accept. */
  readonly schema: Schema;
  /** The block graph as it is now, or as it is predicted to be. */
  graph(): Promise<BlockGraph>;
  /** Planning only: a `chain` line tells of nodes that nothing else is known of. */
  learn(graph: BlockGraph): void;
  /** Planning only: every job has come to its end. */
  forgetJobs(): void;
  /** Planning only: the statement of this script that started a job, spoiled a node or made a file. */
  origin(earlier: Earlier): Label | undefined;
  /**
   * Carries one step out. Answers with a command's reply, an event's data, or a job's last record.
   * Throws a StatementFailure where the step does not succeed.
   */
  perform(step: Step, limit?: Limit): Promise<Datum>;
  /** Resolves when something may have changed on the QEMU; false when the limit is over. */
  changed(limit: Limit | undefined): Promise<boolean>;
  /** A wait has lasted long; `finding` tells what does not hold yet. */
  waits?(finding: Finding): void;
  /** A result for the user: text of `print`, the reply of a query, what `show` shows. */
  output(text: string, value?: Datum): void;
  /** A statement begins; statements inside it come before its `leave`. */
  enter(statement: Statement): void;
  leave(statement: Statement, outcome: Outcome): Promise<void>;
  /** Planning only: goes each of several ways from here, and leaves the graph as they all agree on. */
  either(ways: readonly Way[]): Promise<void>;
}

/** One way that a run may go, with a few words that say when. */
export interface Way {
  readonly when: string;
  /** Whether the statement at hand failed on this way: how far it came is not known. */
  readonly afterFailure?: boolean;
  readonly walk: () => Promise<void>;
}

export type Outcome =
  | {
      readonly ok: true;
      /** The step of it that was passed over, since somebody said that it was carried out before. */
      readonly skipped?: string;
    }
  | { readonly ok: false; readonly failure: unknown };

/** Whether a step is carried out on this host, whichever QEMU a statement is for, or none. */
export function isOfThisHost(step: Step): boolean {
  return step.kind === 'host' || (step.kind === 'check' && step.check.kind === 'identical');
}

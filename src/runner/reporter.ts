import type { Outcome } from '../compile/evaluate/world.ts';
import type { PausedJob } from '../diagnostics/catalogue/failures.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { BlockGraph } from '../graph/graph.ts';
import type { QmpEvent } from '../qmp/message.ts';
import type { Datum } from '../statements/datum.ts';
import type { Step } from '../statements/step.ts';
import type { Statement } from '../syntax/ast.ts';

/** Who is told what a run does, as it does it. */
export interface Reporter {
  /**
   * Whether `leave` is to be given the graph after a statement that may have changed it, which then is also held against what
   * was predicted: a look costs a few questions.
   */
  readonly wantsGraph: boolean;
  enter(statement: Statement): void;
  leave(statement: Statement, outcome: Outcome, graph: BlockGraph | undefined): void;
  /** A step is about to be carried out. */
  step(step: Step): void;
  event(event: QmpEvent): void;
  /** An I/O error has paused a job, which stays so until somebody acts; told once each time. */
  paused?(job: PausedJob): void;
  /** The wait at hand has lasted long; `finding` tells what does not hold yet. */
  waits?(finding: Finding): void;
  /** Something beside what ends the run: another failure, or a graph that is not as predicted. It must be seen. */
  finding(finding: Finding): void;
  /** A result of the script: a text, or a value. */
  output(text: string, value?: Datum): void;
  /** Whom to tell what happens at an endpoint, where the script has several; else it is told as what happens anywhere. */
  at?(endpoint: string): Reporter;
}

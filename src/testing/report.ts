import type { BlockGraph } from '../graph/graph.ts';

/** What came of running documents; `qblk test --report json` prints it, and every other report is made of it. Times are milliseconds. */
export interface TestReport {
  readonly version: 1;
  /** What ran the scripts, in words: `qemu-storage-daemon`, `qemu-system-x86_64`, `simulator`. */
  readonly engine: string;
  /** The version of QEMU that ran the scripts, or that was simulated; missing where none was started. */
  readonly qemu?: string;
  readonly duration: number;
  /** Whether the run was stopped before its end; what had not begun is then missing. */
  readonly interrupted?: boolean;
  readonly documents: readonly DocumentReport[];
}

export interface DocumentReport {
  /** As the user named it, or below the folder that was named. */
  readonly file: string;
  /** What is wrong with the document itself; its cases are then not run. */
  readonly problems: readonly Problem[];
  readonly cases: readonly CaseReport[];
}

export type CaseOutcome = 'passed' | 'failed' | 'skipped' | 'updated';

/** One script of a document. */
export interface CaseReport {
  /** The heading above it, with a number where that has several; a `.qblk` file's name. */
  readonly name: string;
  /** Of the fence that opens the script. Lines are counted from 1, in the document. */
  readonly line: number;
  readonly script: string;
  /** Of the script's first line. */
  readonly scriptLine: number;
  readonly outcome: CaseOutcome;
  /** Why it was skipped. */
  readonly reason?: string;
  readonly duration: number;
  readonly problems: readonly Problem[];
  /** Worth knowing, and nothing wrong: what a sandbox told, fences that were updated. */
  readonly notes: readonly string[];
  /** In the order in which they ran; those of a block come before the block itself. */
  readonly statements: readonly StatementReport[];
  /** The graph before the first statement, where somebody wants to see it; no part of the JSON report. */
  readonly start?: BlockGraph;
  readonly jobs: readonly JobReport[];
}

/** Something that makes a case or a document fail. */
export interface Problem {
  readonly line: number;
  /** Whole text for people, perhaps of several lines: a frame, or what differs. */
  readonly message: string;
  /** Both, where an expectation fence is not met. */
  readonly expected?: string;
  readonly actual?: string;
}

/** One statement that ran; one that is in a loop is there once a turn. */
export interface StatementReport {
  readonly line: number;
  /** Its first line, as written. */
  readonly text: string;
  /** How deep in blocks it stands: 0 at the top level. */
  readonly depth: number;
  /** Since the case began. */
  readonly at: number;
  readonly duration: number;
  readonly outcome: 'done' | 'failed' | 'caught';
  /** The graph after it, where it may have changed it and somebody wants to see it; no part of the JSON report. */
  readonly graph?: BlockGraph;
  /** The chain of each device after it, where `graph` is known: `disk0: A <- B`. */
  readonly chains?: readonly string[];
  /** The first line of the finding that it failed with. */
  readonly failure?: string;
}

/** What was seen of a job while it ran. */
export interface JobReport {
  readonly id: string;
  readonly type: string;
  readonly samples: readonly JobSample[];
}

export interface JobSample {
  /** Since the case began. */
  readonly at: number;
  readonly status: string;
  readonly current: number;
  readonly total: number;
}

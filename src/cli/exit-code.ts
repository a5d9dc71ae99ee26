import type { FailureKind } from '../compile/evaluate/failure.ts';

/** What a shell sees when the program ends. */
export const exitCode = {
  done: 0,
  /** QEMU refused a command, or a job failed. */
  refused: 1,
  usage: 2,
  /** The script is wrong, by itself or for this QEMU and its files: nothing was sent that changes anything. */
  script: 3,
  connection: 4,
  /** An `expect`, a chain or `fail`. */
  expectation: 5,
  timeout: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** What the program ends with where a statement fails. */
export const codeOfFailure: Readonly<Record<FailureKind, ExitCode>> = {
  script: exitCode.script,
  refused: exitCode.refused,
  job: exitCode.refused,
  expectation: exitCode.expectation,
  timeout: exitCode.timeout,
};

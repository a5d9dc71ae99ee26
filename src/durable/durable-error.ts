import type { Finding } from '../diagnostics/diagnostic.ts';

/** Why a durable run did not begin, or does not go on; the program's exit code follows from it. */
export type StopKind =
  /** The command line does not say which run is meant. */
  | 'usage'
  /** Somebody else has the journal or the QEMU. */
  | 'locked'
  /** There is no journal to go on with. */
  | 'journal'
  /** The QEMU is not the one that the run was on, or its chain is another. */
  | 'elsewhere'
  /** Only a person knows what became of the step in flight. */
  | 'question';

/** Ends a durable run where it is. The journal stays, so that it can go on later; the finding says what to do. */
export class DurableError extends Error {
  readonly kind: StopKind;
  readonly finding: Finding;

  constructor(kind: StopKind, finding: Finding, options?: ErrorOptions) {
    super(finding.message, options);
    this.name = 'DurableError';
    this.kind = kind;
    this.finding = finding;
  }
}

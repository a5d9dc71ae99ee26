import type { Finding } from '../../diagnostics/diagnostic.ts';

/** Why a statement did not do what it says. */
export type FailureKind =
  /** The script itself is wrong there. */
  | 'script'
  /** QEMU refused a command, or would: the graph says so. */
  | 'refused'
  | 'job'
  /** An `expect`, a chain or `fail`. */
  | 'expectation'
  | 'timeout';

/** A statement's failure while a plan is made or run. `else { … }` and `expect error` catch it. */
export class StatementFailure extends Error {
  readonly kind: FailureKind;
  readonly finding: Finding;
  /** What QEMU said, or the finding's message: what `$error` and `expect error "…"` see. */
  readonly reason: string;
  /** Sending it would end the QEMU, make it hang or destroy a file, so not even `expect error` does. */
  readonly harmful: boolean;

  constructor(
    kind: FailureKind,
    finding: Finding,
    options: { readonly cause?: unknown; readonly reason?: string; readonly harmful?: boolean } = {},
  ) {
    super(finding.message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'StatementFailure';
    this.kind = kind;
    this.finding = finding;
    this.reason = options.reason ?? finding.message;
    this.harmful = options.harmful ?? false;
  }
}

/** Ends the statement at hand because the script is wrong there. */
export function scriptError(finding: Finding): StatementFailure {
  return new StatementFailure('script', finding);
}

/** Ends the statement at hand because of how things stand on the QEMU; another time the same script may be right. */
export function refusedHere(finding: Finding): StatementFailure {
  return new StatementFailure('refused', finding);
}

/** The user has had enough: the statement at hand is given up, deferred statements run, nothing catches it. */
export class Interruption extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interruption';
  }
}

/** Why a durable run did not begin, or does not go on; the program's exit code follows from it. */
export type StopKind =
  /** Somebody else has the journal or the QEMU. */
  | 'locked'
  /** There is no journal to go on with. */
  | 'journal'
  /** The QEMU is not the one that the run was on, or its chain is another. */
  | 'elsewhere'
  /** Only a person knows what became of the step in flight. */
  | 'question';

/** Ends a durable run where it is. The journal stays, so that it can go on later; `help` says what to do, a line each. */
export class DurableError extends Error {
  readonly kind: StopKind;
  readonly help: readonly string[];

  constructor(kind: StopKind, message: string, help: readonly string[] = []) {
    super(message);
    this.name = 'DurableError';
    this.kind = kind;
    this.help = help;
  }
}

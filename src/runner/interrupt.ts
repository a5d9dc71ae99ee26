/** The wish to end a run, seen by every QEMU of the script until one of them has acted on it. */
export class Interrupt {
  #signal: AbortSignal | undefined;
  readonly #grace: number;
  #isTaken = false;

  /** `grace` is for all deferred statements together, in milliseconds. */
  constructor(signal: AbortSignal | undefined, grace = GRACE) {
    this.#signal = signal;
    this.#grace = grace;
  }

  /** What aborts with the wish; once that has been acted on, with the end of the time that deferred statements have. */
  get signal(): AbortSignal | undefined {
    return this.#signal;
  }

  /** It has been acted on. */
  take(): void {
    if (!this.#isTaken) this.#signal = AbortSignal.timeout(this.#grace);
    this.#isTaken = true;
  }
}

const GRACE = 30_000;

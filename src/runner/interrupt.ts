/** The wish to end a run, seen by every QEMU of the script until one of them has acted on it. */
export class Interrupt {
  #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** What aborts with the wish; undefined when nobody can wish it any more, so that deferred statements are not given up too. */
  get signal(): AbortSignal | undefined {
    return this.#signal;
  }

  /** It has been acted on. */
  take(): void {
    this.#signal = undefined;
  }
}

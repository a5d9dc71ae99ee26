import { Interruption } from '../compile/evaluate/failure.ts';

export interface InterruptOptions {
  /** Aborts with the wish. */
  readonly signal?: AbortSignal | undefined;
  /** What is done once the statement at hand is given up, before the deferred ones run. */
  readonly settle?: (() => Promise<void>) | undefined;
  /** How many milliseconds deferred statements have then. */
  readonly patience?: number | undefined;
}

/** The wish to end a run, seen by every QEMU of the script until one of them has acted on it. */
export class Interrupt {
  #signal: AbortSignal | undefined;
  readonly #settle: () => Promise<void>;
  readonly #patience: number;
  #settled: Promise<void> | undefined;
  #isTaken = false;

  constructor({ signal, settle = async () => {}, patience = PATIENCE }: InterruptOptions = {}) {
    this.#signal = signal;
    this.#settle = settle;
    this.#patience = patience;
  }

  /** What aborts with the wish; once that is acted on, what aborts when the deferred statements are out of time. */
  get signal(): AbortSignal | undefined {
    return this.#signal;
  }

  /** It has been acted on: deferred statements are not given up for it, but they don't hold up the end for ever. */
  take(): void {
    if (this.#isTaken) return;
    this.#isTaken = true;
    this.#signal = AbortSignal.timeout(this.#patience);
  }

  /** Does what is to be done after a statement was given up, once; for another failure nothing. */
  async settle(failure: unknown): Promise<void> {
    if (!(failure instanceof Interruption)) return;
    this.#settled ??= this.#settle();
    await this.#settled;
  }
}

const PATIENCE = 30_000;

import type { SessionOptions } from '../qmp/session.ts';
import { waitingPeriods } from '../text/waiting-periods.ts';

/** A QEMU that says nothing although a command waits for its answer. */
export interface Silent {
  readonly command: string;
  readonly seconds: number;
}

/** Hears the messages of a session, and tells when QEMU has long been silent while a command was in flight. */
export class Silence {
  readonly #tell: (silent: Silent) => void;
  readonly #periods = waitingPeriods();
  /** In the order of sending, which is that of answers. */
  readonly #unanswered: string[] = [];
  /** Since when QEMU is silent, and after how many milliseconds of that it is next told. */
  #since = 0;
  #due = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (silent: Silent) => void) {
    this.#tell = tell;
  }

  readonly hear: NonNullable<SessionOptions['trace']> = (direction, text) => {
    if (direction === 'send') {
      this.#unanswered.push(text);
      if (this.#unanswered.length > 1) return;
    } else if (REPLY.test(text)) this.#unanswered.shift();
    this.#since = performance.now();
    this.#due = this.#periods[0];
    if (!this.#timer && this.#unanswered.length > 0) this.#wait(this.#due);
  };

  /** To be called when the session has ended. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** One timer outlives many messages: to set one for each costs more than to hear it. */
  #wait(milliseconds: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const [oldest] = this.#unanswered;
      if (oldest === undefined) return;
      const quiet = performance.now() - this.#since;
      // A timer may come a little early.
      if (quiet >= this.#due - 1) {
        this.#tell({ command: EXECUTE.exec(oldest)?.[1] ?? 'a command', seconds: Math.round(quiet / 1000) });
        this.#due = quiet + this.#periods[1];
      }
      this.#wait(this.#due - quiet);
    }, milliseconds).unref();
  }
}

const REPLY = /^\s*\{\s*"(return|error|id)"/;
const EXECUTE = /"execute":"([^"]+)"/;

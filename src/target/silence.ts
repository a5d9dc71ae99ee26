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
  /** In the order of sending, which is that of answers. */
  readonly #unanswered: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (silent: Silent) => void) {
    this.#tell = tell;
  }

  readonly hear: NonNullable<SessionOptions['trace']> = (direction, text) => {
    if (direction === 'send') {
      this.#unanswered.push(text);
      if (this.#unanswered.length > 1) return;
    } else if (REPLY.test(text)) this.#unanswered.shift();
    this.stop();
    if (this.#unanswered.length > 0) this.#wait(performance.now(), ...waitingPeriods());
  };

  /** To be called when the session has ended. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(since: number, first: number, every: number): void {
    this.#timer = setTimeout(() => {
      const seconds = Math.round((performance.now() - since) / 1000);
      this.#tell({ command: EXECUTE.exec(this.#unanswered[0] ?? '')?.[1] ?? 'a command', seconds });
      this.#wait(since, every, every);
    }, first).unref();
  }
}

const REPLY = /^\s*\{\s*"(return|error|id)"/;
const EXECUTE = /"execute":"([^"]+)"/;

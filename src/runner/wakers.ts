import { whenSilent } from '../qmp/silence-timer.ts';

/** How many milliseconds there are for what may still come, where this program slept until the time was over. */
const GRACE = 100;

/** Those who wait for something to happen. */
export class Wakers {
  readonly #waiting = new Set<() => void>();

  /** Wakes everybody who waits now. */
  wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves to true when something has happened, to false when so many milliseconds are over. */
  wait(milliseconds: number): Promise<boolean> {
    return new Promise(resolve => {
      const end = (woken: boolean) => {
        stopTimer();
        this.#waiting.delete(wake);
        resolve(woken);
      };
      const wake = () => end(true);
      const stopTimer = whenSilent(Math.max(0, milliseconds), () => end(false), GRACE);
      this.#waiting.add(wake);
    });
  }
}

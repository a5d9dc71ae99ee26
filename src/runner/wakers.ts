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
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve(woken);
      };
      const wake = () => end(true);
      const timer = setTimeout(() => end(false), Math.max(0, milliseconds));
      this.#waiting.add(wake);
    });
  }
}

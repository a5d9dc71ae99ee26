/** A timer that is later than this, in milliseconds, tells that this program slept: it was stopped, or had no processor. */
const LATE = 100;

/**
 * Calls `over` once nothing has stopped it for so many milliseconds, behind all that has come by then: after a sleep of this program
 * what was said meanwhile lies unread, and whoever was to say more gets `again` milliseconds for it. Returns the way to stop it.
 */
export function whenSilent(milliseconds: number, over: () => void, again = milliseconds): () => void {
  const due = performance.now() + milliseconds;
  let stop = () => clearTimeout(timer);
  const timer = setTimeout(() => {
    if (performance.now() - due > LATE) stop = whenSilent(again, over, again);
    else {
      // Timers come before what is read.
      const soon = setImmediate(over);
      stop = () => clearImmediate(soon);
    }
  }, milliseconds);
  return () => stop();
}

/** The answer, or undefined once QEMU has been silent for so many milliseconds. */
export async function withinSilence<T>(answer: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let stop = () => {};
  const silent = new Promise<undefined>(resolve => {
    stop = whenSilent(milliseconds, () => resolve(undefined));
  });
  try {
    return await Promise.race([answer, silent]);
  } finally {
    stop();
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A signal that Ctrl-C aborts, and SIGTERM and SIGHUP. Nothing on the QEMU is aborted by it: a script gives up what it waits for and
 * runs its deferred statements, for which there is half a minute. A second Ctrl-C or SIGTERM ends the program at once. Without
 * `ctrlC` somebody else sees to Ctrl-C.
 */
export function interruptSignal({ ctrlC = true } = {}): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const abort = (name: NodeJS.Signals) => {
    // A terminal that is closed, and a service that is stopped, may send a SIGHUP along.
    if (name !== 'SIGHUP' && controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  // They stay until the end: who waits for a child process would take a signal that nobody listens to for the program's end.
  const names = SIGNALS.filter(name => ctrlC || name !== 'SIGINT');
  for (const name of names) process.on(name, abort);
  const stop = () => {
    for (const name of names) process.off(name, abort);
  };
  return { signal: controller.signal, stop };
}

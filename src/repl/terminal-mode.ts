import type { TerminalInput } from './terminal-keys.ts';

/** How a prompt has its terminal: key by key, with pasted texts bracketed. */
export interface TerminalMode {
  enter(): void;
  leave(): void;
  /** Lets go of the process; the terminal is as it was. */
  close(): void;
}

const DEADLY = ['SIGTERM', 'SIGHUP'] as const;

/**
 * Takes a terminal, and gives it back however the process ends. `giveBack` takes away what is drawn; `takeBack` is called when
 * the process goes on after it was stopped.
 */
export function takeTerminal(
  input: TerminalInput,
  output: NodeJS.WritableStream,
  { giveBack, takeBack }: { giveBack: () => void; takeBack: () => void },
): TerminalMode {
  let isIn = false;
  const enter = () => {
    // Node.js believes that the mode is still the one it set, though a shell has changed it since.
    input.setRawMode?.(false);
    input.setRawMode?.(true);
    output.write('\x1b[?2004h');
    isIn = true;
  };
  const leave = () => {
    if (!isIn) return;
    isIn = false;
    output.write('\x1b[?2004l\x1b[?25h');
    input.setRawMode?.(false);
  };
  const restore = () => {
    if (!isIn) return;
    giveBack();
    leave();
  };
  const die = (signal: NodeJS.Signals) => {
    restore();
    for (const deadly of DEADLY) process.off(deadly, die);
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const goOn = () => takeBack();
  process.on('exit', restore);
  process.on('uncaughtExceptionMonitor', restore);
  process.on('SIGCONT', goOn);
  for (const deadly of DEADLY) process.on(deadly, die);
  return {
    enter,
    leave,
    close: () => {
      leave();
      process.off('exit', restore);
      process.off('uncaughtExceptionMonitor', restore);
      process.off('SIGCONT', goOn);
      for (const deadly of DEADLY) process.off(deadly, die);
    },
  };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Program } from './program.ts';

/** The program at a pseudo-terminal of 100 columns, which script(1) makes. */
export interface AtTerminal {
  readonly child: ChildProcess;
  /** All that has come so far, escapes included. */
  readonly output: { text: string };
  /** Resolves with the exit code. */
  readonly done: Promise<number | null>;
  type(text: string): void;
}

/** Starts the program as at a terminal. */
export function startAtTerminal(
  program: Program,
  args: readonly string[],
  term = 'xterm-256color',
): AtTerminal {
  const words = [process.execPath, program.path, ...args].map(word => `'${word.replaceAll("'", "'\\''")}'`);
  const command = `stty cols 100 rows 30; exec ${words.join(' ')}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: program.folder,
    env: { ...program.environment, TERM: term, NO_COLOR: '1' },
    stdio: 'pipe',
  });
  const output = { text: '' };
  child.stdout.setEncoding('utf8').on('data', text => {
    output.text += text;
  });
  child.stdin.on('error', () => {});
  const done = once(child, 'close').then(([code]) => code as number | null);
  return { child, output, done, type: text => void child.stdin.write(text) };
}

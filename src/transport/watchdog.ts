import { spawn } from 'node:child_process';

/** What is still to be done when this process has ended, in whatever way. */
export interface AtTheEnd {
  /** Does it now. */
  now(): void;
  /** There is nothing left to do. */
  forget(): void;
}

/**
 * Has a shell run `script`, with `words` as its arguments, once this process is gone. It waits on a pipe that ends with this
 * process, in a session of its own that no Ctrl-C reaches.
 */
export function atTheEnd(script: string, words: readonly string[]): AtTheEnd {
  const shell = spawn('sh', ['-c', `read -r end\n${script}`, 'qblk-watchdog', ...words], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  return { now: () => void shell.stdin.end(), forget: () => void shell.kill('SIGKILL') };
}

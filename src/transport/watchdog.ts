import { spawn } from 'node:child_process';

/**
 * Has a shell run `script`, with `words` as its arguments, once this process is gone, or once what is answered is called. It waits on a
 * pipe that ends with this process, in a session of its own that no Ctrl-C reaches.
 */
export function atTheEnd(script: string, words: readonly string[]): () => void {
  const shell = spawn('sh', ['-c', `read -r end\n${script}`, 'qblk-watchdog', ...words], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  return () => void shell.stdin.end();
}

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The shell between us and a program: it is the head of a process group of its own. When the pipe that is its standard input
 * ends, because we want it to or because we died in whatever way, the whole group is killed.
 */
const KEEPER = `
exec 4<&0
"$@" </dev/null 4<&- &
program=$!
{ read -r end; kill -9 0; } <&4 >/dev/null 2>&1 &
reader=$!
wait "$program"
status=$?
kill "$reader" 2>/dev/null
exit "$status"
`;

/** How a program ended: its exit status as a shell gives it, so 137 stands for a kill -9. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The file of a program, looked for in `first` and then on PATH; undefined where there is none. */
export function findProgram(name: string, first?: string): string | undefined {
  if (name.includes('/')) return isProgram(name) ? name : undefined;
  const path = (process.env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '');
  return [...(first === undefined ? [] : [first]), ...path].map(folder => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Runs a program to its end, in a folder and without a shell of its own; it is killed when `signal` aborts, and with this process. */
export async function runProgram(
  file: string,
  words: readonly string[],
  folder: string,
  signal?: AbortSignal,
): Promise<Ended> {
  const { execa } = await import('execa');
  const keeper = execa('sh', ['-c', KEEPER, 'qblk-host', file, ...words], {
    cwd: folder,
    detached: true,
    cleanup: false,
    reject: false,
    stdin: 'pipe',
    maxBuffer: MOST_OUTPUT,
    stripFinalNewline: false,
  });
  keeper.stdin.on('error', () => {});
  const stop = () => keeper.stdin.end();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const { exitCode = 137, stdout, stderr } = await keeper;
    return { status: exitCode, stdout, stderr };
  } finally {
    stop();
    signal?.removeEventListener('abort', stop);
  }
}

const MOST_OUTPUT = 16 * 1024 * 1024;

/** What a program has to say of its failure, as lines: its errors, else its output, and of much only the end. */
export function lastWords({ stdout, stderr }: Ended): string[] {
  const lines = (stderr.trim() || stdout.trim()).split('\n').filter(line => line.trim() !== '');
  return lines.slice(-MOST_LINES);
}

const MOST_LINES = 6;

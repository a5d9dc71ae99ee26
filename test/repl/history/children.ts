import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Adding {
  readonly child: ChildProcess;
  /** The names of the entries that were accepted so far. */
  readonly accepted: readonly string[];
  /** Resolves with what it says of problems once it has ended and all that it said is read. */
  readonly ended: Promise<string>;
}

const program = fileURLToPath(new URL('./adding.ts', import.meta.url));

/** A process that adds `count` entries to the history in `file`; see adding.ts for the rest. */
export function startAdding(file: string, name: string, count: number, ...how: string[]): Adding {
  const child = spawn(process.execPath, ['--import', 'tsx', program, file, name, String(count), ...how], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const accepted: string[] = [];
  createInterface({ input: child.stdout }).on('line', line => accepted.push(line));
  let problems = '';
  child.stderr.on('data', part => {
    problems += part;
  });
  return { child, accepted, ended: once(child, 'close').then(() => problems) };
}

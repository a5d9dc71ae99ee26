import { readdirSync, readFileSync } from 'node:fs';

/** The command lines of all processes that name a folder. */
export function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^[0-9]+$/.test(name))
    .flatMap(pid => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return line.includes(folder) ? [line.replaceAll('\0', ' ')] : [];
      } catch {
        return [];
      }
    });
}

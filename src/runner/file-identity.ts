import { statSync } from 'node:fs';

/**
 * What all names of a file of this host have in common, symbolic and hard links included; undefined where there is no such
 * file, or nobody may look.
 */
export function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

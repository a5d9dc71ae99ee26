import { isRefused, type Problem } from './problem.ts';
import type { Schema } from './schema.ts';
import { loadSnapshot, type Program, snapshotVersions } from './snapshots.ts';
import { validateCommand } from './validator.ts';

/** QEMU versions out of those whose schemas come with qblk, oldest first. */
export interface Availability {
  readonly has: readonly string[];
  readonly lacks: readonly string[];
}

/**
 * Which of the bundled QEMU versions have a command, or an argument of it in any of its cases. It says nothing of the
 * versions between them.
 */
export function whereAvailable(
  command: string,
  argument?: string,
  program: Program = 'system',
): Availability {
  return sorted(program, schema => schema.has(command, argument));
}

/** How `describeAvailability` ends where a storage daemon is at hand and only the whole QEMU has it. */
export const AS_SYSTEM = ', as a system emulator';

/** Says which of the bundled versions have a command, or an argument, that the QEMU at hand lacks, and in which program. */
export function describeAvailability(
  schema: Schema,
): (command: string, argument?: string) => string | undefined {
  const isDaemon = schema.label.startsWith('qemu-storage-daemon');
  return (command, argument) => {
    for (const program of ['system', 'storage-daemon'] as const) {
      const { has } = whereAvailable(command, argument, program);
      if (has.length === 0) continue;
      const where = program === 'storage-daemon' ? ', as a storage daemon' : isDaemon ? AS_SYSTEM : '';
      return `QEMU ${has.join(', ')} ${has.length > 1 ? 'have' : 'has'} it${where}`;
    }
    return undefined;
  };
}

/**
 * Which of the bundled QEMU versions take what a problem found unknown: the command, argument or word, at its place among
 * the same arguments. Undefined for problems of other kinds. Reads every bundled schema, so it is for when one is told.
 */
export function whereAccepted(
  problem: Problem,
  command: string,
  args: unknown,
  program: Program = 'system',
): Availability | undefined {
  if (!problem.kind.startsWith('unknown-')) return undefined;
  const place = JSON.stringify(problem.path).slice(0, -1);
  return sorted(program, schema =>
    validateCommand(schema, command, args)
      .filter(isRefused)
      // A fault above the place leaves what stands there unread.
      .every(
        ({ path }) => !`${place},`.startsWith(`${JSON.stringify(path).slice(0, -1)},`) && path.length > 0,
      ),
  );
}

function sorted(program: Program, accepts: (schema: Schema) => boolean): Availability {
  const has: string[] = [];
  const lacks: string[] = [];
  for (const version of [...snapshotVersions()].reverse()) {
    const schema = loadSnapshot(version, program);
    (schema && accepts(schema) ? has : lacks).push(version);
  }
  return { has, lacks };
}

import { UsageError } from '../target/usage-error.ts';
import type { Options } from './options.ts';

/** Throws a UsageError where options exclude `--durable`, or mean nothing without it: before a QEMU is started or asked. */
export function requireConsistent({ flags, sandbox, savedPlan, onInterrupt }: Options): void {
  if (!flags.has('durable')) {
    for (const flag of ['steal', 'no-marker'] as const)
      if (flags.has(flag))
        throw new UsageError(`--${flag} is about durable runs, and this is none`, [
          `keep a journal: --durable --${flag}; or leave --${flag} out`,
        ]);
    return;
  }
  if (sandbox !== undefined)
    throw new UsageError(
      '--durable and --sandbox exclude each other: a sandbox ends with the program, so no run on it can go on',
      ['leave --durable out, or name a QEMU that runs: --qmp URI'],
    );
  if (savedPlan !== undefined)
    throw new UsageError(
      '--durable and --plan exclude each other: a durable run names its jobs after itself, so it would send something else than the plan shows',
      [
        'run the script itself: qblk run --durable FILE --qmp URI',
        'or the plan without a journal: leave --durable out',
      ],
    );
  if (onInterrupt === 'cancel')
    throw new UsageError(
      '--durable and --on-interrupt cancel exclude each other: a durable run goes on later and needs its jobs',
      ['leave one of the two out'],
    );
}

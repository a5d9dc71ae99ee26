import { journalTooShort } from '../diagnostics/catalogue/durable-runs.ts';
import type { Session } from '../qmp/session.ts';
import { readJobs } from '../runner/job-record.ts';
import { DurableError } from './durable-error.ts';
import { isJobOf } from './run-job-ids.ts';

/**
 * Throws a DurableError where one of the jobs at a QEMU is a run's, and not among those that its journal knows: the journal ends too
 * early, which by itself looks like a run that was cut there.
 */
export function requireKnown(jobs: Iterable<string>, known: ReadonlySet<string>, run: string): void {
  for (const id of jobs)
    if (isJobOf(run, id) && !known.has(id)) throw new DurableError('journal', journalTooShort(run, id));
}

/** Throws a DurableError where one of the jobs is there that the first step starts which a run sends once it goes on. */
export async function requireUnsent(jobs: readonly string[], session: Session, run: string): Promise<void> {
  if (jobs.length === 0) return;
  for (const { id } of readJobs(await session.execute('query-jobs')))
    if (jobs.includes(id)) throw new DurableError('journal', journalTooShort(run, id));
}

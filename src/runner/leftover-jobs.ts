import { hasEnded } from '../graph/job.ts';
import { ExecuteError } from '../qmp/errors.ts';
import type { Session } from '../qmp/session.ts';
import { type JobRecord, readJobs } from './job-record.ts';

/**
 * Gives up every job that `isOurs`, none of them completed, and lets go of their verdicts: what a QEMU does with a job when it
 * quits depends on its version. Takes no longer than `patience`, in milliseconds. Answers with those that are still there.
 */
export async function endJobs(
  session: Session,
  isOurs: (id: string) => boolean = () => true,
  patience = Number.POSITIVE_INFINITY,
): Promise<readonly JobRecord[]> {
  const end = performance.now() + patience;
  const tell = async (command: string, id: string) => {
    try {
      await session.execute(command, { id });
    } catch (error) {
      // It ended, or left, by itself meanwhile.
      if (!(error instanceof ExecuteError)) throw error;
    }
  };
  const told = new Set<string>();
  for (;;) {
    const jobs = readJobs(await session.execute('query-jobs')).filter(({ id }) => isOurs(id));
    if (jobs.length === 0 || performance.now() > end) return jobs;
    for (const { id, status } of jobs) {
      if (status === 'concluded') await tell('job-dismiss', id);
      else if (!hasEnded(status) && !told.has(id)) {
        told.add(id);
        await tell('job-cancel', id);
      }
    }
    await new Promise(resolve => setTimeout(resolve, PAUSE));
  }
}

const PAUSE = 10;

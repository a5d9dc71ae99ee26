import { hasEnded } from '../graph/job.ts';
import { ExecuteError } from '../qmp/errors.ts';
import type { Session } from '../qmp/session.ts';
import { readJobs } from './job-record.ts';

/**
 * Gives up every job, none of them completed, and lets go of their verdicts: what a QEMU does with a job when it quits depends
 * on its version.
 */
export async function endJobs(session: Session): Promise<void> {
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
    const jobs = readJobs(await session.execute('query-jobs'));
    if (jobs.length === 0) return;
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

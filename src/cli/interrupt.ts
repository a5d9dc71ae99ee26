import { readJobs } from '../runner/job-record.ts';
import type { LiveTarget } from '../target/target.ts';
import type { Output } from './output.ts';

/**
 * A signal that Ctrl-C aborts, and SIGTERM and SIGHUP. Nothing on the QEMU is aborted by it: a script gives up what it waits for and
 * runs its deferred statements. A second Ctrl-C ends the program at once.
 */
export function interruptSignal(): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const abort = () => {
    process.once('SIGINT', () => process.exit(130));
    controller.abort();
  };
  process.once('SIGINT', abort);
  process.once('SIGTERM', abort);
  process.once('SIGHUP', abort);
  const stop = () => {
    process.off('SIGINT', abort);
    process.off('SIGTERM', abort);
    process.off('SIGHUP', abort);
  };
  return { signal: controller.signal, stop };
}

/** Says what an interrupted run leaves behind: the jobs that go on without it. */
export async function listJobs(live: LiveTarget, output: Output): Promise<void> {
  const patience = new Promise<undefined>(resolve => setTimeout(resolve, 1000, undefined).unref());
  const reply = await Promise.race([live.session.execute('query-jobs').catch(() => undefined), patience]);
  const jobs = reply === undefined ? undefined : readJobs(reply);
  if (live.isSandbox) {
    output.complain('interrupted; the sandbox is removed');
  } else if (jobs === undefined) {
    output.complain('interrupted; QEMU does not say which jobs are left');
  } else if (jobs.length === 0) {
    output.complain('interrupted; no jobs are left');
  } else {
    const left = jobs.map(job => `${job.id} (${job.type}, ${job.status})`).join(', ');
    output.complain(`interrupted; left as they are: ${left}`, [
      'look at them: qblk show jobs',
      "end one: qblk -c 'cancel JOB'",
    ]);
  }
}

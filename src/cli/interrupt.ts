import { readJobs } from '../runner/job-record.ts';
import type { LiveTarget } from '../target/target.ts';
import type { Output } from './output.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A signal that Ctrl-C aborts, and SIGTERM and SIGHUP. Nothing on the QEMU is aborted by it: a script gives up what it waits for and
 * runs its deferred statements, for which there is half a minute. A second Ctrl-C or SIGTERM ends the program at once.
 */
export function interruptSignal(): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const abort = (name: NodeJS.Signals) => {
    // A terminal that is closed, and a service that is stopped, may send a SIGHUP along.
    if (name !== 'SIGHUP' && controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  // They stay until the end: who waits for a child process would take a signal that nobody listens to for the program's end.
  for (const name of SIGNALS) process.on(name, abort);
  const stop = () => {
    for (const name of SIGNALS) process.off(name, abort);
  };
  return { signal: controller.signal, stop };
}

/** Says what an interrupted run leaves behind: the jobs that go on without it. */
export async function listJobs(live: LiveTarget, output: Output, endpoint?: string): Promise<void> {
  const here = endpoint === undefined ? '' : ` at @${endpoint}`;
  const patience = new Promise<undefined>(resolve => setTimeout(resolve, 1000, undefined).unref());
  const reply = await Promise.race([live.session.execute('query-jobs').catch(() => undefined), patience]);
  const jobs = reply === undefined ? undefined : readJobs(reply);
  if (live.isSandbox) {
    output.complain(`interrupted; the sandbox${here && ` of @${endpoint}`} is removed`);
  } else if (jobs === undefined) {
    output.complain(`interrupted; QEMU does not say which jobs are left${here}`);
  } else if (jobs.length === 0) {
    output.complain(`interrupted; no jobs are left${here}`);
  } else {
    const left = jobs.map(job => `${job.id} (${job.type}, ${job.status})`).join(', ');
    output.complain(`interrupted; left as they are${here}: ${left}`, [
      'look at them: qblk show jobs',
      "end one: qblk -c 'cancel JOB'",
    ]);
  }
}

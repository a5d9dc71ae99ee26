import { type JobRecord, readJobs } from '../runner/job-record.ts';
import { harmless } from '../text/harmless.ts';
import { qemusOf, type Target } from './target.ts';

/** A job that was not there before, with how a statement begins that is about it. */
export interface OwnJob extends JobRecord {
  /** Empty, or the endpoint: `@dst `. */
  readonly at: string;
}

/** The jobs of every QEMU that are not among those of `before`. A QEMU that does not answer tells of none. */
export async function ownJobs(target: Target, before: ReadonlySet<string>): Promise<OwnJob[]> {
  const found: OwnJob[] = [];
  for (const [name, { live }] of qemusOf(target)) {
    const jobs = readJobs(await live.session.execute('query-jobs').catch(() => null));
    for (const job of jobs.filter(({ id }) => !before.has(id)))
      found.push({ ...job, at: name === undefined ? '' : `@${name} ` });
  }
  return found;
}

/** Such a job in a few words. */
export function ownJobInWords({ id, type, status, at }: OwnJob): string {
  return harmless(`${at}${id} (${type}, ${status})`);
}

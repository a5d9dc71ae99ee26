import type { BlockGraph } from '../graph/graph.ts';
import type { QmpEvent } from '../qmp/message.ts';
import type { Session } from '../qmp/session.ts';
import { type JobRecord, jobOf, readHolds, readJobs } from './job-record.ts';
import { asPaused, type JobTrouble } from './job-trouble.ts';
import type { Reporter } from './reporter.ts';

/** Tells a reporter of each job that an I/O error pauses, whether somebody waits for it or not. */
export class PausedJobs {
  readonly #session: Session;
  readonly #reporter: Reporter;
  readonly #troubleOf: (record: JobRecord, hold: 'failed' | 'nospace') => JobTrouble;
  readonly #graph: () => BlockGraph | undefined;
  readonly #stopped = new Set<string>();
  readonly #told = new Set<string>();

  constructor(
    session: Session,
    reporter: Reporter,
    troubleOf: (record: JobRecord, hold: 'failed' | 'nospace') => JobTrouble,
    graph: () => BlockGraph | undefined,
  ) {
    this.#session = session;
    this.#reporter = reporter;
    this.#troubleOf = troubleOf;
    this.#graph = graph;
  }

  see(event: QmpEvent): void {
    const id = jobOf(event);
    if (!this.#reporter.paused || id === undefined) return;
    const { status, action } = event.data;
    if (event.event === 'BLOCK_JOB_ERROR' && action === 'stop') this.#stopped.add(id);
    else if (status === 'running' || status === 'ready' || status === 'created') {
      this.#told.delete(id);
      this.#stopped.delete(id);
      // Every change of the graph pauses jobs for a moment, without an error.
    } else if ((status === 'paused' || status === 'standby') && this.#stopped.delete(id)) void this.#ask(id);
  }

  /** Tells of one that is known to be paused, unless that has been told. */
  tell(trouble: JobTrouble): void {
    if (this.#told.has(trouble.id)) return;
    this.#told.add(trouble.id);
    this.#reporter.paused?.(asPaused(trouble, this.#graph()));
  }

  /** The event does not say what the error was. */
  async #ask(id: string): Promise<void> {
    try {
      const [jobs, holds] = await Promise.all([
        this.#session.execute('query-jobs'),
        this.#session.execute('query-block-jobs'),
      ]);
      const record = readJobs(jobs).find(job => job.id === id);
      const hold = readHolds(holds).get(id);
      if (record && (hold === 'failed' || hold === 'nospace')) this.tell(this.#troubleOf(record, hold));
    } catch {
      // Whoever waits for something is told that the connection is lost.
    }
  }
}

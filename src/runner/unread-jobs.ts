import { withJob } from '../graph/change.ts';
import type { BlockGraph } from '../graph/graph.ts';
import type { Session } from '../qmp/session.ts';
import type { JobRecord } from './job-record.ts';
import type { Verdict } from './job-verdict.ts';

/** Jobs that are dismissed as soon as they end, though their verdict has not been read: until that is, they count as concluded. */
export class UnreadJobs {
  readonly #jobs = new Map<string, { readonly isDismissed: Promise<boolean>; record?: JobRecord }>();

  /** Dismisses a job once it has `ended`. What goes wrong here shows where the job is waited for. */
  async dismissOnce(id: string, ended: Promise<Verdict>, session: Session): Promise<void> {
    const dismiss = async () => {
      const { rest, record } = await ended;
      job.record = record;
      if (rest !== 'concluded') return false;
      await session.execute('job-dismiss', { id });
      return true;
    };
    const job: { readonly isDismissed: Promise<boolean>; record?: JobRecord } = {
      isDismissed: dismiss().catch(() => false),
    };
    this.#jobs.set(id, job);
    await job.isDismissed;
  }

  /** Whether a job has been dismissed here; waits for its end. */
  async isDismissed(id: string): Promise<boolean> {
    return (await this.#jobs.get(id)?.isDismissed) ?? false;
  }

  /** Those that have ended, as they were then. */
  get records(): readonly JobRecord[] {
    return [...this.#jobs.values()].flatMap(({ record }) => record ?? []);
  }

  has(id: string): boolean {
    return this.#jobs.has(id);
  }

  /** Its verdict has been read. */
  delete(id: string): void {
    this.#jobs.delete(id);
  }
}

const ofSessions = new WeakMap<Session, UnreadJobs>();

/** Those of a session: what one entry of a prompt started, a later one may wait for. */
export function unreadOf(session: Session): UnreadJobs {
  const known = ofSessions.get(session) ?? new UnreadJobs();
  ofSessions.set(session, known);
  return known;
}

/** The graph with the jobs of a session that would be there, had they not to be dismissed at once. */
export function withUnread(graph: BlockGraph, session: Session): BlockGraph {
  const ended = ofSessions.get(session)?.records.filter(({ status }) => status === 'concluded') ?? [];
  return ended.reduce(
    (now, { id, type, status }) => (now.jobs.has(id) ? now : withJob(now, { id, type, status })),
    graph,
  );
}

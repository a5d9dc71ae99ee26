import type { BlockGraph } from '../graph/graph.ts';
import { isObject, type JsonObject } from '../qmp/json.ts';
import type { QmpEvent } from '../qmp/message.ts';
import type { Session } from '../qmp/session.ts';
import { CANCELLED, type JobRecord, readJobs } from '../runner/job-record.ts';

/** What a QEMU says that there is. */
interface State {
  readonly jobs: readonly JobRecord[];
  readonly exports: ReadonlySet<string>;
}

type Told = Pick<QmpEvent, 'event' | 'data'>;

/** The jobs that tell of themselves by events of their own. */
const BLOCK_JOBS: ReadonlySet<string> = new Set(['backup', 'commit', 'mirror', 'stream']);
const BEFORE_READY: ReadonlySet<string> = new Set(['created', 'running', 'paused']);
const IS_READY: ReadonlySet<unknown> = new Set(['ready', 'standby']);

/**
 * What events have told so far of jobs and exports, and which events must have come while nobody listened: a QEMU's state tells,
 * though not of a job that is gone how it ended.
 */
export class MissedEvents {
  /** The last state that was heard of each job; one that is gone is not in it. */
  readonly #jobs: Map<string, string>;
  /** Exports that were told to end, and that nobody has heard the end of. */
  readonly #exports = new Set<string>();

  constructor(jobs: BlockGraph['jobs']) {
    this.#jobs = new Map([...jobs.values()].map(({ id, status }) => [id, status]));
  }

  /** Takes note of a command that is sent. */
  noteCommand(command: string, args: JsonObject | undefined): void {
    if (command === 'block-export-del') this.#exports.add(String(args?.['id']));
  }

  see({ event, data }: QmpEvent): void {
    const id = String(data['id']);
    if (event === 'BLOCK_EXPORT_DELETED') this.#exports.delete(id);
    if (event !== 'JOB_STATUS_CHANGE') return;
    if (data['status'] === 'null') this.#jobs.delete(id);
    else this.#jobs.set(id, String(data['status']));
  }

  /** Asks a new session for what there is. */
  async ask(session: Session): Promise<State> {
    const jobs = readJobs(await session.execute('query-jobs'));
    const isAsked = this.#exports.size > 0;
    const exports = isAsked ? await session.execute('query-block-exports') : [];
    const ids = (Array.isArray(exports) ? exports : []).map(one => isObject(one) && String(one['id']));
    return { jobs, exports: new Set(ids.filter(id => id !== false)) };
  }

  /**
   * What nobody has heard of all that; to be asked before what the new session has `heard` is told. Its events may be from before the
   * answer or from behind it, so they know better.
   */
  between({ jobs, exports }: State, heard: readonly QmpEvent[]): Told[] {
    const latest = new Map<unknown, unknown>();
    const ended = new Set<unknown>();
    for (const { event, data } of heard) {
      if (event === 'JOB_STATUS_CHANGE') latest.set(data['id'], data['status']);
      if (event === 'BLOCK_EXPORT_DELETED') ended.add(data['id']);
    }
    const there = new Set(jobs.map(({ id }) => id));
    const goneJobs = [...this.#jobs.keys()].filter(id => !there.has(id) && !latest.has(id));
    const goneExports = [...this.#exports].filter(id => !exports.has(id) && !ended.has(id));
    return [
      ...jobs.flatMap(job => this.#ofJob(job, latest.get(job.id), heard)),
      ...goneJobs.map(id => ({ event: 'JOB_STATUS_CHANGE', data: { id, status: 'null' } })),
      ...goneExports.map(id => ({ event: 'BLOCK_EXPORT_DELETED', data: { id } })),
    ];
  }

  #ofJob(job: JobRecord, latest: unknown, heard: readonly QmpEvent[]): Told[] {
    const { id, type, error } = job;
    const status = latest ?? job.status;
    const known = this.#jobs.get(id) ?? 'created';
    const data = { device: id, type, len: job['total-progress'], offset: job['current-progress'] };
    const told = (event: string, more: JsonObject = {}) =>
      BLOCK_JOBS.has(type) && !heard.some(one => one.event === event && one.data['device'] === id)
        ? [{ event, data: { ...data, ...more } }]
        : [];
    const ending = () =>
      error === CANCELLED
        ? told('BLOCK_JOB_CANCELLED')
        : told('BLOCK_JOB_COMPLETED', error === undefined ? {} : { error });
    return [
      ...(latest === undefined ? [{ event: 'JOB_STATUS_CHANGE', data: { id, status: job.status } }] : []),
      ...(BEFORE_READY.has(known) && IS_READY.has(status) ? told('BLOCK_JOB_READY') : []),
      ...(known !== 'concluded' && status === 'concluded' ? ending() : []),
    ];
  }
}

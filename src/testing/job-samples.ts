import type { Session } from '../qmp/session.ts';
import { jobOf, readEnd, readJobs } from '../runner/job-record.ts';
import type { JobReport, JobSample } from './report.ts';

/** Milliseconds between two looks while there are jobs. */
const PACE = 30;
/** Of one job; beyond that every second one is dropped, changes of state last. */
const MOST_SAMPLES = 400;
const MOST_JOBS = 200;

/** Watches the jobs of one session. */
export interface JobSampler {
  /** What was seen so far, in the order in which the jobs came. */
  jobs(): JobReport[];
  /** Asks no more. */
  stop(): void;
}

interface Seen {
  type: string;
  samples: JobSample[];
  /** The last sample is of an event, which tells a state and no progress. */
  isStale: boolean;
}

/**
 * Notes the progress of a session's jobs while there are any, with the moments of their states from events; `since` is the
 * moment that times count from, as `performance.now()` counts. It asks on the session itself, one question at a time, so
 * that commands of the run wait for one short answer at the most.
 */
export function sampleJobs(session: Session, since: number): JobSampler {
  const seen = new Map<string, Seen>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;
  let again = false;
  /** The jobs that events told of since the question at hand: its answer may be older than they. */
  const told = new Set<string>();
  let stopped = false;

  const note = (id: string, type: string, sample: JobSample, isStale: boolean) => {
    if (!seen.has(id) && seen.size >= MOST_JOBS) return;
    const job = seen.get(id) ?? { type, samples: [], isStale: false };
    seen.set(id, job);
    if (type !== '') job.type = type;
    const last = job.samples.at(-1);
    // The moment is the event's, the progress what was asked for then.
    if (job.isStale && last?.status === sample.status)
      job.samples[job.samples.length - 1] = { ...sample, at: last.at };
    else job.samples.push(sample);
    job.isStale = isStale;
    if (job.samples.length > MOST_SAMPLES) job.samples = thinned(job.samples);
  };

  const ask = async () => {
    asking = true;
    again = false;
    told.clear();
    let goOn = false;
    try {
      const jobs = readJobs(await session.execute('query-jobs'));
      const at = performance.now() - since;
      for (const { id, type, status, 'current-progress': current, 'total-progress': total } of jobs)
        if (!told.has(id)) note(id, type, { at, status, current, total }, false);
      goOn = jobs.some(({ status }) => status !== 'concluded');
    } catch {
      // A QEMU that does not answer, or is gone, has no progress to tell.
      again = false;
    }
    asking = false;
    if (stopped) return;
    if (again) void ask();
    else if (goOn) wait();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), PACE);
  };

  const stopEvents = session.onEvent(event => {
    const id = jobOf(event);
    if (id === undefined) return;
    told.add(id);
    const at = performance.now() - since;
    const last = seen.get(id)?.samples.at(-1);
    const end = readEnd(event);
    if (end && last) {
      note(
        id,
        end.type,
        {
          at,
          status: last.status,
          current: end['current-progress'],
          total: end['total-progress'],
        },
        false,
      );
    }
    const status = event.data['status'];
    if (event.event !== 'JOB_STATUS_CHANGE' || typeof status !== 'string') return;
    const { current, total } = last ?? { current: 0, total: 0 };
    note(id, '', { at, status, current, total }, true);
    // Asked at once, the job is still there even if this is its end.
    clearTimeout(timer);
    if (asking) again = true;
    else if (status !== 'null') void ask();
  });

  return {
    jobs: () => [...seen].map(([id, { type, samples }]) => ({ id, type, samples })),
    stop() {
      stopped = true;
      stopEvents();
      clearTimeout(timer);
    },
  };
}

/** Some half as many, with the first, the last and, if there are not too many, every change of state among them. */
function thinned(samples: readonly JobSample[]): JobSample[] {
  const isEnd = (at: number) => at === 0 || at === samples.length - 1;
  const changes = ({ status }: JobSample, at: number) =>
    status !== samples[at - 1]?.status || status !== samples[at + 1]?.status;
  const kept = samples.filter((sample, at) => at % 2 === 0 || isEnd(at) || changes(sample, at));
  return kept.length < 0.75 * MOST_SAMPLES ? kept : samples.filter((_, at) => at % 2 === 0 || isEnd(at));
}

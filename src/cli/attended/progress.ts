import { JobBars } from '../../printing/job-bars.ts';
import type { JsonObject } from '../../qmp/json.ts';
import { type JobRecord, readJobs } from '../../runner/job-record.ts';
import type { Reporter } from '../../runner/reporter.ts';
import { qemusOf, type Target } from '../../target/target.ts';
import { waitingPeriods } from '../../text/waiting-periods.ts';
import type { Output } from '../output.ts';

/** How often the jobs are asked for, in milliseconds. A run that is over by then asks nothing. */
const PERIOD = 250;
/** The shortest time between two records about one job. */
const RECORD_PERIOD = 1000;

/** How far the jobs of a run are, shown while it goes on. */
export interface Progress {
  /** The reporter, which also hears for which jobs the script waits. */
  listening(reporter: Reporter): Reporter;
  /** The jobs of the run as they were last seen, with their endpoints. */
  readonly seen: readonly SeenJob[];
  stop(): void;
}

interface SeenJob {
  readonly endpoint: string | undefined;
  readonly job: JobRecord;
}

export interface ProgressOptions {
  readonly target: Target;
  readonly output: Output;
  /** Draws lines at the bottom of the terminal; missing where there is none. */
  readonly draw?: ((bars: readonly string[]) => void) | undefined;
}

/** Asks for the jobs now and then: those that the run has started, or waits for. */
export function followProgress({ target, output, draw }: ProgressOptions): Progress {
  const bars = new JobBars();
  const before = new Set<string>();
  for (const [name, { live }] of qemusOf(target))
    for (const id of live.graph.jobs.keys()) before.add(keyOf(name, id));
  const awaited = new Set<string>();
  const [first, every] = waitingPeriods();
  let nextLine: number | undefined;
  const recorded = new Map<string, { readonly at: number; readonly done: number; readonly status: string }>();
  let seen: readonly SeenJob[] = [];
  let isOver = false;

  const record = ({ endpoint, job }: SeenJob, now: number) => {
    const key = keyOf(endpoint, job.id);
    const last = recorded.get(key) ?? { at: now - PERIOD, done: -1, status: '' };
    const { 'current-progress': done, status } = job;
    if (now - last.at < (recorded.has(key) ? RECORD_PERIOD : 0)) return;
    if (last.done === done && last.status === status) return;
    recorded.set(key, { at: now, done, status });
    output.record(progressRecord(endpoint, job));
  };
  const sayNowAndThen = (now: number) => {
    nextLine ??= now + first;
    if (now < nextLine) return;
    for (const line of bars.plainLines()) output.say(`     … ${line}`);
    nextLine = now + every;
  };
  const tick = async () => {
    const asked = [...qemusOf(target)].map(async ([endpoint, { live }]) => {
      const jobs = readJobs(await live.session.execute('query-jobs').catch(() => null));
      return jobs.map(job => ({ endpoint, job }));
    });
    const all = (await Promise.all(asked)).flat();
    if (isOver) return;
    seen = all.filter(({ endpoint, job }) => {
      const key = keyOf(endpoint, job.id);
      return awaited.has(key) || !before.has(key);
    });
    const now = performance.now();
    const named = seen.map(({ endpoint, job }) =>
      endpoint === undefined ? job : { ...job, id: `@${endpoint} ${job.id}` },
    );
    bars.see(named, now);
    if (output.json) for (const one of seen) record(one, now);
    else if (draw) draw(bars.lines((process.stderr.columns || 80) - 6));
    else if (seen.length === 0) nextLine = undefined;
    else sayNowAndThen(now);
    timer = setTimeout(tick, PERIOD);
  };
  let timer = setTimeout(tick, PERIOD);
  const listening = (reporter: Reporter, endpoint?: string): Reporter => ({
    ...reporter,
    step(step) {
      if (step.kind === 'await-job') awaited.add(keyOf(endpoint, String(step.job)));
      reporter.step(step);
    },
    ...(reporter.at ? { at: (name: string) => listening(reporter.at?.(name) ?? reporter, name) } : {}),
  });
  return {
    listening,
    get seen() {
      return seen;
    },
    stop() {
      isOver = true;
      clearTimeout(timer);
      draw?.([]);
    },
  };
}

function keyOf(endpoint: string | undefined, id: string): string {
  return `${endpoint ?? ''} ${id}`;
}

function progressRecord(endpoint: string | undefined, job: JobRecord): JsonObject {
  const { id, type, status, 'current-progress': current, 'total-progress': total } = job;
  const target = endpoint === undefined ? {} : { target: endpoint };
  return { record: 'progress', ...target, job: id, type, status, current, total };
}

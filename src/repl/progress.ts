import { JobBars } from '../printing/job-bars.ts';
import { readJobs } from '../runner/job-record.ts';
import { qemusOf } from '../target/target.ts';
import type { Connection } from './connection.ts';
import type { Prompt } from './prompt.ts';

/** How many milliseconds pass between two questions for the progress of jobs. */
const PERIOD = 200;

/** Shows how far all jobs but `others` are, for as long as a statement runs. Returns the way to stop that. */
export function showProgress(
  prompt: Prompt,
  connection: Connection,
  others: ReadonlySet<string>,
  width: () => number,
): () => void {
  if (!prompt.isInteractive) return () => {};
  const bars = new JobBars();
  let isOver = false;
  const tick = async () => {
    const replies = [...qemusOf(connection.target).values()].map(({ live }) =>
      live.session.execute('query-jobs').catch(() => null),
    );
    const jobs = (await Promise.all(replies)).flatMap(readJobs).filter(({ id }) => !others.has(id));
    if (isOver) return;
    bars.see(jobs, performance.now());
    prompt.progress(bars.lines(width()));
    timer = setTimeout(tick, PERIOD);
  };
  let timer = setTimeout(tick, PERIOD);
  return () => {
    isOver = true;
    clearTimeout(timer);
    prompt.progress([]);
  };
}

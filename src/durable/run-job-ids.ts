import { JobIds } from '../compile/evaluate/context.ts';

/** Whether a job was named by a run. */
export function isJobOf(run: string, id: string): boolean {
  return id.startsWith(`qblk-${run}-s`);
}

/**
 * Names the jobs of a durable run after it and after the step that their statement begins with, so that whoever finds one knows
 * whose it is, and a run that goes on finds its own: `qblk-k7m2pq-s3`.
 */
export class RunJobIds extends JobIds {
  readonly #run: string;
  readonly #step: () => number;
  readonly #made = new Set<string>();

  constructor(run: string, step: () => number) {
    super();
    this.#run = run;
    this.#step = step;
  }

  override make(): string {
    const first = `qblk-${this.#run}-s${this.#step()}`;
    let id = first;
    for (let more = 2; this.#made.has(id); more++) id = `${first}.${more}`;
    this.#made.add(id);
    return id;
  }

  override copy(): JobIds {
    return new RunJobIds(this.#run, this.#step);
  }
}

import * as words from '../diagnostics/catalogue/graph.ts';
import { jobLeft, jobPerhapsLeft } from '../diagnostics/catalogue/plans.ts';
import type { Finding, Label } from '../diagnostics/diagnostic.ts';
import { nodesOfFile } from '../graph/file-users.ts';
import type { BlockGraph, BlockJob, Earlier, NodeName } from '../graph/graph.ts';
import { restOf } from '../graph/job.ts';
import { differences } from '../graph/shared-map.ts';
import type { Step } from '../statements/step.ts';
import type { Span } from '../text/source.ts';

interface Start {
  readonly span: Span;
  readonly job: BlockJob;
}

const NONE: ReadonlyMap<string, object> = new Map();

/**
 * Which statement started each job, spoiled each node and made each file, as a plan goes along. So a refusal can point at
 * what stands in its way, and a job that nobody ends at where it began.
 */
export class Origins {
  readonly #starts = new Map<string, Start>();
  readonly #spoiled = new Map<NodeName, Start>();
  readonly #files = new Map<string, Span>();
  /** Jobs that one way of a fork left there and another did not. */
  readonly #perhaps = new Map<string, Start>();

  /** Takes note of what a step of the statement at `span` changed. */
  note(before: BlockGraph, after: BlockGraph, step: Step, span: Span | undefined): void {
    if (step.kind === 'await-job' && step.status === 'concluded') this.#perhaps.delete(String(step.job));
    if (before === after || !span) return;
    for (const id of differences(before.jobs, after.jobs)) {
      const job = after.jobs.get(id);
      if (!job || before.jobs.has(id)) continue;
      this.#starts.set(id, { span, job });
      this.#perhaps.delete(id);
    }
    if (step.kind === 'await-job') this.#noteSpoiled(before, after, String(step.job));
    for (const name of differences(before.files ?? NONE, after.files ?? NONE)) {
      // What is learnt of an open node's file was there before.
      const isNew = !before.files?.has(name) && nodesOfFile(before, name).length === 0;
      if (isNew) this.#files.set(name, span);
    }
  }

  /** A fork of ways has come together again: `ends` are the graphs at their ends. */
  join(ends: readonly BlockGraph[], after: BlockGraph): void {
    for (const id of ends.flatMap(({ jobs }) => [...jobs.keys()])) {
      const start = this.#starts.get(id);
      if (start && !after.jobs.has(id)) this.#perhaps.set(id, start);
    }
  }

  /** There are no jobs any more, whatever came before. */
  forgetJobs(): void {
    this.#perhaps.clear();
  }

  /** Points at the statement behind what stands in the way, where this script has it. */
  labelOf(earlier: Earlier): Label | undefined {
    if ('job' in earlier) {
      const start = this.#starts.get(earlier.job);
      return start && { span: start.span, text: words.startedHere(start.job.type) };
    }
    if ('file' in earlier) {
      const span = this.#files.get(earlier.file);
      return span && { span, text: words.madeHere };
    }
    const start = this.#spoiled.get(earlier.node);
    return (
      start && { span: start.span, text: words.spoiledHere(start.job.type, start.job.on?.['base-node']) }
    );
  }

  /** What to say of the jobs that the script starts and does not see to their end. */
  jobsLeft(graph: BlockGraph): Finding[] {
    const left = [...this.#starts.values()].flatMap(({ span, job }) =>
      graph.jobs.has(job.id) ? [jobLeft(span, job.id, job.type, restOf(job))] : [],
    );
    const perhaps = [...this.#perhaps.values()].map(({ span, job }) =>
      jobPerhapsLeft(span, job.id, job.type),
    );
    return [...left, ...perhaps];
  }

  #noteSpoiled(before: BlockGraph, after: BlockGraph, id: string): void {
    const start = this.#starts.get(id);
    if (!start) return;
    for (const name of differences(before.nodes, after.nodes)) {
      const isBad = after.nodes.get(name)?.invalid !== undefined;
      if (isBad && before.nodes.get(name)?.invalid === undefined) this.#spoiled.set(name, start);
    }
  }
}

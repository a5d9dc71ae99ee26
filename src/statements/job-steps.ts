import type { BlockGraph } from '../graph/graph.ts';
import type { Later } from '../qapi/placeholder.ts';
import type { PlannedObject } from './datum.ts';
import type { Ending, StartedJob } from './define.ts';
import { execute, type Step } from './step.ts';

/** Starts a block job so that its verdict stays readable: with an id, and kept once it has concluded. */
export function startJob(command: string, id: string, members: PlannedObject): Step {
  return execute(command, { 'job-id': id, ...members, 'auto-dismiss': false });
}

/** Waits for the job's end, reads its verdict and lets go of it. */
export function finishJob(id: string | Later): Step[] {
  return [
    { kind: 'await-job', job: id, status: 'concluded' },
    { kind: 'check', check: { kind: 'job-succeeded', job: id } },
    execute('job-dismiss', { id }),
  ];
}

/** `then pivot`: once ready, complete the job and wait for its end. */
export function pivotJob(id: string | Later): Step[] {
  return [{ kind: 'await-job', job: id, status: 'ready' }, execute('job-complete', { id }), ...finishJob(id)];
}

/** `then cancel`: once ready, end the job without moving the guest. There is no `job-*` command that does this. */
function cancelReadyJob(id: string | Later): Step[] {
  return [
    { kind: 'await-job', job: id, status: 'ready' },
    execute('block-job-cancel', { device: id }),
    ...finishJob(id),
  ];
}

/** Ends the job wherever it is, and takes either end: done before the cancel came, or cancelled. */
export function cancelJob(id: string | Later, members: PlannedObject): Step[] {
  return [execute('block-job-cancel', { device: id, ...members }), ...letGoOfJob(id)];
}

/** Waits for the end of a job that may have been cancelled, and dismisses it. */
export function letGoOfJob(id: string | Later): Step[] {
  return [
    { kind: 'await-job', job: id, status: 'concluded' },
    { kind: 'check', check: { kind: 'job-cancelled', job: id } },
    execute('job-dismiss', { id }),
  ];
}

/** Without dismissals of jobs that dismiss themselves, as those of raw commands do: they are gone once they have ended. */
export function forJobsIn({ jobs }: BlockGraph, steps: readonly Step[]): Step[] {
  return steps.filter(
    step =>
      step.kind !== 'execute' ||
      step.command !== 'job-dismiss' ||
      jobs.get(String(step.arguments['id']))?.autoDismiss !== true,
  );
}

/** What follows the steps that start a statement's job. A job that ends by itself ignores its ending. */
export function endJob(job: StartedJob, ending: Ending | undefined): Step[] {
  if (job.ends === 'by-itself' || !ending) return finishJob(job.id);
  return ending === 'pivot' ? pivotJob(job.id) : cancelReadyJob(job.id);
}

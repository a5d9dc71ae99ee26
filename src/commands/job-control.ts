import { dropReleased, withJob, withoutJob } from '../graph/change.ts';
import type { BlockGraph, BlockJob, JobStatus, Refusal } from '../graph/graph.ts';
import { accepts, isPaused, type JobVerb, verbsOf } from '../graph/job.ts';
import { type Arguments, type CommandModel, isRefusal } from './define.ts';
import { checkSpeed } from './rules/job-speed.ts';
import { pivotHazard } from './rules/pivot-hazards.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { quoted, refuse } from './rules/refusals.ts';

/** The command that tells a job so; `argument` is the one that names the job. */
function control(
  name: string,
  argument: 'id' | 'device',
  verb: JobVerb,
  tell: (graph: BlockGraph, job: BlockJob, args: Arguments) => BlockGraph,
  {
    hazard,
    cannot,
  }: {
    readonly hazard?: (graph: BlockGraph, job: BlockJob, argument: string) => Refusal | undefined;
    readonly cannot?: (job: BlockJob, argument: string, args: Arguments) => Refusal | undefined;
  } = {},
): CommandModel {
  return {
    name,
    apply(graph, args) {
      const id = args.text(argument);
      if (id === undefined) return graph;
      const job = findJob(graph, id, argument, name.startsWith('block-'));
      if (!job || isRefusal(job)) return job ?? graph;
      if (!accepts(job.status, verb)) return wrongVerb(job, verb, argument);
      return cannot?.(job, argument, args) ?? tell(graph, job, args);
    },
    hazard(graph, args) {
      const job = graph.jobs.get(args.text(argument) ?? '');
      return job && hazard?.(graph, job, argument);
    },
  };
}

function findJob(
  graph: BlockGraph,
  id: string,
  argument: string,
  ofBlocks: boolean,
): BlockJob | Refusal | undefined {
  const job = graph.jobs.get(id);
  if (job ? !(ofBlocks && job.type === 'create') : !graph.complete) return job;
  // None of them is proposed: one that is called almost so may be another client's, and to pivot it moves a guest.
  const all = [...graph.jobs.values()].slice(0, MOST).map(jobInWords).join(', ');
  const more = graph.jobs.size > MOST ? `, and ${graph.jobs.size - MOST} more` : '';
  const help = all ? `the jobs are ${all}${more}` : 'no job is there';
  const what = ofBlocks ? 'block job' : 'job';
  const refusal = refuse('unknown-job', argument, `There is no ${what} ${quoted(id)}.`, [help]);
  return ofBlocks
    ? { ...refusal, qemu: { class: 'DeviceNotActive', desc: `Block job '${id}' not found` } }
    : saidByQemu(refusal, 'Job not found');
}

const MOST = 12;

function jobInWords({ id, type }: BlockJob): string {
  return `${quoted(id)} (${type})`;
}

function wrongVerb(job: BlockJob, verb: JobVerb, argument: string): Refusal {
  const words = verbsOf(job.status).join(', ');
  const help = [
    ...(verb === 'complete' ? [`wait until it is ready: wait ${job.id} ready`] : []),
    words ? `in this state it accepts ${words}` : 'in this state it accepts nothing',
  ];
  const message = `The job ${quoted(job.id)} is ${job.status}, and can't be told to ${verb}.`;
  return saidByQemu(
    refuse('job-verb', argument, message, help),
    `Job '${job.id}' in state '${job.status}' cannot accept command verb '${verb}'`,
  );
}

function isHeld(job: BlockJob): boolean {
  return job.held === true || isPaused(job);
}

function pausedTwice(job: BlockJob, argument: string): Refusal | undefined {
  if (!isHeld(job)) return undefined;
  const refusal = refuse('job-verb', argument, `The job ${quoted(job.id)} is paused already.`, [
    `let it go on: job-resume id=${job.id}`,
  ]);
  return saidByQemu(refusal, 'Job is already paused');
}

function notPaused(job: BlockJob, argument: string): Refusal | undefined {
  if (isHeld(job)) return undefined;
  const refusal = refuse('job-verb', argument, `The job ${quoted(job.id)} is not paused.`);
  return saidByQemu(refusal, "Can't resume a job that was not paused");
}

function cancelPaused(job: BlockJob, argument: string, args: Arguments): Refusal | undefined {
  if (!isHeld(job) || args.flag('force') === true) return undefined;
  const refusal = refuse(
    'job-verb',
    argument,
    `The job ${quoted(job.id)} is paused, and ends only by force.`,
    ['let it go on first, or give force=true'],
  );
  return saidByQemu(refusal, `The block job for device '${job.id}' is currently paused`);
}

function badSpeed(_: BlockJob, __: string, args: Arguments): Refusal | undefined {
  return checkSpeed(args);
}

function inStatus(status: JobStatus, ending?: BlockJob['ending']) {
  return (graph: BlockGraph, job: BlockJob) =>
    withJob(graph, { ...job, status, ...(ending ? { ending } : {}) });
}

function abort(graph: BlockGraph, job: BlockJob): BlockGraph {
  return inStatus('aborting', 'abort')(graph, job);
}

function softCancel(graph: BlockGraph, job: BlockJob, args: Arguments): BlockGraph {
  const ready = job.status === 'ready' || job.status === 'standby';
  return ready && args.flag('force') !== true
    ? inStatus('waiting', 'soft-cancel')(graph, job)
    : abort(graph, job);
}

function pause(graph: BlockGraph, job: BlockJob): BlockGraph {
  const status = job.status === 'ready' || job.status === 'standby' ? 'standby' : 'paused';
  return inStatus(status)(graph, { ...job, held: true });
}

function resume(graph: BlockGraph, job: BlockJob): BlockGraph {
  const status = job.status === 'standby' ? 'ready' : job.status === 'paused' ? 'running' : job.status;
  return inStatus(status)(graph, { ...job, held: false });
}

// QEMU commits to a finalized job's effect on the way from pending to concluded; settleJob brings it about then.
function finalize(graph: BlockGraph, job: BlockJob): BlockGraph {
  const others = [...graph.jobs.values()].filter(({ group }) => group !== undefined && group === job.group);
  return [job, ...others].reduce((now, one) => withJob(now, { ...one, autoFinalize: true }), graph);
}
// A paused job takes note, and completes once it goes on.
const complete = (graph: BlockGraph, job: BlockJob) =>
  inStatus(isPaused(job) ? job.status : 'waiting', 'complete')(graph, job);
const dismiss = (graph: BlockGraph, job: BlockJob) => dropReleased(graph, withoutJob(graph, job.id));
const same = (graph: BlockGraph) => graph;

/** Everything that is said to a job, in both families of commands. */
export const jobControl: readonly CommandModel[] = [
  control('job-complete', 'id', 'complete', complete, { hazard: pivotHazard }),
  control('block-job-complete', 'device', 'complete', complete, { hazard: pivotHazard }),
  control('job-cancel', 'id', 'cancel', abort),
  control('block-job-cancel', 'device', 'cancel', softCancel, { cannot: cancelPaused }),
  control('job-finalize', 'id', 'finalize', finalize),
  control('block-job-finalize', 'id', 'finalize', finalize),
  control('job-dismiss', 'id', 'dismiss', dismiss),
  control('block-job-dismiss', 'id', 'dismiss', dismiss),
  control('job-pause', 'id', 'pause', pause, { cannot: pausedTwice }),
  control('block-job-pause', 'device', 'pause', pause, { cannot: pausedTwice }),
  control('job-resume', 'id', 'resume', resume, { cannot: notPaused }),
  control('block-job-resume', 'device', 'resume', resume, { cannot: notPaused }),
  control('block-job-set-speed', 'device', 'set-speed', same, { cannot: badSpeed }),
  control('block-job-change', 'id', 'change', same),
];

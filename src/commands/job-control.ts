import { attachmentsOf } from '../graph/chain.ts';
import { withJob, withoutJob } from '../graph/change.ts';
import type { BlockGraph, BlockJob, JobStatus, Refusal } from '../graph/graph.ts';
import { accepts, type JobVerb, verbsOf } from '../graph/job.ts';
import { suggest } from '../text/suggest.ts';
import { type Arguments, type CommandModel, isRefusal } from './define.ts';
import { notAttached, quoted, refuse } from './refusals.ts';

/** The command that tells a job so; `argument` is the one that names the job. */
function control(
  name: string,
  argument: 'id' | 'device',
  verb: JobVerb,
  tell: (graph: BlockGraph, job: BlockJob, args: Arguments) => BlockGraph,
  hazard?: (graph: BlockGraph, job: BlockJob, argument: string) => Refusal | undefined,
): CommandModel {
  return {
    name,
    apply(graph, args) {
      const id = args.text(argument);
      if (id === undefined) return graph;
      const job = findJob(graph, id, argument);
      if (!job || isRefusal(job)) return job ?? graph;
      return accepts(job.status, verb) ? tell(graph, job, args) : wrongVerb(job, verb, argument);
    },
    hazard(graph, args) {
      const job = graph.jobs.get(args.text(argument) ?? '');
      return job && hazard?.(graph, job, argument);
    },
  };
}

function findJob(graph: BlockGraph, id: string, argument: string): BlockJob | Refusal | undefined {
  const job = graph.jobs.get(id);
  if (job || !graph.complete) return job;
  const [near] = suggest(id, graph.jobs.keys());
  const all = [...graph.jobs.keys()].map(quoted).join(', ');
  const help = near ? `did you mean ${quoted(near)}?` : all ? `the jobs are ${all}` : 'no job is there';
  return refuse('job-unknown', argument, `There is no job ${quoted(id)}.`, [help]);
}

function wrongVerb(job: BlockJob, verb: JobVerb, argument: string): Refusal {
  const words = verbsOf(job.status).join(', ');
  const help = [
    ...(verb === 'complete' ? [`wait until it is ready: wait ${job.id} ready`] : []),
    words ? `in this state it accepts ${words}` : 'in this state it accepts nothing',
  ];
  return refuse(
    'job-verb',
    argument,
    `The job ${quoted(job.id)} is ${job.status}, and can't be told to ${verb}.`,
    help,
  );
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
  return inStatus(job.status === 'ready' || job.status === 'standby' ? 'standby' : 'paused')(graph, job);
}

function resume(graph: BlockGraph, job: BlockJob): BlockGraph {
  const status = job.status === 'standby' ? 'ready' : job.status === 'paused' ? 'running' : job.status;
  return inStatus(status)(graph, job);
}

// QEMU commits to a finalized job's effect on the way from pending to concluded; settleJob brings it about then.
const finalize = inStatus('pending');
const complete = inStatus('waiting', 'complete');
const dismiss = (graph: BlockGraph, job: BlockJob) => withoutJob(graph, job.id);
const same = (graph: BlockGraph) => graph;

function completingIsHarmful(graph: BlockGraph, job: BlockJob, argument: string): Refusal | undefined {
  const { device, target } = job.on ?? {};
  if (job.type === 'mirror' && job.sync === 'top' && target !== undefined) {
    const node = graph.nodes.get(target);
    const source = device === undefined ? undefined : graph.nodes.get(device);
    if (node?.backing === null && source?.backing !== null && node.driver !== 'nbd') {
      return refuse(
        'target-without-backing',
        argument,
        `${quoted(target)} holds only what \`sync=top\` copied and has no backing, so the guest would lose everything below.`,
        ["open the target with the source's backing, or mirror with sync=full"],
      );
    }
  }
  if (device === undefined || !graph.complete || attachmentsOf(graph, device).length > 0) return undefined;
  return notAttached(argument, device, 'nobody would move to the other image');
}

/** Everything that is said to a job, in both families of commands. */
export const jobControl: readonly CommandModel[] = [
  control('job-complete', 'id', 'complete', complete, completingIsHarmful),
  control('block-job-complete', 'device', 'complete', complete, completingIsHarmful),
  control('job-cancel', 'id', 'cancel', abort),
  control('block-job-cancel', 'device', 'cancel', softCancel),
  control('job-finalize', 'id', 'finalize', finalize),
  control('block-job-finalize', 'id', 'finalize', finalize),
  control('job-dismiss', 'id', 'dismiss', dismiss),
  control('block-job-dismiss', 'id', 'dismiss', dismiss),
  control('job-pause', 'id', 'pause', pause),
  control('block-job-pause', 'device', 'pause', pause),
  control('job-resume', 'id', 'resume', resume),
  control('block-job-resume', 'device', 'resume', resume),
  control('block-job-set-speed', 'device', 'set-speed', same),
  control('block-job-change', 'id', 'change', same),
];

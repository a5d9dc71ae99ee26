import { Arguments } from '../commands/define.ts';
import { withJob } from '../graph/change.ts';
import type { BlockGraph, BlockJob } from '../graph/graph.ts';
import type { JsonObject } from '../qmp/json.ts';
import { endsAfterReply, hasNothingToDo, type JobRun, rerun, startRun } from './job-run.ts';
import { createFault, troubleOf } from './trouble.ts';
import type { Turn } from './turn.ts';

/**
 * Starts the jobs that a command made, and answers it. A backup stands still for a moment while its filter is put in; what has
 * nothing to do is over before the answer.
 */
export function startJobs(turn: Turn, jobs: readonly BlockJob[], args: JsonObject): void {
  for (const [at, job] of jobs.entries()) {
    const given = argumentsOf(job, at, args);
    const run = startRun(turn.graph, job, turn.now, given.integer('speed') ?? 0);
    const trouble = troubleOf(turn.graph, turn.faults, job, given);
    turn.runs.set(job.id, trouble ? { ...run, trouble } : run);
    if (trouble?.fault.once)
      turn.faults = new Map([...turn.faults].filter(([, fault]) => fault !== trouble.fault));
    turn.event('JOB_STATUS_CHANGE', { status: 'created', id: job.id });
  }
  const says = (status: string, { id }: BlockJob) => turn.event('JOB_STATUS_CHANGE', { status, id });
  for (const job of jobs) {
    says('running', job);
    if (job.type === 'backup') says('paused', job);
  }
  for (const job of [...jobs].reverse()) if (job.type === 'backup') says('running', job);
  const fault = jobs[0]?.type === 'create' ? createFault(turn.graph, args) : undefined;
  for (const job of jobs) {
    if (fault) failLater(turn, job.id, fault.error);
    if (fault?.early || hasNothingToDo(turn.graph, job)) turn.finishCopy(job.id);
  }
  turn.reply();
}

/** The arguments that started a job, in a transaction those of its action. */
function argumentsOf(job: BlockJob, at: number, args: JsonObject): Arguments {
  const { actions } = args;
  if (!Array.isArray(actions)) return new Arguments(args);
  const all = actions.map(action => new Arguments(new Arguments(action).value('data')));
  return all.find(one => one.text('job-id') === job.id) ?? all[at] ?? new Arguments({});
}

function failLater(turn: Turn, id: string, error: string): void {
  const run = turn.runs.get(id);
  if (run) turn.runs.set(id, { ...run, offset: run.length, error });
}

/** What is said to a job, by the command that says it. */
const VERBS: Readonly<Record<string, (turn: Turn, job: BlockJob, args: Arguments) => void>> = {
  complete(turn, job) {
    turn.reply();
    if (!turn.runs.get(job.id)?.paused) turn.wrapUp(job.id);
  },
  cancel(turn, job) {
    if (job.ending === 'soft-cancel') {
      turn.reply();
      turn.wrapUp(job.id);
      return;
    }
    // A job that is paused at READY goes on before it ends.
    if (job.status === 'standby') turn.status(job.id, 'ready');
    const afterReply = endsAfterReply(job);
    if (afterReply) turn.reply();
    turn.cancel(job.id);
    if (!afterReply) turn.reply();
  },
  finalize(turn, job) {
    for (const { id } of turn.groupOf(job)) turn.finalize(id);
    turn.reply();
  },
  dismiss(turn, job) {
    turn.dismiss(job.id);
    turn.reply();
  },
  pause(turn, job) {
    change(turn, job, { paused: true });
    if (job.status === 'running') turn.status(job.id, 'paused');
    if (job.status === 'ready') turn.status(job.id, 'standby');
    turn.reply();
  },
  resume(turn, job) {
    change(turn, job, { paused: false });
    if (job.status === 'paused') turn.status(job.id, 'running');
    if (job.status === 'standby') turn.status(job.id, 'ready');
    const { trouble, ...run } = turn.runs.get(job.id) ?? {};
    if (trouble?.fault.once) turn.runs.set(job.id, run as JobRun);
    // What it could not write it tries again at once.
    if (trouble) turn.finishCopy(job.id);
    turn.reply();
    if (job.status === 'standby' && job.ending === 'complete') turn.wrapUp(job.id);
  },
  'set-speed'(turn, job, args) {
    change(turn, job, { speed: args.integer('speed') ?? 0 });
    turn.reply();
  },
  change: turn => turn.reply(),
};

/** The verb of `job-pause` and `block-job-pause`. */
const VERB = /^(?:block-)?job-(.+)$/;

/** Whether a command tells a job something. */
export function isJobVerb(command: string): boolean {
  return VERBS[VERB.exec(command)?.[1] ?? ''] !== undefined;
}

/**
 * Tells a job what a command says; `after` is the graph with the model's word on it. The model gives the job the status that
 * it will come to; the turn takes it there by the way that QEMU takes.
 */
export function tellJob(turn: Turn, command: string, args: JsonObject, after: BlockGraph): void {
  const given = new Arguments(args);
  const id = given.text('id') ?? given.text('device') ?? '';
  const before = turn.graph.jobs.get(id);
  const verb = VERBS[VERB.exec(command)?.[1] ?? ''];
  if (!before || !verb) {
    turn.reply();
    return;
  }
  const told = after.jobs.get(id) ?? before;
  // Of what the model says, what the job was told counts here; where that takes it is the turn's business.
  const job = { ...before, ...(told.ending === undefined ? {} : { ending: told.ending }) };
  turn.graph = command.endsWith('-dismiss') ? after : withJob(after, job);
  verb(turn, job, given);
}

function change(
  turn: Turn,
  job: BlockJob,
  facts: { readonly paused?: boolean; readonly speed?: number },
): void {
  const run = turn.runs.get(job.id);
  if (run) turn.runs.set(job.id, rerun(run, job.status, turn.now, facts));
}

/** Every change of the guest's state, and of the graph, makes QEMU hold its jobs for a moment. */
export function holdJobs(turn: Turn): void {
  for (const { id, status } of turn.graph.jobs.values()) {
    const held = status === 'running' ? 'paused' : status === 'ready' ? 'standby' : undefined;
    if (held === undefined) continue;
    turn.event('JOB_STATUS_CHANGE', { status: held, id });
    turn.event('JOB_STATUS_CHANGE', { status, id });
  }
}

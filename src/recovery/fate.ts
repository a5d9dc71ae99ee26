import { settleJob } from '../commands/jobs/settle.ts';
import { isForeseen, predictStep } from '../compile/evaluate/predict.ts';
import type { BlockGraph, BlockJob } from '../graph/graph.ts';
import { restOf } from '../graph/job.ts';
import { deviceChains } from '../printing/chains-text.ts';
import { type CommandInFlight, QmpError } from '../qmp/errors.ts';
import { isObject, type JsonObject } from '../qmp/json.ts';
import { readJobs } from '../runner/job-record.ts';
import type { ExecuteStep, Step } from '../statements/step.ts';
import { agreeOn, changedFacts, factsOf, usersIn } from './facts.ts';
import { wasMigrationTold } from './migration.ts';
import { isNbdServerRunning } from './nbd-server.ts';
import type { ReconnectingSession } from './reconnecting-session.ts';
import { actionTypes, jobsStartedBy, titleOf } from './step-words.ts';

/** Whether a step was carried out can't be told. The message goes on behind words that say what broke off. */
export class FateUnknown extends QmpError {
  override readonly name: string = 'FateUnknown';
  /** `elsewhere` where the chain is neither as it was before the step nor as it is after it. */
  readonly kind: 'question' | 'elsewhere';
  /** The step, for people. */
  readonly title: string;
  readonly why: string;
  readonly inFlight: readonly CommandInFlight[];

  constructor(kind: FateUnknown['kind'], step: Step, why: string) {
    const title = titleOf(step);
    super(`the connection was lost in the middle of \`${title}\`: ${why}`, {
      help: [
        'it is connected again: see what there is with qblk show chain and qblk show jobs, then run what is missing',
      ],
    });
    this.kind = kind;
    this.title = title;
    this.why = why;
    this.inFlight =
      step.kind === 'execute' ? [{ command: step.command, arguments: step.arguments as JsonObject }] : [];
  }
}

/** How things stood when a step was sent, and how to see how they stand now. */
export interface Situation {
  /** What should have been there before it. */
  readonly before: BlockGraph;
  readonly look: () => Promise<BlockGraph>;
  readonly session: ReconnectingSession;
}

/** Commands that come to the same when they are sent twice. */
const REPEATABLE: ReadonlySet<string> = new Set([
  ...['cont', 'stop', 'block_resize', 'block_set_io_throttle', 'block-job-set-speed', 'change-backing-file'],
  ...['block-dirty-bitmap-enable', 'block-dirty-bitmap-disable', 'block-dirty-bitmap-merge'],
  ...['blockdev-reopen', 'x-blockdev-reopen', 'migrate-set-capabilities', 'migrate-set-parameters'],
  // Whoever is connected again sees that the QEMU has not ended.
  'quit',
]);

/**
 * Whether a step that was sent, or was about to be, has been carried out: QEMU's state tells. Throws a FateUnknown where it does
 * not, or where things are neither as they were before the step nor as they are after it.
 */
export async function whatBecameOf(step: Step, situation: Situation): Promise<boolean> {
  const { session } = situation;
  if (step.kind !== 'execute') throw question(step, 'nobody but you can tell whether it was done');
  if (REPEATABLE.has(step.command)) return false;
  const push = /^(?:block-)?job-(complete|cancel|finalize|pause|resume|dismiss)$/.exec(step.command)?.[1];
  if (push !== undefined) return wasPushed(step, push, session);
  if (step.command === 'nbd-server-start') return wasServerStarted(step, situation);
  if (step.command === 'nbd-server-stop') return !(await isNbdServerRunning(session));
  const isMoved = await wasMigrationTold(step.command, step.arguments as JsonObject, session);
  if (isMoved !== undefined) return isMoved;
  const started = jobsStartedBy(step).filter(({ id }) => !situation.before.jobs.has(id));
  const there = readJobs(await session.execute('query-jobs'));
  if (there.some(job => started.some(({ id }) => id === job.id))) return true;
  const isDone = await asTheGraphSays(step, started, situation);
  // Somebody has dismissed its jobs.
  const after = predictStep(situation.before, step);
  const jobs = 'refused' in after ? undefined : after.jobs;
  for (const { id } of isDone ? started : [])
    session.tell('BLOCK_JOB_COMPLETED', { device: id, type: jobs?.get(id)?.type ?? 'job' });
  return isDone;
}

/** The state that a job was told to leave tells whether it was told. */
async function wasPushed(
  { command, arguments: members }: ExecuteStep,
  push: string,
  session: ReconnectingSession,
) {
  const id = String(members['id'] ?? members['device']);
  const status = readJobs(await session.execute('query-jobs')).find(job => job.id === id)?.status;
  if (push === 'dismiss') return status === undefined;
  if (status === undefined || status === 'concluded' || status === 'aborting') return true;
  if (push === 'finalize') return status !== 'pending';
  if (push === 'complete') return status === 'waiting' || status === 'pending';
  if (push === 'cancel')
    return command === 'block-job-cancel' && (status === 'waiting' || status === 'pending');
  const isPaused = (await isToldToPause(id, session)) ?? (status === 'paused' || status === 'standby');
  return push === 'pause' ? isPaused : !isPaused;
}

async function wasServerStarted(step: ExecuteStep, { before, session }: Situation): Promise<boolean> {
  if (!(await isNbdServerRunning(session))) return false;
  const isOthers = before.attachments.some(
    ({ kind, exportType }) => kind === 'export' && exportType === 'nbd',
  );
  if (isOthers || before.nbdServer === true || !before.complete)
    throw question(step, 'an NBD server runs, which may have run before');
  return true;
}

/** A job's status shows that it was told to pause only once its requests are done. Undefined where it is no block job. */
async function isToldToPause(id: string, session: ReconnectingSession): Promise<boolean | undefined> {
  const jobs = await session.execute('query-block-jobs');
  const job = Array.isArray(jobs) ? jobs.find(one => isObject(one) && one['device'] === id) : undefined;
  return isObject(job) ? job['paused'] === true : undefined;
}

async function asTheGraphSays(
  step: ExecuteStep,
  started: readonly { readonly id: string; readonly stays: boolean }[],
  { before, look }: Situation,
): Promise<boolean> {
  const predicted = predictStep(before, step);
  if (!isForeseen(step))
    throw question(step, "qblk does not know what this command changes, so it can't see whether it did");
  if ('refused' in predicted) return asRefused(step, before, await look());
  // Of the jobs that it starts none is there: where it was carried out, they have ended.
  const after = started.reduce(
    (graph, { id }) => withoutJob(settleJob(graph, id, 'concluded'), id),
    predicted,
  );
  const now = await look();
  const [was, will, is] = [before, after, now].map(factsOf) as [Facts, Facts, Facts];
  const changes = changedFacts(was, will);
  const isAfter = agreeOn(changes, is, will);
  const isBefore = agreeOn(changes, is, was);
  const isQuiet = before.jobs.size === 0;
  const users = isQuiet && before.complete ? usersIn(was) : [];
  // A job that stays until it is dismissed would be there.
  const wouldStay = started.some(({ id, stays }) => stays || !endsByItself(predicted.jobs.get(id)));
  if (changes.length === 0 && !wouldStay)
    throw question(step, 'nothing that can be seen is different after it');
  if (isBefore && (wouldStay || !isAfter) && agreeOn(users, is, was)) return false;
  if (isAfter && changes.length > 0) return true;
  throw diverged(step, before, after, now);
}

/** What QEMU refuses changes nothing, so it may be sent again to hear what it says; where something has changed, it was not refused. */
function asRefused(step: ExecuteStep, before: BlockGraph, now: BlockGraph): boolean {
  const isInvisible = [step.command, ...actionTypes(step)].some(command => INVISIBLE.has(command));
  if (isInvisible || changedFacts(factsOf(before), factsOf(now)).length > 0)
    throw question(step, 'QEMU should have refused it, and whether it did can not be seen');
  return false;
}

/** Commands that leave no trace in what can be asked for. */
const INVISIBLE: ReadonlySet<string> = new Set(['block-dirty-bitmap-clear']);

type Facts = ReturnType<typeof factsOf>;

function endsByItself(job: BlockJob | undefined): boolean {
  return job === undefined || restOf(job) === 'concluded';
}

function withoutJob(graph: BlockGraph, id: string): BlockGraph {
  return { ...graph, jobs: new Map([...graph.jobs].filter(([job]) => job !== id)) };
}

function question(step: Step, why: string): FateUnknown {
  return new FateUnknown('question', step, why);
}

function diverged(step: Step, before: BlockGraph, after: BlockGraph, now: BlockGraph): FateUnknown {
  const chains = (graph: BlockGraph) =>
    [...deviceChains(graph)].map(([name, chain]) => `${name}: ${chain}`).join(', ') || 'nothing';
  return new FateUnknown(
    'elsewhere',
    step,
    [
      'the chain is not where the run left it',
      `  before it: ${chains(before)}`,
      `  after it:  ${chains(after)}`,
      `  there is:  ${chains(now)}`,
    ].join('\n'),
  );
}

import * as problems from '../../diagnostics/catalogue/conditions.ts';
import { noSuchJob } from '../../diagnostics/catalogue/failures.ts';
import * as verbs from '../../diagnostics/catalogue/verbs.ts';
import type { Finding } from '../../diagnostics/diagnostic.ts';
import { membersOf } from '../../qapi/lookup.ts';
import { Later } from '../../qapi/placeholder.ts';
import { type Datum, type DatumObject, isDatumObject, plannedObject } from '../../statements/datum.ts';
import { finishJob } from '../../statements/job-steps.ts';
import { execute, type Step } from '../../statements/step.ts';
import type { WaitEventStatement, WaitJobStatement, WaitStatement } from '../../syntax/ast.ts';
import { parseDuration } from '../../text/scalars.ts';
import { waitingPeriods } from '../../text/waiting-periods.ts';
import { evaluateAs } from './arguments.ts';
import { wireArguments } from './call.ts';
import { ask, jobStates } from './conditions.ts';
import type { Context } from './context.ts';
import { refusedHere, StatementFailure, scriptError } from './failure.ts';
import { limitOf } from './limits.ts';
import { planOn } from './settled.ts';
import type { Limit, World } from './world.ts';

/** `wait CONDITION`: asked again whenever something may have changed. */
export async function evaluateWait(statement: WaitStatement, context: Context): Promise<Datum> {
  const limit = await limitOf(statement.within, context);
  const tell = tellingNowAndThen(context.world);
  for (let isOver = false; ; isOver = !(await context.world.changed(limit))) {
    const answer = await ask(statement.condition, { ...context, limit });
    if (answer.holds !== false || context.world.planning) {
      await planOn(statement.condition, context);
      return null;
    }
    // It has been asked once more since: this program may have slept until then.
    if (isOver) {
      const label = answer.finding.primary?.text ?? '';
      const finding = problems.tookTooLong(statement.condition.span, inSeconds(limit), label, [
        ...(answer.finding.notes ?? []),
        ...(answer.finding.help ?? []),
      ]);
      throw new StatementFailure('timeout', finding);
    }
    tell(answer.finding);
  }
}

/** Tells what a long wait waits for, and later what has become of that. */
function tellingNowAndThen(world: World): (finding: Finding) => void {
  const [first, every] = waitingPeriods();
  let next = performance.now() + first;
  let told: string | undefined;
  return finding => {
    const words = finding.primary?.text;
    if (performance.now() < next || words === told) return;
    told = words;
    next = performance.now() + every;
    world.waits?.(finding);
  };
}

/** A limit in words. */
export function inSeconds(limit: Limit | undefined): string {
  return limit ? `${limit.milliseconds / 1000} s` : 'its time';
}

/** `wait J`, `wait J ready`, `wait all`. */
export async function evaluateWaitJob(statement: WaitJobStatement, context: Context): Promise<Datum> {
  const limit = await limitOf(statement.within, context);
  if (statement.job === 'all') return waitForAll(limit, context);
  const { job: named } = statement;
  if (named.kind === 'bare' && parseDuration(named.text) !== undefined)
    throw scriptError(problems.waitForTime(named.span, named.text));
  const id = await evaluateAs({ is: 'job' }, 'job', named, context);
  const job = id instanceof Later ? id : String(id);
  const state = statement.state?.text;
  if (state !== undefined && state !== 'ready' && state !== 'pending' && state !== 'concluded') {
    const span = statement.state?.span ?? statement.span;
    if (!jobStates.includes(state)) throw scriptError(problems.unknownJobState(span, state, jobStates));
    throw scriptError(verbs.cannotWaitForState(span, state));
  }
  await refuseUnknownJob(job, statement, context);
  const steps: Step[] = state === undefined ? finishJob(job) : [{ kind: 'await-job', job, status: state }];
  return performAll(steps, limit, context);
}

/** Where all jobs are known, a plan says at once that one is not there. */
async function refuseUnknownJob(
  job: string | Later,
  statement: WaitJobStatement,
  context: Context,
): Promise<void> {
  const { jobs, complete } = await context.world.graph();
  if (context.world.planning && !complete && job === 'jobs' && !jobs.has(job) && statement.job !== 'all')
    context.findings.push(problems.waitForJobs(statement.job.span));
  if (
    !context.world.planning ||
    !complete ||
    job instanceof Later ||
    jobs.has(job) ||
    statement.job === 'all'
  )
    return;
  throw refusedHere(noSuchJob(statement.job.span, job, [...jobs.keys()]));
}

async function waitForAll(limit: Limit | undefined, context: Context): Promise<Datum> {
  const reply = context.world.planning ? null : await context.world.perform(execute('query-jobs'));
  const ids = Array.isArray(reply)
    ? reply.flatMap(job => (isDatumObject(job) ? [String(job['id'])] : []))
    : [...(await context.world.graph()).jobs.keys()];
  for (const id of ids) await performAll(finishJob(id), limit, context);
  context.world.forgetJobs();
  return null;
}

async function performAll(
  steps: readonly Step[],
  limit: Limit | undefined,
  context: Context,
): Promise<Datum> {
  let record: Datum = null;
  for (const step of steps) {
    const answer = await context.world.perform(step, limit);
    if (step.kind === 'await-job') record = answer;
  }
  return record;
}

/** `wait event NAME [where …]`: the first one that nobody has taken yet; its data is the answer. */
export async function evaluateWaitEvent(statement: WaitEventStatement, context: Context): Promise<Datum> {
  const limit = await limitOf(statement.within, context);
  const { text: event, span } = statement.event;
  const known = context.world.schema.events();
  if (!known.includes(event))
    throw scriptError(verbs.unknownEvent(span, event, context.world.schema.label, known));
  for (const { key } of statement.where) {
    const field = key.text.split('.')[0] ?? '';
    const fields = fieldsOf(event, context);
    if (!fields.includes(field)) throw scriptError(verbs.noSuchField(key.span, event, field, fields));
  }
  const where: DatumObject = await wireArguments(statement.where, undefined, context);
  return context.world.perform({ kind: 'await-event', event, where: plannedObject(where) }, limit);
}

/** The members of an event's data. */
function fieldsOf(event: string, context: Context): string[] {
  const { schema } = context.world;
  const data = schema.type(schema.event(event)?.['arg-type'] ?? '');
  return data ? membersOf(schema, data, undefined).map(({ name }) => name) : [];
}

import * as problems from '../../../diagnostics/catalogue/transactions.ts';
import { type Datum, isDatumObject } from '../../../statements/datum.ts';
import { finishJob } from '../../../statements/job-steps.ts';
import type { Within } from '../../../syntax/ast.ts';
import type { Span } from '../../../text/source.ts';
import type { Context } from '../context.ts';
import { StatementFailure } from '../failure.ts';
import { cancelAfterTimeout } from '../verbs.ts';
import type { Limit } from '../world.ts';

/** A job that a transaction started, and the verb of its action. */
export interface TransactionJob {
  readonly id: string;
  readonly span: Span;
}

interface Wait {
  readonly isGrouped: boolean;
  readonly limit: Limit | undefined;
  readonly within: Within | undefined;
}

interface FailedJob extends TransactionJob {
  readonly reason: string;
  readonly failure: StatementFailure;
}

type Ended = { readonly job: TransactionJob } & (
  | { readonly record: Datum }
  | { readonly failure: StatementFailure }
);

/**
 * Waits for the jobs of a transaction, all of them at once, reads each verdict and dismisses each. Of what failed, one failure
 * tells. Answers with the jobs' last records.
 */
export async function awaitJobs(
  jobs: readonly TransactionJob[],
  wait: Wait,
  context: Context,
): Promise<Datum> {
  const ended = await awaitEnds(jobs, wait, context);
  const short = ended.filter(one => 'failure' in one);
  const whole = ended.filter(one => 'record' in one);
  const failed: FailedJob[] = [];
  const succeeded: string[] = [];
  const verdicts = await Promise.all(
    whole.map(async ({ job, record }) => ({ job, record, failure: await verdictOf(job, context) })),
  );
  for (const { job, record, failure } of verdicts) {
    // Who fails is dismissed by that.
    if (failure) {
      const reason = textIn(record, 'error') || failure.reason;
      failed.push({ ...job, reason, failure });
    } else {
      succeeded.push(job.id);
      await dismiss(job.id, context);
    }
  }
  const [first] = short;
  if (first) {
    const going = jobs.filter(job => !whole.some(one => one.job === job));
    throw await stoppedShort(first, going, wait, context);
  }
  const [head, ...rest] = failed;
  if (head) throw jobsFailed([head, ...rest], succeeded, wait.isGrouped);
  return whole.map(({ record }) => record);
}

/**
 * Each job's end. One that stops short is the end for a whole group, the others of which wait for it; alone it holds
 * up none.
 */
async function awaitEnds(jobs: readonly TransactionJob[], wait: Wait, context: Context): Promise<Ended[]> {
  const ended = new Map<string, Ended>();
  const each = jobs.map(async job => {
    try {
      const record = await context.world.perform(
        { kind: 'await-job', job: job.id, status: 'concluded' },
        wait.limit,
      );
      ended.set(job.id, { job, record });
    } catch (failure) {
      if (!(failure instanceof StatementFailure)) throw failure;
      ended.set(job.id, { job, failure });
      if (wait.isGrouped) throw failure;
    }
  });
  try {
    await Promise.all(each);
  } catch (failure) {
    if (!(failure instanceof StatementFailure)) throw failure;
  }
  return jobs.flatMap(({ id }) => ended.get(id) ?? []);
}

async function verdictOf({ id }: TransactionJob, context: Context): Promise<StatementFailure | undefined> {
  const check = finishJob(id).find(step => step.kind === 'check');
  try {
    if (check) await context.world.perform(check);
    return undefined;
  } catch (failure) {
    if (failure instanceof StatementFailure) return failure;
    throw failure;
  }
}

async function dismiss(id: string, context: Context): Promise<void> {
  for (const step of finishJob(id)) if (step.kind === 'execute') await context.world.perform(step);
}

function textIn(record: Datum, member: string): string {
  const text = isDatumObject(record) ? record[member] : undefined;
  return typeof text === 'string' ? text : '';
}

function jobsFailed(
  ended: readonly [FailedJob, ...FailedJob[]],
  succeeded: readonly string[],
  isGrouped: boolean,
): StatementFailure {
  const failed = ended.filter(({ reason }) => !(isGrouped && /cancell?ed/i.test(reason)));
  const [{ span, failure, reason } = ended[0], ...others] = failed;
  const findings = others.map(one => one.failure.finding);
  const finding = problems.jobsFailed(span, failure.finding, findings, succeeded);
  return new StatementFailure('job', finding, { reason, cause: failure });
}

/** A job is paused by an error, or out of time, and others may be. Who is out of time can be told to end; else all are left and named. */
async function stoppedShort(
  first: { readonly job: TransactionJob; readonly failure: StatementFailure },
  going: readonly TransactionJob[],
  { within }: Wait,
  context: Context,
): Promise<StatementFailure> {
  const { kind, finding, reason } = first.failure;
  if (kind === 'timeout' && within?.otherwise) {
    for (const { id } of going) await cancelAfterTimeout(id, context);
    const text = problems.others.cancelled(going.map(({ id }) => id));
    const primary = { span: finding.primary?.span ?? within.span, text };
    return new StatementFailure(kind, { ...finding, primary, help: [] }, { cause: first.failure });
  }
  const more = going.filter(job => job !== first.job).map(({ id }) => id);
  const notes = [...(finding.notes ?? []), ...(more.length > 0 ? [problems.others.left(more)] : [])];
  const primary = { span: first.job.span, text: finding.primary?.text ?? '' };
  return new StatementFailure(kind, { ...finding, primary, notes }, { cause: first.failure, reason });
}

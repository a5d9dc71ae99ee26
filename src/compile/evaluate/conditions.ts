import * as problems from '../../diagnostics/catalogue/conditions.ts';
import type { BlockJob, JobStatus } from '../../graph/graph.ts';
import { enumValues } from '../../qapi/introspection.ts';
import { membersOf } from '../../qapi/lookup.ts';
import { Later } from '../../qapi/placeholder.ts';
import type { Schema } from '../../qapi/schema.ts';
import { type Datum, isDatumObject } from '../../statements/datum.ts';
import { execute } from '../../statements/step.ts';
import type { Condition } from '../../syntax/ast.ts';
import type { Span } from '../../text/source.ts';
import type { Answer } from './answer.ts';
import { evaluateAs } from './arguments.ts';
import { compareChain } from './chains.ts';
import type { Context } from './context.ts';
import { scriptError } from './failure.ts';
import { askIdentical } from './outside/identical.ts';
import { describeDatum, evaluateExpression, isTrue } from './values.ts';

const HOLDS: Answer = { holds: true };
const LATER: Answer = { holds: 'later' };

/** Asks a condition of the world as it is now. */
export async function ask(condition: Condition, context: Context): Promise<Answer> {
  switch (condition.kind) {
    case 'chain':
      return compareChain(condition.chain, context);
    case 'no-jobs':
      return askNoJobs(condition.span, context);
    case 'job':
      return askJob(condition, context);
    case 'status':
      return askStatus(condition, context);
    case 'identical':
      return askIdentical(condition, context);
    case 'test': {
      const datum = await evaluateExpression(condition.test, context);
      if (datum instanceof Later) return LATER;
      if (isTrue(datum)) return HOLDS;
      return {
        holds: false,
        finding: problems.doesNotHold(condition.span, await explainTest(condition, datum, context)),
      };
    }
  }
}

/** What the two sides of a comparison were, as far as that tells more than `false`. */
async function explainTest(
  condition: Extract<Condition, { kind: 'test' }>,
  datum: Datum,
  context: Context,
): Promise<string> {
  const { test } = condition;
  if (test.kind !== 'binary' || test.operator === 'and' || test.operator === 'or') {
    return datum === null ? 'it is null' : `it is ${shown(datum)}`;
  }
  const left = await evaluateExpression(test.left, context);
  return `the left side is ${shown(left)}`;
}

function shown(datum: Datum): string {
  if (typeof datum === 'string') return JSON.stringify(datum);
  return datum === null || typeof datum !== 'object' ? String(datum) : describeDatum(datum);
}

async function askNoJobs(span: Span, context: Context): Promise<Answer> {
  const jobs = await jobsNow(context);
  if (!jobs) return LATER;
  const there = jobs.filter(({ status }) => status !== 'null');
  return there.length === 0 ? HOLDS : { holds: false, finding: problems.thereAreJobs(span, there) };
}

/** The jobs as QEMU lists them; undefined while planning, unless it is known that there are none. */
async function jobsNow(context: Context): Promise<readonly problems.JobThere[] | undefined> {
  if (context.world.planning) {
    const graph = await context.world.graph();
    return graph.complete && graph.jobs.size === 0 ? [] : undefined;
  }
  const reply = await context.world.perform(execute('query-jobs'), context.limit);
  return Array.isArray(reply) ? (reply as unknown as problems.JobThere[]) : [];
}

async function askJob(condition: Extract<Condition, { kind: 'job' }>, context: Context): Promise<Answer> {
  const id = await evaluateAs({ is: 'job' }, 'job', condition.job, context);
  if (!isJobState(condition.state.text))
    throw scriptError(
      problems.unknownJobState(condition.state.span, condition.state.text, Object.keys(STATES)),
    );
  if (context.world.planning) return LATER;
  const jobs = (await jobsNow(context)) ?? [];
  const job = jobs.find(candidate => candidate.id === id);
  if (job && isInState(job.status, condition.state.text)) return HOLDS;
  const there = jobs.map(({ id: name, status }) => `${name} (${status})`);
  return {
    holds: false,
    finding: problems.jobNotInState(condition.span, String(id), condition.state.text, job?.status, there),
  };
}

const STATES: Readonly<Record<JobStatus, true>> = {
  undefined: true,
  created: true,
  running: true,
  paused: true,
  ready: true,
  standby: true,
  waiting: true,
  pending: true,
  aborting: true,
  concluded: true,
  null: true,
};

/** `ready` includes standby, which is ready too while the machine or the graph holds still. */
function isInState(status: BlockJob['status'] | string, wanted: string): boolean {
  return status === wanted || (wanted === 'ready' && status === 'standby');
}

/** Whether a word is one of QEMU's states of a job. */
export function isJobState(word: string): word is JobStatus {
  return Object.hasOwn(STATES, word);
}

/** Every state that `job J STATE` and `wait J STATE` know. */
export const jobStates: readonly string[] = Object.keys(STATES);

async function askStatus(
  { state, span }: Extract<Condition, { kind: 'status' }>,
  context: Context,
): Promise<Answer> {
  const { schema } = context.world;
  if (!schema.command('query-status')) throw scriptError(problems.noStatusHere(span));
  const known = runStates(schema);
  if (known.length > 0 && !known.includes(state.text))
    throw scriptError(problems.unknownRunState(state.span, state.text, known));
  if (context.world.planning) return LATER;
  const reply = await context.world.perform(execute('query-status'), context.limit);
  const status = isDatumObject(reply) ? reply['status'] : null;
  if (status === state.text) return HOLDS;
  return { holds: false, finding: problems.otherStatus(span, state.text, String(status)) };
}

/** Every state that a machine of this QEMU can be in, as `status STATE` asks for it. */
export function runStates(schema: Schema): readonly string[] {
  const reply = schema.type(schema.command('query-status')?.['ret-type'] ?? '');
  const status = reply && membersOf(schema, reply).find(({ name }) => name === 'status');
  const type = status && schema.type(status.type);
  return type?.['meta-type'] === 'enum' ? enumValues(type) : [];
}

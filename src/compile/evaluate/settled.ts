import { settleJob } from '../../commands/jobs/settle.ts';
import type { JobStatus } from '../../graph/graph.ts';
import type { Condition } from '../../syntax/ast.ts';
import { evaluateAs } from './arguments.ts';
import { isJobState } from './conditions.ts';
import type { Context } from './context.ts';

/** A plan goes on from a condition that the run will have found true: what it says of a job is known from there. */
export async function planOn(condition: Condition, context: Context): Promise<void> {
  const { world } = context;
  if (!world.planning) return;
  if (condition.kind === 'no-jobs') world.forgetJobs();
  if (condition.kind !== 'job' || !isJobState(condition.state.text)) return;
  const id = await evaluateAs({ is: 'job' }, 'job', condition.job, context);
  const status: JobStatus = condition.state.text;
  if (typeof id === 'string') world.learn(settleJob(await world.graph(), id, status));
}

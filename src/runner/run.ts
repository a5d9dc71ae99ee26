import { nothingCarried } from '../compile/evaluate/context.ts';
import { evaluateScript } from '../compile/evaluate/evaluate.ts';
import { type Plan, type PlanOptions, startingContext } from '../compile/plan/plan.ts';
import type { Session } from '../qmp/session.ts';
import type { Script } from '../syntax/ast.ts';
import { followJobs, type Jobs } from './jobs.ts';
import { LiveWorld } from './live-world.ts';
import type { Reporter } from './reporter.ts';
import { onlyShown } from './shown-steps.ts';

export interface RunOptions extends PlanOptions {
  readonly session: Session;
  readonly reporter: Reporter;
  /** Gives up the statement at hand when it aborts; deferred statements still run, and the run rejects with an Interruption. */
  readonly signal?: AbortSignal;
  /** What was shown and agreed to: the plan of this very script. A statement that comes to another command fails. */
  readonly shown?: Plan;
  /** A follower of the session's jobs, if there is one already. */
  readonly jobs?: Jobs;
}

/**
 * Runs a script that was bound and planned without errors. Rejects with a StatementFailure where a statement fails, and
 * with a QmpError where the connection does; deferred statements have run by then, as far as they can.
 */
export async function runScript(script: Script, options: RunOptions): Promise<void> {
  const jobs = options.jobs ?? followJobs(options.session);
  try {
    const { shown } = options;
    const world = new LiveWorld({ ...options, jobs, ...(shown ? { maySend: onlyShown(shown) } : {}) });
    const carried = options.carried ?? nothingCarried(options.now, options.graph?.jobs.keys());
    const context = startingContext(world, carried, options);
    try {
      await evaluateScript(script, context);
    } finally {
      for (const finding of context.findings) options.reporter.finding(finding);
    }
  } finally {
    jobs.stop();
  }
}

import { nothingCarried } from '../compile/evaluate/context.ts';
import { evaluateScript } from '../compile/evaluate/evaluate.ts';
import type { World } from '../compile/evaluate/world.ts';
import { type Plan, type PlanEndpoint, type PlanOptions, startingContext } from '../compile/plan/plan.ts';
import type { Session } from '../qmp/session.ts';
import type { Script } from '../syntax/ast.ts';
import { tellWhoIsGone } from './gone.ts';
import { Interrupt } from './interrupt.ts';
import { followJobs, type Jobs } from './jobs.ts';
import { LiveWorld } from './live-world.ts';
import { Nowhere } from './nowhere.ts';
import type { Reporter } from './reporter.ts';
import { onlyShown } from './shown-steps.ts';
import type { Surroundings } from './surroundings.ts';

/** A QEMU to run on. */
export interface RunEndpoint extends PlanEndpoint {
  readonly session: Session;
  /** A follower of the session's jobs, if there is one already. */
  readonly jobs?: Jobs;
  /** What there is around it; without them those of a QEMU on this host. */
  readonly surroundings?: Surroundings;
}

export interface RunOptions extends Omit<PlanOptions, 'endpoints'> {
  /** The one QEMU of a script without endpoints. */
  readonly session?: Session;
  /** The QEMUs of a script with endpoints, by their names; then there is no `session`. */
  readonly endpoints?: ReadonlyMap<string, RunEndpoint>;
  /** What there is around the QEMUs; without them those of one on this host. */
  readonly surroundings?: Surroundings;
  readonly reporter: Reporter;
  /** Gives up the statement at hand when it aborts; deferred statements still run, and the run rejects with an Interruption. */
  readonly signal?: AbortSignal;
  /** Milliseconds that deferred statements have then, all together; half a minute without it. */
  readonly grace?: number;
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
  const { endpoints = new Map<string, RunEndpoint>(), reporter, session } = options;
  const started: LiveWorld[] = [];
  const interrupt = new Interrupt(options.signal, options.grace);
  const liveWorld = (qemu: RunEndpoint, name?: string) => {
    const jobs = qemu.jobs ?? followJobs(qemu.session);
    const { shown } = options;
    const live = new LiveWorld({
      ...options,
      ...qemu,
      jobs,
      interrupt,
      reporter: (name !== undefined && reporter.at?.(name)) || reporter,
      ...(shown ? { maySend: onlyShown(shown, name) } : {}),
    });
    started.push(live);
    return live;
  };
  try {
    const worlds = new Map<string, World>();
    for (const [name, qemu] of endpoints) worlds.set(name, liveWorld(qemu, name));
    const world = session
      ? liveWorld({ ...options, session })
      : new Nowhere(reporter, endpoints, options.schema, interrupt);
    const graphs = session ? [options.graph] : [...endpoints.values()].map(({ graph }) => graph);
    const jobsThere = graphs.flatMap(graph => [...(graph?.jobs.keys() ?? [])]);
    const carried = options.carried ?? nothingCarried(options.now, jobsThere);
    const host = options.host ?? options.surroundings?.rules;
    const context = startingContext(world, carried, { ...options, ...(host ? { host } : {}) }, worlds);
    try {
      await evaluateScript(script, context);
    } catch (failure) {
      throw await tellWhoIsGone(failure, endpoints);
    } finally {
      for (const finding of context.findings) reporter.finding(finding);
    }
  } finally {
    for (const live of started) live.stop();
  }
}

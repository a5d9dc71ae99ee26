import { nothingCarried } from '../compile/evaluate/context.ts';
import { StatementFailure } from '../compile/evaluate/failure.ts';
import type { HostRules } from '../compile/evaluate/outside/host-rules.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { whereAccepted } from '../qapi/availability.ts';
import type { Schema } from '../qapi/schema.ts';
import { QmpError } from '../qmp/errors.ts';
import type { JsonObject } from '../qmp/json.ts';
import type { LastingTarget } from '../recovery/lasting-target.ts';
import type { ReconnectHooks, ReconnectingSession } from '../recovery/reconnecting-session.ts';
import { ReconnectingWorld } from '../recovery/reconnecting-world.ts';
import { readJobs } from '../runner/job-record.ts';
import { LiveWorld } from '../runner/live-world.ts';
import type { Reporter } from '../runner/reporter.ts';
import { runScript } from '../runner/run.ts';
import type { Surroundings } from '../runner/surroundings.ts';
import type { Script } from '../syntax/ast.ts';
import { crashAt } from './crash-points.ts';
import { DurableError } from './durable-error.ts';
import type { DurableRun } from './durable-run.ts';
import { DurableWorld } from './durable-world.ts';
import { HandedGraphs } from './handed-graphs.ts';
import type { Head, QemuOfRun } from './journal-lines.ts';
import { unmark } from './marker.ts';
import { RunJobIds } from './run-job-ids.ts';
import { requireSame } from './same-qemu.ts';

/** A QEMU of a run, connected and looked at. */
export interface QemuAtHand extends QemuOfRun {
  readonly session: ReconnectingSession;
  readonly schema: Schema;
  readonly graph: BlockGraph;
  readonly surroundings: Surroundings;
}

export interface CarryOutOptions {
  readonly head: Head;
  readonly run: DurableRun;
  readonly qemus: readonly QemuAtHand[];
  readonly host: HostRules;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  /** Puts worlds that find a lost connection again before those of the QEMUs. */
  readonly wrap: LastingTarget['wrap'];
  /** How jobs ended that QEMU has forgotten since. */
  readonly verdicts?: ReadonlyMap<string, JsonObject>;
}

/**
 * Runs a script from its beginning or from where it broke off. Rejects as `runScript` does, and with a DurableError where the run
 * stops to be gone on with later; once the script has ended, its marks are taken out of the QEMUs.
 */
export async function carryOut(script: Script, options: CarryOutOptions): Promise<void> {
  const { head, run, qemus, reporter, signal, host, say, wrap } = options;
  const [first] = qemus;
  if (!first) throw new Error('a run has a QEMU');
  const now = new Date(head.now);
  const jobIds = new RunJobIds(head.run, () => run.step + 1);
  const named = qemus.flatMap(qemu => (qemu.name === undefined ? [] : [[qemu.name, qemu] as const]));
  const graphs = new HandedGraphs(reporter);
  for (const qemu of qemus) tellVerdicts(qemu.session, options);
  let isToldHow = false;
  try {
    await runScript(script, {
      ...(named.length > 0 ? { endpoints: new Map(named) } : first),
      schema: first.schema,
      parameters: new Map(Object.entries(head.parameters)),
      carried: { ...nothingCarried(now), jobIds },
      whereAccepted,
      now,
      host,
      reporter: graphs.toldTo(reporter),
      signal,
      wrap: (world, name) => {
        const qemu = qemus.find(one => one.name === name);
        if (!(world instanceof LiveWorld) || !qemu) return new DurableWorld(world, run, name);
        const wrapped = wrap(world, name);
        qemu.session.use(hooksOf(qemu, options, wrapped));
        return new DurableWorld(wrapped, run, name, qemu.session, graphs);
      },
    });
    if (!run.isStopped) run.journal.secure({ end: 'done' });
  } catch (error) {
    if (run.isStopped) {
      const reason = run.stop(error);
      isToldHow = reason instanceof DurableError;
      throw reason;
    }
    if (error instanceof StatementFailure) run.journal.secure({ end: 'failed', message: error.message });
    throw error;
  } finally {
    for (const { session } of run.isStopped ? [] : qemus) {
      // Where the mark is gone already, this is the same QEMU nevertheless.
      session.use({ requireSame: async () => {} });
      await unmark(session, head.run).catch(ignoreLoss);
    }
    run.journal.close();
    if (run.isStopped && !isToldHow)
      say(`the run ${head.run} broke off; go on with it: qblk resume ${head.run}`);
  }
}

/** A QEMU that the script has ended took the mark along. */
function ignoreLoss(error: unknown): void {
  if (!(error instanceof QmpError)) throw error;
}

/** What a durable run sees to at each of its connections. */
function hooksOf(
  { marked }: QemuAtHand,
  { head, run }: CarryOutOptions,
  world: LiveWorld | ReconnectingWorld,
): Partial<ReconnectHooks> {
  return {
    async requireSame(next) {
      await requireSame(next, head.run, marked);
      if (!marked && world instanceof ReconnectingWorld) await world.requireSame(next);
    },
    async beforeDismiss(id, session) {
      if (!run.knowsVerdict(id)) {
        const record = readJobs(await session.execute('query-jobs')).find(job => job.id === id);
        if (record?.status === 'concluded') run.verdict({ ...record });
      }
      crashAt(run.step, 'before-dismiss');
    },
    sent(command) {
      if (!command.startsWith('query-')) crashAt(run.step, 'after-send');
    },
  };
}

function tellVerdicts(session: ReconnectingSession, { verdicts }: CarryOutOptions): void {
  for (const { id, type, error } of verdicts?.values() ?? [])
    session.tell('BLOCK_JOB_COMPLETED', {
      device: id ?? '',
      type: type ?? '',
      ...(error === undefined ? {} : { error }),
    });
}

import { nothingCarried } from '../compile/evaluate/context.ts';
import { StatementFailure } from '../compile/evaluate/failure.ts';
import type { HostRules } from '../compile/evaluate/outside/host-rules.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { whereAccepted } from '../qapi/availability.ts';
import type { Schema } from '../qapi/schema.ts';
import { QmpError } from '../qmp/errors.ts';
import type { JsonObject } from '../qmp/json.ts';
import { openSession, type Session } from '../qmp/session.ts';
import { readJobs } from '../runner/job-record.ts';
import { LiveWorld } from '../runner/live-world.ts';
import type { Reporter } from '../runner/reporter.ts';
import { runScript } from '../runner/run.ts';
import type { Surroundings } from '../runner/surroundings.ts';
import type { Script } from '../syntax/ast.ts';
import { connect } from '../transport/transports.ts';
import { crashAt } from './crash-points.ts';
import type { DurableRun } from './durable-run.ts';
import { DurableWorld } from './durable-world.ts';
import type { Head, QemuOfRun } from './journal-lines.ts';
import { unmark } from './marker.ts';
import { ReconnectingSession } from './reconnecting-session.ts';
import { RunJobIds } from './run-job-ids.ts';
import { requireSame } from './same-qemu.ts';

/** A QEMU of a run, connected and looked at. */
export interface QemuAtHand extends QemuOfRun {
  readonly session: Session;
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
  /** For how many milliseconds a lost connection is tried again. */
  readonly patience: number;
  /** How jobs ended that QEMU has forgotten since. */
  readonly verdicts?: ReadonlyMap<string, JsonObject>;
}

/**
 * Runs a script from its beginning or from where it broke off. Rejects as `runScript` does, and with a DurableError where the run
 * stops to be gone on with later; once the script has ended, its marks are taken out of the QEMUs.
 */
export async function carryOut(script: Script, options: CarryOutOptions): Promise<void> {
  const { head, run, qemus, reporter, signal, host, say } = options;
  const sessions = new Map(qemus.map(qemu => [qemu.name, lasting(qemu, options)]));
  const [first] = qemus;
  if (!first) throw new Error('a run has a QEMU');
  const now = new Date(head.now);
  const jobIds = new RunJobIds(head.run, () => run.step + 1);
  const on = (qemu: QemuAtHand) => ({ ...qemu, session: sessions.get(qemu.name) ?? qemu.session });
  const named = qemus.flatMap(qemu => (qemu.name === undefined ? [] : [[qemu.name, on(qemu)] as const]));
  try {
    await runScript(script, {
      ...(named.length > 0 ? { endpoints: new Map(named) } : on(first)),
      schema: first.schema,
      parameters: new Map(Object.entries(head.parameters)),
      carried: { ...nothingCarried(now), jobIds },
      whereAccepted,
      now,
      host,
      reporter,
      signal,
      wrap: (world, name) =>
        new DurableWorld(world, run, name, world instanceof LiveWorld ? sessions.get(name) : undefined),
    });
    if (!run.isStopped) run.journal.secure({ end: 'done' });
  } catch (error) {
    if (run.isStopped) throw run.stop(error);
    if (error instanceof StatementFailure) run.journal.secure({ end: 'failed', message: error.message });
    throw error;
  } finally {
    for (const session of sessions.values()) {
      if (!run.isStopped) await unmark(session, head.run).catch(ignoreLoss);
      await session.close();
    }
    run.journal.close();
    if (run.isStopped) say(`the run ${head.run} broke off; go on with it: qblk resume ${head.run}`);
  }
}

/** A QEMU that the script has ended took the mark along. */
function ignoreLoss(error: unknown): void {
  if (!(error instanceof QmpError)) throw error;
}

function lasting(
  { session, name, address, marked }: QemuAtHand,
  { head, run, say, patience, verdicts }: CarryOutOptions,
): ReconnectingSession {
  const label = name === undefined ? address : `@${name}, ${address}`;
  const lasts = new ReconnectingSession(session, {
    say,
    patience,
    async open() {
      const next = await openSession(await connect(address), { address: label });
      try {
        await requireSame(next, head.run, marked);
      } catch (error) {
        next.destroy();
        throw error;
      }
      return next;
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
  });
  for (const record of verdicts?.values() ?? []) {
    const { id, type, error } = record;
    lasts.tell('BLOCK_JOB_COMPLETED', {
      device: id ?? '',
      type: type ?? '',
      ...(error === undefined ? {} : { error }),
    });
  }
  return lasts;
}

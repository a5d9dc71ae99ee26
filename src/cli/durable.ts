import { type Carried, nothingCarried } from '../compile/evaluate/context.ts';
import type { QemuAtHand } from '../durable/carry-out.ts';
import { newRunId } from '../durable/run-folder.ts';
import { RunJobIds } from '../durable/run-job-ids.ts';
import { requireFree, startRun } from '../durable/start-run.ts';
import type { LastingTarget } from '../recovery/lasting-target.ts';
import { askingAgain } from '../recovery/reconnecting-session.ts';
import type { Reporter } from '../runner/reporter.ts';
import { hostRulesOf } from '../target/host-rules.ts';
import type { LoadedScript } from '../target/load-script.ts';
import { qemusOf, type Target } from '../target/target.ts';
import { lastingAddress } from './lasting-address.ts';
import type { Options } from './options.ts';
import type { Output } from './output.ts';

/** Who hears of a run, who may end it, and what it is on. */
export interface Audience {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly output: Output;
  readonly lasting: LastingTarget;
}

/** A durable run that is to be checked, with the names that its jobs will have, and carried out. */
export interface Prepared {
  readonly carried: Carried;
  /** Throws a DurableError where another run has a QEMU that this one may not take from it: before anything is said of the script. */
  requireFree(): Promise<void>;
  run(loaded: LoadedScript, audience: Audience): Promise<void>;
}

/** Makes ready for `qblk run --durable`. */
export function prepare(target: Target, options: Options, now: Date): Prepared {
  const run = newRunId();
  const carried = { ...nothingCarried(now), jobIds: new RunJobIds(run, () => 1) };
  return {
    carried,
    async requireFree() {
      const sessions = [...qemusOf(target).values()].map(({ live }) => live.session);
      if (!options.flags.has('steal')) await askingAgain(() => requireFree(sessions));
    },
    async run(loaded, { reporter, signal, output, lasting }) {
      const qemus = qemusAtHand(lasting, name => addressOf(name, options));
      await startRun(loaded, {
        ...{ run, qemus, now, reporter, signal, wrap: lasting.wrap },
        parameters: options.parameters,
        allowed: {
          exec: [...(options.allowExec ?? [])],
          raw: [...(options.allowRaw ?? [])],
          paths: options.allowPath ?? [],
          libvirt: options.flags.has('allow-libvirt'),
        },
        host: hostRulesOf(target),
        say: text => output.say(text),
        steal: options.flags.has('steal'),
        mayMark: !options.flags.has('no-marker'),
      });
    },
  };
}

/** The QEMUs of a target, as a durable run has them. */
export function qemusAtHand(
  { target, sessions }: LastingTarget,
  addressOf: (endpoint: string | undefined) => string,
): Omit<QemuAtHand, 'marked'>[] {
  return [...qemusOf(target)].flatMap(([name, { schema, live }]) => {
    const session = sessions.get(name);
    const { graph, surroundings } = live;
    const named = name === undefined ? {} : { name };
    return session ? [{ ...named, address: addressOf(name), session, graph, surroundings, schema }] : [];
  });
}

function addressOf(endpoint: string | undefined, { qmp, targets }: Options): string {
  return lastingAddress(
    (endpoint === undefined ? qmp : targets?.get(endpoint)) ?? process.env['QBLK_QMP'] ?? '',
  );
}

import { QmpError } from '../qmp/errors.ts';
import { LiveWorld } from '../runner/live-world.ts';
import type { Nowhere } from '../runner/nowhere.ts';
import { letGo } from '../target/live-target.ts';
import { qemusOf, type Target } from '../target/target.ts';
import { withLives } from '../target/with-lives.ts';
import { threadsOf } from './another-qemu.ts';
import { ReconnectingSession, type ReconnectOptions } from './reconnecting-session.ts';
import { ReconnectingWorld } from './reconnecting-world.ts';

export type LastingOptions = Omit<ReconnectOptions, 'open' | 'told' | 'jobs'> & {
  /** Hears of losses and of new connections; `endpoint` is the one they are of, if the script has several. */
  readonly told: (state: 'lost' | 'connected', text: string, endpoint: string | undefined) => void;
};

/** A target whose connections are found again when they are lost. */
export interface LastingTarget {
  readonly target: Target;
  /** By the names of endpoints, without those of sandboxes. */
  readonly sessions: ReadonlyMap<string | undefined, ReconnectingSession>;
  /** The world of a run on this target, before that of a QEMU, or of this host alone. */
  wrap<W extends LiveWorld | Nowhere>(world: W, endpoint?: string): W | ReconnectingWorld;
}

const NO_WAY_BACK = {
  patience: 0,
  open: async () => {
    throw new QmpError('there is no way back');
  },
};

/** Puts sessions that last in the places of those of a target. */
export async function lastingTarget(target: Target, options: LastingOptions): Promise<LastingTarget> {
  const found = await Promise.all(
    [...qemusOf(target)].map(async ([name, { live }]) => {
      const { reopen, session } = live;
      if (live.isSandbox) return [];
      const lasting = new ReconnectingSession(session, {
        ...options,
        jobs: live.graph.jobs,
        ...(reopen ? { open: reopen } : NO_WAY_BACK),
        told: (state, text) => options.told(state, text, name),
      });
      return [{ name, live, session: lasting, threads: await threadsOf(lasting) }];
    }),
  );
  const qemus = new Map(found.flat().map(qemu => [qemu.name, qemu]));
  const lives = new Map([...qemus].map(([name, { live, session }]) => [name, { ...live, session }]));
  return {
    target: {
      ...withLives(target, lives),
      async close() {
        await Promise.all([...qemus.values()].map(({ session }) => letGo(session)));
        await target.close();
      },
    },
    sessions: new Map([...qemus].map(([name, { session }]) => [name, session])),
    wrap(world, name) {
      const qemu = qemus.get(name);
      if (!(world instanceof LiveWorld) || !qemu) return world;
      const { session, threads, live } = qemu;
      const reconnecting = new ReconnectingWorld({ live: world, session, threads, graph: live.graph });
      session.use({ requireSame: next => reconnecting.requireSame(next) });
      return reconnecting;
    },
  };
}

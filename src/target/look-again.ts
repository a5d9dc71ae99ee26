import type { BlockGraph } from '../graph/graph.ts';
import { look } from '../runner/look.ts';
import { withUnread } from '../runner/unread-jobs.ts';
import { type LiveTarget, qemusOf, type Target } from './target.ts';
import { withLives } from './with-lives.ts';

/** The target with the graph of each of its QEMUs as it is now: where a script goes on, more has happened than the target knows. */
export async function lookAgain(target: Target): Promise<Target> {
  const looked = new Map<string | undefined, LiveTarget>();
  for (const [name, { schema, live }] of qemusOf(target)) {
    looked.set(name, {
      // A sandbox that restarts has another one then.
      get session() {
        return live.session;
      },
      isSandbox: live.isSandbox,
      surroundings: live.surroundings,
      reopen: live.reopen,
      graph: withUnread(await look(live.session, schema), live.session),
    });
  }
  return withLives(target, looked);
}

/** The graph of each QEMU, by the name of its endpoint, or by undefined where there is one QEMU. */
export function graphsOf(target: Target): Map<string | undefined, BlockGraph> {
  return new Map([...qemusOf(target)].map(([name, { live }]) => [name, live.graph]));
}

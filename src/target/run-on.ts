import type { RunOptions } from '../runner/run.ts';
import { hostRulesOf } from './host-rules.ts';
import { qemusOf, type Target } from './target.ts';

/** What a run is told of the QEMU, or the QEMUs, of a target; each has to have one. */
export function runOn(
  target: Target,
): Pick<RunOptions, 'session' | 'graph' | 'surroundings' | 'endpoints' | 'host'> {
  const host = hostRulesOf(target);
  if (target.live) {
    const { session, graph, surroundings } = target.live;
    return { session, graph, surroundings, host };
  }
  const endpoints = [...qemusOf(target)].flatMap(([name, { schema, live }]) =>
    name === undefined
      ? []
      : [
          [
            name,
            { schema, session: live.session, graph: live.graph, surroundings: live.surroundings },
          ] as const,
        ],
  );
  return { endpoints: new Map(endpoints), host };
}

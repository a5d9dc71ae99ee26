import type { LiveTarget } from './live-target.ts';
import type { Target } from './target.ts';

/** The target with others in the places of its QEMUs, by the names of their endpoints; who is not named stays. */
export function withLives(target: Target, lives: ReadonlyMap<string | undefined, LiveTarget>): Target {
  const live = lives.get(undefined);
  if (!target.endpoints) return live ? { ...target, live } : target;
  const endpoints = [...target.endpoints].map(([name, endpoint]) => {
    const other = lives.get(name);
    return [name, other ? { ...endpoint, live: other, graph: other.graph } : endpoint] as const;
  });
  return { ...target, endpoints: new Map(endpoints) };
}

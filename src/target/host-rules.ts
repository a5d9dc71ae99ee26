import type { HostRules } from '../compile/evaluate/outside/host-rules.ts';
import { type Allowed, allowedBy } from './allowed.ts';
import { qemusOf, type Target } from './target.ts';

/** What a script may do on this host beside a target: with several QEMUs, what all of them bear. */
export function hostRulesOf(target: Target, wish: Allowed = {}): HostRules {
  const all = [...qemusOf(target).values()].map(({ live }) => live.surroundings.rules);
  return all.find(({ place }) => place === 'elsewhere') ?? all[0] ?? allowedBy(wish);
}

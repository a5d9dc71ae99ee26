import type { HostRules } from '../compile/evaluate/outside/host-rules.ts';
import type { Wish } from './wish.ts';

/** The part of a wish that says what a script may do. */
export type Allowed = Pick<Wish, 'allowExec' | 'allowRaw' | 'allowPath'> & Partial<Pick<Wish, 'flags'>>;

/** What a wish allows, wherever that will be. */
export function allowedBy({ allowExec, allowRaw, allowPath, flags }: Allowed): HostRules {
  return {
    allowed: allowExec,
    beyond: {
      raw: allowRaw,
      paths: allowPath,
      folder: process.cwd(),
      libvirt: flags?.has('allow-libvirt'),
    },
  };
}

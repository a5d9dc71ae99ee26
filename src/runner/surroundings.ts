import type { HostRules } from '../compile/evaluate/outside/host-rules.ts';
import type { BlockGraph } from '../graph/graph.ts';
import type { Session } from '../qmp/session.ts';
import type { Step } from '../statements/step.ts';
import { identityOf } from './file-identity.ts';

/** What there is around a QEMU, beside its monitor, and how far a run may use it. It outlives the run. */
export interface Surroundings {
  readonly rules: HostRules;
  /** Where programs of the host run, and where relative names of images mean what they mean to QEMU. */
  readonly folder: string;
  /** Where QEMU itself runs, in which its relative names of sockets begin. */
  readonly qemuFolder: string;
  /** Where QEMU's own programs are looked for before PATH. */
  readonly tools?: string | undefined;
  /** A sandbox ends its QEMU and starts it again on the chains of this graph; the run goes on with another session. */
  restart?(graph: BlockGraph): Promise<Session>;
  /** The simulator takes over what a step would do to files. */
  pretend?(step: Step): void;
  /** Where the NBD server listens that was last started, in QMP's words; kept here, as QEMU does not tell. */
  nbdAddress?: unknown;
}

/** The surroundings of a QEMU that somebody else runs: on this host, or perhaps on another one. */
export function surroundingsOf(place: 'here' | 'elsewhere', allowed: HostRules = {}): Surroundings {
  const folder = process.cwd();
  const files = place === 'here' ? { files: { folder, identityOf } } : {};
  return { rules: { ...allowed, place, ...files }, folder, qemuFolder: folder };
}

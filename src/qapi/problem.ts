import type { Path } from './lookup.ts';

export type ProblemKind =
  | 'unknown-command'
  | 'unknown-argument'
  | 'missing-argument'
  | 'wrong-type'
  | 'unknown-value'
  | 'out-of-range'
  | 'deprecated'
  | 'unstable';

/** Where a command or its arguments leave the schema. Plain data; the diagnostics' catalogue has the prose. */
export interface Problem {
  readonly kind: ProblemKind;
  /** To the argument at fault, which for a missing one is where it would stand; empty for the command itself. */
  readonly path: Path;
  /** What stands there, as JSON cut to a readable length. */
  readonly found?: string;
  /** The type wanted there, in words. */
  readonly expected?: string;
  /** What could stand there instead: commands, the names of this place's arguments, or an enumeration's words. */
  readonly allowed?: readonly string[];
  /** For an argument that other cases have: the discriminator beside it, and its values that would allow it. */
  readonly belongsTo?: { readonly tag: string; readonly values: readonly string[] };
  /** Of something deprecated: what to use instead, when that is known. */
  readonly successor?: string;
  /** What to know when going over to the successor. */
  readonly advice?: string;
}

/** Whether QEMU refuses what the problem is about; it carries out what is deprecated or unstable. */
export function isRefused(problem: Problem): boolean {
  return problem.kind !== 'deprecated' && problem.kind !== 'unstable';
}

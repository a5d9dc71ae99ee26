import type { FailureKind } from '../compile/evaluate/failure.ts';

/** How an entry ended. */
export type EntryOutcome =
  | 'done'
  /** Planned and shown, or not agreed to. */
  | 'not-sent'
  | FailureKind
  | 'usage'
  | 'connection'
  | 'interrupted';

/** An entry with what came of it. */
export interface LoggedEntry {
  readonly text: string;
  readonly outcome: EntryOutcome;
  /** Whether it only looked at something, so that nothing depends on it. */
  readonly looks: boolean;
  /** Its results, as they were printed. */
  readonly output: readonly string[];
  /** What stopped it, as frames. */
  readonly failure: string | undefined;
}

/** The statements that were entered, in their order, and the chains that they began with. */
export interface SessionLog {
  /** `chain` lines, one a device. */
  readonly start: readonly string[];
  readonly entries: LoggedEntry[];
}

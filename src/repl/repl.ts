import type { Finding } from '../diagnostics/diagnostic.ts';
import type { Source } from '../text/source.ts';
import type { Connection } from './connection.ts';
import type { Prompt } from './prompt.ts';
import type { EntryOutcome, SessionLog } from './session-log.ts';
import type { Settings } from './settings.ts';

/** A prompt at work: what its commands act on. */
export interface Repl {
  readonly prompt: Prompt;
  readonly connection: Connection;
  readonly settings: Settings;
  readonly log: SessionLog;
  readonly tour: Guide;
  readonly color: boolean;
  /** How many columns there are. */
  readonly width: () => number;
  /** The story of a diagnostic; undefined for a code that there is none of. */
  readonly storyOf: (code: string) => Promise<string | undefined>;
  /** Runs statements as if they had been entered. */
  run(source: Source): Promise<EntryOutcome>;
  tell(findings: readonly Finding[], source: Source | undefined): void;
  readonly isLeaving: boolean;
  /** Ends the prompt once the entry at hand is over. */
  leave(): void;
}

/** Leads through the first steps. */
export interface Guide {
  /** Begins, or goes on where it was left. */
  begin(repl: Repl): void;
}

import { Connection } from '../../../src/repl/connection.ts';
import type { EntryOutcome } from '../../../src/repl/session-log.ts';
import { defaultSettings } from '../../../src/repl/settings.ts';
import { startRepl } from '../../../src/repl/start.ts';
import { SCRATCH } from '../../../src/repl/tour.ts';
import { parse } from '../../../src/syntax/parse.ts';
import type { Wish } from '../../../src/target/wish.ts';
import { type ScriptedPrompt, scriptedPrompt, type Turn } from './scripted-prompt.ts';

export interface SessionOptions {
  readonly wish?: Partial<Wish>;
  /** The `chain` lines of the sandbox. */
  readonly head?: string;
  readonly answers?: readonly string[];
  readonly confirm?: 'on' | 'off' | 'auto';
  readonly signal?: AbortSignal;
}

export interface Session {
  readonly prompt: ScriptedPrompt;
  readonly outcome: EntryOutcome;
  /** All that was printed, as one text. */
  readonly text: string;
}

/** Enters something at a prompt on a sandbox, the simulator unless `wish` says another. */
export async function session(turns: readonly Turn[], options: SessionOptions = {}): Promise<Session> {
  const { head = SCRATCH, answers = [], wish = {}, confirm = 'auto' } = options;
  const prompt = scriptedPrompt(turns, answers);
  const whole: Wish = { sandbox: 'sim', parameters: new Map(), flags: new Set(), ...wish };
  const connection = await Connection.open(whole, parse(head).script, { say() {}, warn() {} });
  try {
    const outcome = await startRepl({
      prompt,
      connection,
      settings: { ...defaultSettings(), confirm },
      color: false,
      width: () => 80,
      storyOf: async code => (code === 'base-above-top' ? 'the story' : undefined),
      signal: options.signal ?? new AbortController().signal,
    });
    return { prompt, outcome, text: prompt.printed.join('\n') };
  } finally {
    await connection.close();
  }
}

import type { Finding } from '../diagnostics/diagnostic.ts';
import { framesOf } from '../diagnostics/render.ts';
import { ConnectionLostError, QmpError } from '../qmp/errors.ts';
import { harmless } from '../text/harmless.ts';
import { maskSecrets } from '../text/secrets.ts';
import type { Source } from '../text/source.ts';
import { suggest } from '../text/suggest.ts';
import { CommandError, NotConnectedError } from './commands/define.ts';
import { commandIn, promptCommands } from './commands/index.ts';
import type { Connection } from './connection.ts';
import type { History } from './history/history.ts';
import { Listening } from './listening.ts';
import type { Prompt } from './prompt.ts';
import type { Repl } from './repl.ts';
import { runStatements } from './run-statements.ts';
import type { EntryOutcome, SessionLog } from './session-log.ts';
import { startLines } from './session-script.ts';
import type { Settings } from './settings.ts';
import { Tour } from './tour.ts';

export interface StartOptions {
  readonly prompt: Prompt;
  readonly connection: Connection;
  readonly settings: Settings;
  readonly color: boolean;
  readonly width: () => number;
  readonly storyOf: Repl['storyOf'];
  /** Keeps what is entered; without it nothing does. */
  readonly history?: History;
  /** Ends the prompt, and gives up what a statement waits for. */
  readonly signal: AbortSignal;
}

/**
 * Takes entries until there are no more, and carries them out. Nothing that goes wrong with one ends the prompt where somebody sits at
 * it; off a terminal the first failure does, for what follows stands on it. Answers with how the last entry ended.
 */
export async function startRepl(options: StartOptions): Promise<EntryOutcome> {
  return new PromptSession(options).takeEntries();
}

class PromptSession implements Repl {
  readonly prompt: Prompt;
  readonly connection: Connection;
  readonly settings: Settings;
  readonly log: SessionLog;
  readonly tour = new Tour();
  readonly color: boolean;
  readonly width: () => number;
  readonly storyOf: Repl['storyOf'];
  readonly #signal: AbortSignal;
  readonly #history: History | undefined;
  isLeaving = false;
  /** How many entries there were. */
  #count = 0;

  constructor({ prompt, connection, settings, color, width, storyOf, signal, history }: StartOptions) {
    this.#history = history;
    this.prompt = prompt;
    this.connection = connection;
    this.settings = settings;
    this.log = { start: startLines(connection.graphs), entries: [] };
    this.color = color;
    this.width = width;
    this.storyOf = storyOf;
    this.#signal = signal;
  }

  run(source: Source): Promise<EntryOutcome> {
    return runStatements(source, this, this.#signal);
  }

  tell(findings: readonly Finding[], source: Source | undefined): void {
    if (findings.length === 0) return;
    const told = findings.map(finding => ({ ...finding, help: (finding.help ?? []).map(asTypedHere) }));
    this.prompt.print(framesOf(told, source, { color: this.color }));
  }

  leave(): void {
    this.isLeaving = true;
  }

  async takeEntries(): Promise<EntryOutcome> {
    const { prompt, connection } = this;
    const listening = new Listening(this);
    connection.listen(listening);
    this.#signal.addEventListener('abort', () => prompt.close(), { once: true });
    while (!this.isLeaving && !this.#signal.aborted) {
      const entry = await prompt.read();
      if (entry === undefined) break;
      if (entry.trim() !== '') this.#history?.add(entry.trimEnd());
      this.#count++;
      listening.hold();
      const outcome = await this.#carryOut(entry);
      if (connection.isOpen && outcome !== 'not-sent') await connection.look().catch(() => {});
      listening.release();
      if (outcome === 'done' || outcome === 'not-sent') this.tour.entered(entry, this);
      else if (!prompt.isInteractive) return outcome;
      prompt.refresh();
    }
    return this.#signal.aborted ? 'interrupted' : 'done';
  }

  async #carryOut(entry: string): Promise<EntryOutcome> {
    const found = commandIn(entry);
    const name = this.prompt.isInteractive ? 'prompt' : `entry ${this.#count}`;
    try {
      if (!found) return await this.run({ name, text: entry });
      if (!found.command) throw unknownCommand(found.word);
      await this.connection.during(async () => found.command?.run(found.argument, this));
      return 'not-sent';
    } catch (error) {
      return this.#tellFailure(error);
    }
  }

  /** What an entry can do nothing about is told; a fault of our own is thrown again. */
  #tellFailure(error: unknown): EntryOutcome {
    // Who follows the connection tells that it is gone.
    if (error instanceof ConnectionLostError) return 'connection';
    if (!(error instanceof CommandError || error instanceof QmpError)) throw error;
    this.prompt.print(
      [error.message, ...error.help.map(line => `help: ${line}`)]
        .map(line => harmless(maskSecrets(line)))
        .join('\n'),
    );
    return error instanceof CommandError && !(error instanceof NotConnectedError) ? 'usage' : 'connection';
  }
}

/** A help that names what is typed on a command line, with what is typed at the prompt instead. */
function asTypedHere(help: string): string {
  return help.replace(/`qblk schema`/g, 'Tab').replace(/`qblk (?:help|schema)\b/g, '`help');
}

function unknownCommand(word: string): CommandError {
  const near = suggest(
    word,
    promptCommands.map(({ name }) => name),
  );
  return new CommandError(`the prompt has no command \`${word}\``, [
    near.length > 0 ? `did you mean ${near.map(name => `\`${name}\``).join(' or ')}?` : '`help` lists them',
  ]);
}

import type { PromptWord } from '../../editor/world.ts';
import type { Repl } from '../repl.ts';

/** A command of the prompt: what is typed beside statements. Completion and help are derived from it. */
export interface PromptCommand extends PromptWord {
  /** Other words that people try for it. */
  readonly aliases?: readonly string[];
  /** What more there is to know, in whole sentences. */
  readonly details?: string;
  /** Does it; `argument` is the rest of the line, trimmed. Throws a CommandError for what a person did wrong. */
  run(argument: string, repl: Repl): Promise<void> | void;
}

/** A command of the prompt can't be carried out as it was typed. `help` says what to do, a line each. */
export class CommandError extends Error {
  readonly help: readonly string[];

  constructor(message: string, help: readonly string[] = []) {
    super(message);
    this.name = 'CommandError';
    this.help = help;
  }
}

/** Nobody is at the other end to be asked. */
export class NotConnectedError extends CommandError {
  constructor() {
    super('there is no QEMU at the other end', [
      '`:reconnect` tries again, `:reconnect URI` goes to another one',
    ]);
    this.name = 'NotConnectedError';
  }
}

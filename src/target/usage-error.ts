/** Ends the program with a message for stderr: what is wrong with the command line or with a file that it names. */
export class UsageError extends Error {
  readonly help: readonly string[];

  constructor(message: string, help: readonly string[] = []) {
    super(message);
    this.name = 'UsageError';
    this.help = help;
  }
}

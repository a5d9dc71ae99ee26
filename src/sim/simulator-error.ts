/** The simulator can't be had as it was asked for: a version without a schema, an address in use. */
export class SimulatorError extends Error {
  override readonly name = 'SimulatorError';
  /** What to do about it, a line each. */
  readonly help: readonly string[];

  constructor(message: string, help: readonly string[] = []) {
    super(message);
    this.help = help;
  }
}

/** The script asks for disks that no QEMU can have. */
export class WrongDisks extends SimulatorError {
  readonly isOfScript = true;
}

/** The world refuses a sandbox: no engine, an image that can't be made, a QEMU that does not start. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  /** What to do about it, a line each. */
  readonly help: readonly string[];

  constructor(message: string, help: readonly string[] = [], cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.help = help;
  }
}

/** The script asks for disks that no sandbox can have. */
export class WrongDisks extends SandboxError {
  readonly isOfScript = true;
}

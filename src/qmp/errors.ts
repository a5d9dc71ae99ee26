import type { Json } from './json.ts';

/** What the world did to a QMP connection: every error that this room throws is one. `help` says what to do, a line each. */
export class QmpError extends Error {
  override readonly name: string = 'QmpError';

  readonly help: readonly string[];

  constructor(message: string, options: { help?: readonly string[]; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.help = options.help ?? [];
  }
}

/** Nothing could be connected to: an address that can't be read, or a socket that is absent, stale or not permitted. */
export class ConnectError extends QmpError {
  override readonly name: string = 'ConnectError';

  readonly address: string;
  /** The operating system's word for it, such as `ENOENT`; missing where the address itself is at fault. */
  readonly code: string | undefined;

  constructor(
    address: string,
    reason: string,
    options: { code?: string | undefined; help?: readonly string[]; cause?: unknown } = {},
  ) {
    super(`cannot connect to ${address}: ${reason}`, options);
    this.address = address;
    this.code = options.code;
  }
}

/** The other side does not keep to QMP. The connection is of no use after it. */
export class ProtocolError extends QmpError {
  override readonly name: string = 'ProtocolError';
}

/** There is a connection, but no QMP monitor that answers on it. */
export class GreetingError extends ProtocolError {
  override readonly name: string = 'GreetingError';

  readonly address: string;
  /** Whether the other side hung up without a word: who listens may have no QEMU behind it. */
  readonly hungUp: boolean;

  constructor(
    address: string,
    reason: string,
    options: { help?: readonly string[]; cause?: unknown; hungUp?: boolean } = {},
  ) {
    super(`${address}: ${reason}`, options);
    this.address = address;
    this.hungUp = options.hungUp ?? false;
  }
}

/** A command that was sent and whose reply has not come. */
export interface CommandInFlight {
  readonly command: string;
  readonly arguments: { readonly [name: string]: Json };
}

/** The connection ended. Whether a command of `inFlight` was carried out is not known: only QEMU's state tells. */
export class ConnectionLostError extends QmpError {
  override readonly name: string = 'ConnectionLostError';

  readonly address: string;
  readonly inFlight: readonly CommandInFlight[];

  constructor(
    address: string,
    reason: string,
    inFlight: readonly CommandInFlight[],
    options: { help?: readonly string[]; cause?: unknown } = {},
  ) {
    const changing = inFlight.filter(({ command }) => !/^(x-debug-)?query-/.test(command));
    const lost = changing.map(({ command }) => command).join(', ');
    super(
      `${address}: ${reason}${lost ? `; no reply to ${lost}, which may or may not have run` : ''}`,
      options,
    );
    this.address = address;
    this.inFlight = inFlight;
  }
}

/** QEMU refused a command. The wording of `description` differs between versions of QEMU, `class` does not. */
export class ExecuteError extends QmpError {
  override readonly name: string = 'ExecuteError';

  readonly class: string;
  readonly description: string;
  readonly command: string;
  readonly arguments: { readonly [name: string]: Json };

  constructor(sent: CommandInFlight, error: { readonly class: string; readonly desc: string }) {
    super(`${sent.command}: ${error.desc}${error.class === 'GenericError' ? '' : ` (${error.class})`}`);
    this.class = error.class;
    this.description = error.desc;
    this.command = sent.command;
    this.arguments = sent.arguments;
  }
}

import {
  type CommandInFlight,
  ConnectionLostError,
  ExecuteError,
  GreetingError,
  ProtocolError,
  QmpError,
} from './errors.ts';
import { MessageReader } from './framing.ts';
import { silent, ungreeted } from './greeting-faults.ts';
import { type Json, type JsonObject, stringifyJson } from './json.ts';
import { type Greeting, type QmpEvent, type Reply, readEvent, readGreeting, readReply } from './message.ts';
import { whenSilent } from './silence-timer.ts';

/** What a session asks of a connection: a node Duplex stream is one, and so is anything with these few methods. */
export interface ByteStream {
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  write(text: string): unknown;
  destroy(): unknown;
}

export interface SessionOptions {
  /** What errors call the other side; `QMP` without it. */
  readonly address?: string;
  /** How many milliseconds QEMU has to greet and to take qmp_capabilities; 2000 without it. */
  readonly greetingTimeout?: number;
  /** Sees every message as it is on the wire, before anybody acts on it; `time` is milliseconds since 1970, with fractions. */
  readonly trace?: (direction: 'send' | 'receive', text: string, time: number) => void;
}

/** A negotiated QMP connection. */
export interface Session {
  readonly address: string;
  readonly greeting: Greeting;
  /** Every event since connecting, in wire order, but for what `forgetEvents` dropped. Grows by itself: read it in place. */
  readonly events: readonly QmpEvent[];
  /** Resolves to what QEMU returned. Rejects with an ExecuteError where QEMU refuses, a ConnectionLostError where no answer comes. */
  execute(command: string, args?: JsonObject): Promise<Json>;
  /** Calls `listener` with each event while its message is read: before any reply behind it settles. Returns the way to stop that. */
  onEvent(listener: (event: QmpEvent) => void): () => void;
  /** Drops the logged events whose sequence is below `before`. */
  forgetEvents(before: number): void;
  /** Resolves when the connection has ended: to undefined after `close`, `destroy` or an answered `quit`. Never rejects. */
  readonly closed: Promise<ConnectionLostError | undefined>;
  /** Ends the connection once every command in flight is answered: QEMU drops what it has not read when a client leaves. */
  close(): Promise<void>;
  /** Drops the connection at once, for a QEMU that answers no more. Commands in flight may or may not run. */
  destroy(): void;
}

/**
 * Waits for the greeting and negotiates. Rejects with a GreetingError where nobody greets in time or the other side is no
 * QMP monitor, a ConnectError where the stream itself says why there is none; the stream is destroyed then. Takes the stream over: reading goes on as fast as QEMU writes.
 */
export function openSession(stream: ByteStream, options: SessionOptions = {}): Promise<Session> {
  return new Connection(stream, options).negotiated;
}

interface Sent extends CommandInFlight {
  readonly id: number;
  readonly resolve: (value: Json) => void;
  readonly reject: (error: QmpError) => void;
}

const NO_ARGUMENTS: JsonObject = {};

/** The one implementation of Session. It begins unnegotiated: only `negotiated` hands it out. */
class Connection implements Session {
  readonly address: string;
  readonly negotiated: Promise<Session>;
  readonly closed: Promise<ConnectionLostError | undefined>;
  readonly events: QmpEvent[] = [];
  greeting: Greeting = { version: { major: 0, minor: 0, micro: 0 }, package: '', capabilities: [] };

  readonly #stream: ByteStream;
  readonly #trace: SessionOptions['trace'];
  readonly #listeners = new Set<(event: QmpEvent) => void>();
  /** In the order of sending, which is the order of replies. */
  readonly #inFlight = new Map<number, Sent>();
  readonly #reader: MessageReader;
  /** What was asked for and waits to be written. */
  #unwritten = '';
  #nextId = 0;
  #nextSequence = 1;
  #greeted = false;
  #state: 'open' | 'closing' | 'ended' = 'open';
  /** Set once nothing is lost by the connection's end: `quit` was answered, or this side hung up. */
  #mayEnd = false;
  #shutdown = '';
  #fault: Error | undefined;
  #settleNegotiated: { resolve: (session: Session) => void; reject: (error: QmpError) => void } | undefined;
  #settleClosed!: (error: ConnectionLostError | undefined) => void;
  readonly #stopTimer: () => void;

  constructor(stream: ByteStream, { address = 'QMP', greetingTimeout = 2000, trace }: SessionOptions) {
    this.address = address;
    this.#stream = stream;
    this.#trace = trace;
    this.closed = new Promise(resolve => {
      this.#settleClosed = resolve;
    });
    this.negotiated = new Promise((resolve, reject) => {
      this.#settleNegotiated = { resolve, reject };
    });
    this.#stopTimer = whenSilent(greetingTimeout, () =>
      this.#failNegotiation(silent(address, greetingTimeout, this.#greeted)),
    );
    this.#reader = new MessageReader((message, text) => this.#receive(message, text));
    stream.on('data', chunk => this.#read(chunk));
    stream.on('error', error => {
      this.#fault = error;
      this.#end();
    });
    stream.on('end', () => this.#end());
    stream.on('close', () => this.#end());
  }

  execute(command: string, args: JsonObject = NO_ARGUMENTS): Promise<Json> {
    return new Promise((resolve, reject) => {
      if (this.#state !== 'open') {
        reject(
          new ConnectionLostError(this.address, `the connection is closed, so ${command} was not sent`, []),
        );
        return;
      }
      const id = this.#nextId++;
      this.#inFlight.set(id, { id, command, arguments: args, resolve, reject });
      // QEMU reads its monitor byte by byte, 3.3 µs each: so nothing is written that it can do without.
      const text =
        args === NO_ARGUMENTS
          ? `{"execute":${JSON.stringify(command)},"id":${id}}`
          : stringifyJson({ execute: command, arguments: args, id });
      this.#trace?.('send', text, now());
      this.#send(text);
    });
  }

  /** What is asked for in one go is written at once: a write costs more than what QEMU does for most queries. */
  #send(text: string): void {
    if (this.#unwritten === '') {
      queueMicrotask(() => {
        const texts = this.#unwritten;
        this.#unwritten = '';
        if (this.#state !== 'ended') this.#stream.write(texts);
      });
    }
    this.#unwritten += text;
  }

  onEvent(listener: (event: QmpEvent) => void): () => void {
    const own = (event: QmpEvent) => listener(event);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  forgetEvents(before: number): void {
    const kept = this.events.findIndex(event => event.sequence >= before);
    this.events.splice(0, kept === -1 ? this.events.length : kept);
  }

  async close(): Promise<void> {
    if (this.#state === 'open') {
      this.#state = 'closing';
      this.#hangUpWhenIdle();
    }
    await this.closed;
  }

  destroy(): void {
    this.#mayEnd = true;
    this.#stream.destroy();
    this.#end();
  }

  #hangUpWhenIdle(): void {
    if (this.#state !== 'closing' || this.#inFlight.size > 0) return;
    this.destroy();
  }

  #read(chunk: Uint8Array): void {
    if (this.#state === 'ended') return;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #receive(message: JsonObject, text: string): void {
    if (this.#state === 'ended') return;
    this.#trace?.('receive', text, now());
    if (!this.#greeted) {
      this.#greet(message, text);
      return;
    }
    const event = readEvent(message, this.#nextSequence);
    if (event) {
      this.#log(event);
      return;
    }
    const reply = readReply(message);
    if (!reply) throw new ProtocolError(`neither a reply nor an event: ${text.slice(0, 80)}`);
    this.#settle(reply);
  }

  #greet(message: JsonObject, text: string): void {
    const greeting = readGreeting(message);
    if (!greeting) throw new ProtocolError(`no QMP greeting: ${text.slice(0, 80)}`);
    this.greeting = greeting;
    this.#greeted = true;
    this.execute('qmp_capabilities').then(
      () => {
        this.#stopTimer();
        this.#settleNegotiated?.resolve(this);
        this.#settleNegotiated = undefined;
      },
      cause => this.#failNegotiation(new GreetingError(this.address, 'QEMU refused to negotiate', { cause })),
    );
  }

  #log(event: QmpEvent): void {
    this.#nextSequence++;
    this.events.push(event);
    if (event.event === 'SHUTDOWN')
      this.#shutdown = `: it was shut down (${String(event.data['reason'] ?? 'no reason given')})`;
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // A listener's mistake is its owner's, and must not look like a fault of the wire.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  #settle(reply: Reply): void {
    const [oldest] = this.#inFlight.keys();
    const id = reply.id ?? oldest;
    const sent = typeof id === 'number' ? this.#inFlight.get(id) : undefined;
    if (!sent) {
      // One command that QEMU can't read can bring several errors without an id: only the first has somebody to go to.
      if (reply.id === undefined && reply.error) return;
      throw new ProtocolError(
        `a reply to nothing that was asked: ${stringifyJson(reply as unknown as JsonObject).slice(0, 80)}`,
      );
    }
    this.#inFlight.delete(sent.id);
    if (reply.error) sent.reject(new ExecuteError(sent, reply.error));
    else {
      if (sent.command === 'quit') this.#mayEnd = true;
      sent.resolve(reply.return);
    }
    this.#hangUpWhenIdle();
  }

  #fail(error: Error): void {
    this.#fault = error;
    this.#stream.destroy();
    this.#end();
  }

  #failNegotiation(error: GreetingError): void {
    this.#settleNegotiated?.reject(error);
    this.#settleNegotiated = undefined;
    this.destroy();
  }

  /** Everything that can end a connection comes here, some of it twice. */
  #end(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#stopTimer();
    const inFlight = [...this.#inFlight.values()];
    this.#inFlight.clear();
    if (this.#settleNegotiated) this.#settleNegotiated.reject(ungreeted(this.address, this.#fault));
    this.#settleNegotiated = undefined;
    const cause = this.#fault ? { cause: this.#fault } : {};
    const lost = new ConnectionLostError(
      this.address,
      this.#reason(),
      inFlight.map(({ command, arguments: args }) => ({ command, arguments: args })),
      cause,
    );
    for (const sent of inFlight) sent.reject(lost);
    this.#settleClosed(this.#mayEnd && !(this.#fault instanceof ProtocolError) ? undefined : lost);
    this.#stream.destroy();
  }

  #reason(): string {
    if (this.#fault instanceof QmpError) return this.#fault.message;
    if (this.#mayEnd) return 'the connection was closed';
    const middle = this.#reader.unfinished ? ', in the middle of a message' : '';
    return `QEMU went away${this.#shutdown}${middle}${this.#fault ? ` (${this.#fault.message})` : ''}`;
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

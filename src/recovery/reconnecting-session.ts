import type { BlockGraph } from '../graph/graph.ts';
import {
  ConnectError,
  ConnectionLostError,
  ExecuteError,
  GreetingError,
  ProtocolError,
  QmpError,
} from '../qmp/errors.ts';
import type { Json, JsonObject } from '../qmp/json.ts';
import type { QmpEvent } from '../qmp/message.ts';
import type { Session } from '../qmp/session.ts';
import { readJobs } from '../runner/job-record.ts';
import { AnotherQemu } from './another-qemu.ts';
import { MissedEvents } from './missed-events.ts';

export interface ReconnectOptions {
  /** Connects anew. Rejects with a QmpError where trying again may help. */
  readonly open: () => Promise<Session>;
  /** For how many milliseconds it is tried. */
  readonly patience: number;
  /** The same where nobody listens any more: a QEMU that died does not come back. */
  readonly patienceWithDead: number;
  readonly told: (state: 'lost' | 'connected', text: string) => void;
  /** The jobs that there are already. */
  readonly jobs?: BlockGraph['jobs'];
}

/** What those who use a session see to. */
export interface ReconnectHooks {
  /** Throws where this is another QEMU than before: an AnotherQemu, or what the caller of the run wants to hear. */
  readonly requireSame: (session: Session) => Promise<void>;
  /** When it aborts, nobody tries any more. */
  readonly signal: AbortSignal;
  /** Is called before a job is dismissed: its verdict is gone then. */
  readonly beforeDismiss: (id: string, session: Session) => Promise<void>;
  /** Is called once a command has been written to the connection. */
  readonly sent: (command: string) => void;
}

/** A command was sent and the connection was lost before its reply. There is a connection again: QEMU's state tells. */
export class Unanswered extends Error {
  readonly lost: ConnectionLostError;

  constructor(lost: ConnectionLostError) {
    super(lost.message);
    this.lost = lost;
  }
}

/** How often something is begun that the connection does not outlive. */
export const MOST_ATTEMPTS = 4;

/** Does what only asks once more where its connection was lost in the middle. Rejects with the loss where that happens every time. */
export async function askingAgain<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      if (attempt === MOST_ATTEMPTS) throw error.lost;
    }
  }
}

/** In milliseconds; doubled each time, up to two seconds. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 2000;

/**
 * A session that outlives its connection. What only asks is asked again on the next one; a command without a reply is
 * rejected as Unanswered, and whoever sent it has to find out what became of it. Events of the time between are
 * lost, so what the state of jobs and exports tells of them is told as events.
 */
export class ReconnectingSession implements Session {
  readonly events: QmpEvent[] = [];
  readonly closed: Promise<ConnectionLostError | undefined>;
  readonly #options: ReconnectOptions;
  #hooks: Partial<ReconnectHooks> = {};
  readonly #listeners = new Set<(event: QmpEvent) => void>();
  readonly #missed: MissedEvents;
  #session: Session;
  #sequence = 0;
  #isClosing = false;
  /** How often everybody was told to give up what has not been sent. */
  #abandoned = 0;
  /** Resolves once there is a connection; rejects once nobody tries any more. */
  #whole: Promise<void> = Promise.resolve();
  #settleClosed!: (error: ConnectionLostError | undefined) => void;

  constructor(session: Session, options: ReconnectOptions) {
    this.#session = session;
    this.#options = options;
    this.#missed = new MissedEvents(options.jobs ?? new Map());
    this.closed = new Promise(resolve => {
      this.#settleClosed = resolve;
    });
    this.#follow(session);
  }

  get address(): string {
    return this.#session.address;
  }

  get greeting(): Session['greeting'] {
    return this.#session.greeting;
  }

  /** Sets what is seen to from now on; what is not named stays as it is. */
  use(hooks: Partial<ReconnectHooks>): void {
    this.#hooks = { ...this.#hooks, ...hooks };
  }

  async execute(command: string, args?: JsonObject): Promise<Json> {
    const abandoned = this.#abandoned;
    let isUnanswered = false;
    for (let attempt = 1; ; attempt++) {
      await this.#whole;
      if (this.#abandoned !== abandoned && !isRepeatable(command))
        throw new ConnectionLostError(this.address, `${command} was not sent`, []);
      const session = this.#session;
      if (command === 'job-dismiss') await this.#hooks.beforeDismiss?.(String(args?.['id']), this);
      try {
        this.#missed.noteCommand(command, args);
        const reply = session.execute(command, args);
        const { sent } = this.#hooks;
        // A session writes once all that is asked for in one go has been asked for.
        if (sent) queueMicrotask(() => sent(command));
        return await reply;
      } catch (error) {
        if (isUnanswered && command === 'job-dismiss' && (await this.#isRefusedAsGone(error, args)))
          return {};
        if (!(error instanceof ConnectionLostError)) throw error;
        // That a connection has ended may be heard of at its command first.
        await session.closed;
        if (this.#isClosing) throw error;
        await this.#whole.catch(final => {
          throw final instanceof AnotherQemu || error.inFlight.length === 0 ? final : error;
        });
        if (attempt === MOST_ATTEMPTS) throw error;
        isUnanswered ||= error.inFlight.length > 0;
        if (isUnanswered && !isRepeatable(command)) throw new Unanswered(error);
      }
    }
  }

  /** Nobody waits any more for what could not be sent yet and may change something: it is not sent. */
  abandon(): void {
    this.#abandoned++;
  }

  onEvent(listener: (event: QmpEvent) => void): () => void {
    const own = (event: QmpEvent) => listener(event);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Tells an event that nobody heard. */
  tell(event: string, data: JsonObject): void {
    this.#hear({ sequence: 0, event, data, timestamp: { seconds: -1, microseconds: -1 } });
  }

  forgetEvents(before: number): void {
    const kept = this.events.findIndex(event => event.sequence >= before);
    this.events.splice(0, kept === -1 ? this.events.length : kept);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#session.close();
  }

  destroy(): void {
    this.#isClosing = true;
    this.#session.destroy();
  }

  /** Whether a job is not dismissed now because that was done before: the words for it differ between versions of QEMU. */
  async #isRefusedAsGone(error: unknown, args: JsonObject | undefined): Promise<boolean> {
    if (!(error instanceof ExecuteError)) return false;
    const jobs = readJobs(await this.execute('query-jobs'));
    return jobs.every(({ id }) => id !== args?.['id']);
  }

  #follow(session: Session): void {
    const forget = () => session.forgetEvents(Number.POSITIVE_INFINITY);
    for (const event of session.events) this.#hear(event);
    forget();
    session.onEvent(event => {
      this.#hear(event);
      forget();
    });
    void session.closed.then(lost => {
      // What does not speak QMP will not do so on another connection.
      const isOver = !lost || this.#isClosing || lost.cause instanceof ProtocolError;
      if (isOver) this.#settleClosed(lost);
      const closed = lost ?? new ConnectionLostError(session.address, 'the connection was closed', []);
      this.#whole = isOver ? Promise.reject(closed) : this.#reconnect(closed);
      this.#whole.catch(() => {});
    });
  }

  #hear(event: QmpEvent): void {
    const own = { ...event, sequence: ++this.#sequence };
    this.#missed.see(event);
    this.events.push(own);
    for (const listener of this.#listeners) listener(own);
  }

  async #reconnect(lost: ConnectionLostError): Promise<void> {
    const { patience, patienceWithDead, told } = this.#options;
    const began = performance.now();
    if (patience > 0 && !this.#hooks.signal?.aborted)
      told('lost', `${lost.message}; connecting again for ${timesInWords(patience, patienceWithDead)}`);
    /** Since when nobody has been there at any attempt. */
    let deadSince: number | undefined;
    let isHeld = false;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      let left = began + patience - performance.now();
      if (left <= 0 || this.#hooks.signal?.aborted || this.#isClosing) return this.#giveUp(lost);
      try {
        await this.#connect();
        told('connected', 'connected again');
        return;
      } catch (error) {
        if (error instanceof AnotherQemu || !(error instanceof QmpError)) this.#giveUp(lost, error);
        isHeld ||= error instanceof GreetingError && !error.hungUp;
        deadSince = isNobodyThere(error, isHeld) ? (deadSince ?? performance.now()) : undefined;
        if (deadSince !== undefined) left = Math.min(left, deadSince + patienceWithDead - performance.now());
        if (left < pause) return this.#giveUp(lost);
      }
      await this.#rest(pause);
    }
  }

  #rest(milliseconds: number): Promise<void> {
    const { signal } = this.#hooks;
    return new Promise(resolve => {
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal?.addEventListener('abort', end);
    });
  }

  async #connect(): Promise<void> {
    const session = await this.#options.open();
    try {
      await this.#hooks.requireSame?.(session);
      // What a look that broke off may have left.
      await session.execute('blockdev-del', { 'node-name': 'qblk-look' }).catch(error => {
        if (!(error instanceof ExecuteError)) throw error;
      });
      const there = await this.#missed.ask(session);
      // Nobody wants it any more, and nobody would end it.
      if (this.#isClosing) throw new QmpError('the connection was closed');
      const missed = this.#missed.between(there, session.events);
      this.#session = session;
      this.#follow(session);
      this.tell('QBLK_RECONNECTED', {});
      for (const { event, data } of missed) this.tell(event, data);
    } catch (error) {
      session.destroy();
      throw error;
    }
  }

  #giveUp(lost: ConnectionLostError, error: unknown = lost): never {
    this.#settleClosed(error instanceof ConnectionLostError ? error : lost);
    throw error;
  }
}

function timesInWords(patience: number, withDead: number): string {
  const whole = `${patience / 1000} s`;
  return withDead < patience ? `${whole}, for ${withDead / 1000} s where nobody listens any more` : whole;
}

/**
 * Whether nobody listens any more, or whoever forwards a connection has nobody to forward it to. The forwarder can say the same of a
 * monitor that has more clients waiting than it has room for: so it is no sign where an attempt has found somebody who is silent.
 */
function isNobodyThere(error: unknown, isHeld: boolean): boolean {
  if (error instanceof GreetingError) return error.hungUp && !isHeld;
  return error instanceof ConnectError && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT');
}

/** Whether a command may be sent a second time without harm, whatever became of the first. */
function isRepeatable(command: string): boolean {
  return /^(x-debug-)?query-|^qom-list$/.test(command) || command === 'job-dismiss';
}

import { ConnectionLostError, QmpError } from '../qmp/errors.ts';
import type { Json, JsonObject } from '../qmp/json.ts';
import type { QmpEvent } from '../qmp/message.ts';
import type { Session } from '../qmp/session.ts';
import { readJobs } from '../runner/job-record.ts';

export interface ReconnectOptions {
  /** Connects anew, and makes sure that it is the same QEMU. Rejects with a QmpError where trying again may help. */
  readonly open: () => Promise<Session>;
  /** For how many milliseconds it is tried. */
  readonly patience: number;
  readonly say: (text: string) => void;
  /** Is called before a job is dismissed: its verdict is gone then. */
  readonly beforeDismiss: (id: string, session: Session) => Promise<void>;
  /** Is called once a command has been written to the connection. */
  readonly sent: (command: string) => void;
}

/** A command was sent and the connection was lost before its reply. There is a connection again: QEMU's state tells. */
export class Unanswered extends Error {}

/** In milliseconds; doubled each time, up to two seconds. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 2000;

/**
 * A session that outlives its connection. What only asks is asked again on the next one; a command without a reply is
 * rejected as Unanswered, and whoever sent it has to find out what became of it. Events of the time between are
 * lost, so the state of each job is told as the event that must have been missed.
 */
export class ReconnectingSession implements Session {
  readonly events: QmpEvent[] = [];
  readonly closed: Promise<ConnectionLostError | undefined>;
  readonly #options: ReconnectOptions;
  readonly #listeners = new Set<(event: QmpEvent) => void>();
  readonly #jobs = new Set<string>();
  readonly #first: Session;
  #session: Session;
  #sequence = 0;
  #isClosing = false;
  /** Resolves once there is a connection; rejects once nobody tries any more. */
  #whole: Promise<void> = Promise.resolve();
  #settleClosed!: (error: ConnectionLostError | undefined) => void;

  constructor(session: Session, options: ReconnectOptions) {
    this.#first = session;
    this.#session = session;
    this.#options = options;
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

  async execute(command: string, args?: JsonObject): Promise<Json> {
    for (;;) {
      await this.#whole;
      const session = this.#session;
      if (command === 'job-dismiss') await this.#options.beforeDismiss(String(args?.['id']), this);
      try {
        const reply = session.execute(command, args);
        this.#options.sent(command);
        return await reply;
      } catch (error) {
        if (!(error instanceof ConnectionLostError)) throw error;
        // That a connection has ended may be heard of at its command first.
        await session.closed;
        await this.#whole;
        if (error.inFlight.length > 0 && !isRepeatable(command)) throw new Unanswered(error.message);
      }
    }
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

  /** Closes the connection that it made, if it made one; the first is closed by whoever opened it. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#session !== this.#first) await this.#session.close();
  }

  destroy(): void {
    this.#isClosing = true;
    this.#session.destroy();
  }

  #follow(session: Session): void {
    for (const event of session.events) this.#hear(event);
    session.onEvent(event => this.#hear(event));
    void session.closed.then(lost => {
      const isOver = !lost || this.#isClosing;
      if (isOver) this.#settleClosed(lost);
      const closed = lost ?? new ConnectionLostError(session.address, 'the connection was closed', []);
      this.#whole = isOver ? Promise.reject(closed) : this.#reconnect(closed);
      this.#whole.catch(() => {});
    });
  }

  #hear(event: QmpEvent): void {
    const own = { ...event, sequence: ++this.#sequence };
    if (event.event === 'JOB_STATUS_CHANGE') this.#jobs.add(String(event.data['id']));
    this.events.push(own);
    for (const listener of this.#listeners) listener(own);
  }

  async #reconnect(lost: ConnectionLostError): Promise<void> {
    const end = performance.now() + this.#options.patience;
    this.#options.say(`${lost.message}; connecting again for ${this.#options.patience / 1000} s`);
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        const session = await this.#options.open();
        this.#session = session;
        this.#follow(session);
        await this.#tellWhatWasMissed(session);
        this.#options.say('connected again');
        return;
      } catch (error) {
        if (!(error instanceof QmpError) || performance.now() + pause > end) {
          this.#settleClosed(lost);
          throw error instanceof QmpError ? lost : error;
        }
      }
      await new Promise(resolve => setTimeout(resolve, pause));
    }
  }

  async #tellWhatWasMissed(session: Session): Promise<void> {
    const jobs = readJobs(await session.execute('query-jobs'));
    const there = new Map<string, string>(jobs.map(({ id, status }) => [id, status]));
    this.tell('QBLK_RECONNECTED', {});
    for (const id of new Set([...this.#jobs, ...there.keys()]))
      this.tell('JOB_STATUS_CHANGE', { id, status: there.get(id) ?? 'null' });
  }
}

/** Whether a command may be sent a second time without harm, whatever became of the first. */
function isRepeatable(command: string): boolean {
  return /^(x-debug-)?query-|^qom-list$/.test(command) || command === 'job-dismiss';
}

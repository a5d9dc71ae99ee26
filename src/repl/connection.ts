import { bindNow, type Carried, nothingCarried } from '../compile/evaluate/context.ts';
import type { SeenQemu } from '../editor/world.ts';
import type { BlockGraph } from '../graph/graph.ts';
import type { ConnectionLostError } from '../qmp/errors.ts';
import { isObject } from '../qmp/json.ts';
import type { QmpEvent } from '../qmp/message.ts';
import type { Session } from '../qmp/session.ts';
import { keepFew } from '../runner/event-log.ts';
import type { Script } from '../syntax/ast.ts';
import { graphsOf, lookAgain } from '../target/look-again.ts';
import { openTarget, qemusOf, type Target } from '../target/target.ts';
import { UsageError } from '../target/usage-error.ts';
import type { Told, Wish } from '../target/wish.ts';

/** Who hears of what happens at a QEMU; `name` is its endpoint's, where there are several. */
export interface ConnectionListener {
  event(event: QmpEvent, name: string | undefined): void;
  /** The connection has ended, and nobody here wanted that; `error` is missing after a `quit` that was answered. */
  lost(error: ConnectionLostError | undefined, name: string | undefined): void;
}

/** The QEMU of a prompt, or its QEMUs: looked at, lost, and opened again. What entries leave known stays known. */
export class Connection {
  readonly carried: Carried = nothingCarried(new Date());
  readonly isSandbox: boolean;
  /** The commands beyond the block layer that may be sent unasked. */
  readonly allowedRaw: ReadonlySet<string>;
  /** The state of each guest, by its endpoint; missing where there is none, as in a storage daemon. */
  readonly statuses = new Map<string | undefined, string>();
  readonly #wish: Wish;
  readonly #head: Script;
  readonly #told: Told;
  readonly #followed = new Set<Session>();
  readonly #ended = new WeakMap<Session, ConnectionLostError | undefined>();
  #target: Target;
  #isOpen = true;
  #working = 0;
  #reopening: Promise<void> = Promise.resolve();
  #listener: ConnectionListener | undefined;

  private constructor(wish: Wish, head: Script, told: Told, target: Target, allowedRaw: ReadonlySet<string>) {
    this.#wish = wish;
    this.allowedRaw = allowedRaw;
    this.#head = head;
    this.#told = told;
    this.#target = target;
    this.isSandbox = wish.sandbox !== undefined;
  }

  /**
   * Opens what `wish` names; a sandbox has the disks, and several QEMUs the names, that head a script. `asks`: somebody is there to be
   * asked for what the wish does not allow. Throws as openTarget does.
   */
  static async open(wanted: Wish, head: Script, told: Told, asks = false): Promise<Connection> {
    const wish = asks ? { ...wanted, allowRaw: new Set(['*']) } : wanted;
    const target = await openTarget(wish, head, told);
    if (qemusOf(target).size === 0)
      throw new UsageError('there is no QEMU to open a prompt on', [
        'name the QMP socket of one that runs: --qmp unix:PATH, or QBLK_QMP=PATH',
        'or try a scratch one: qblk --sandbox',
      ]);
    const connection = new Connection(wish, head, told, target, wanted.allowRaw ?? new Set());
    await connection.#begin();
    return connection;
  }

  async #begin(): Promise<void> {
    this.follow();
    await this.#askStatuses();
    this.#takeJobIds();
  }

  listen(listener: ConnectionListener): void {
    this.#listener = listener;
  }

  /** As it was last looked at. */
  get target(): Target {
    return this.#target;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether what was lost may be looked for again: a program of `exec:` would be started a second time. */
  get mayTryAgain(): boolean {
    return [...qemusOf(this.#target).values()].every(({ live }) => live.reopen !== undefined);
  }

  /** The only QEMU, or the first, as completion sees it, and those of endpoints. */
  get seen(): SeenQemu & { readonly endpoints?: ReadonlyMap<string, SeenQemu> } {
    const seen = [...qemusOf(this.#target)].map(
      ([name, { schema, live }]) => [name, { schema, graph: live.graph }] as const,
    );
    const [first] = seen;
    if (!first) throw new Error('a prompt without a QEMU');
    const named = seen.flatMap(([name, qemu]) => (name === undefined ? [] : [[name, qemu] as const]));
    return named.length > 0 ? { ...first[1], endpoints: new Map(named) } : first[1];
  }

  /** The graph of each QEMU as it was last seen, by its endpoint. */
  get graphs(): ReadonlyMap<string | undefined, BlockGraph> {
    return graphsOf(this.#target);
  }

  /** Looks at every QEMU now. Rejects with a ConnectionLostError where one is gone. */
  async look(): Promise<Target> {
    this.follow();
    const looked = await lookAgain(this.#target);
    this.#target = looked;
    this.#takeJobIds();
    await this.#askStatuses();
    return looked;
  }

  /** What an entry begins with: a look, and `$now`. */
  async forEntry(now: Date): Promise<Target> {
    const target = await this.look();
    bindNow(this.carried, now);
    return target;
  }

  /** Jobs of others have names too, which no job of an entry may get. */
  #takeJobIds(): void {
    for (const graph of this.graphs.values()) this.carried.jobIds.takeThoseOf(graph);
  }

  async #askStatuses(): Promise<void> {
    for (const [name, { schema, live }] of qemusOf(this.#target)) {
      if (!schema.has('query-status')) continue;
      const reply = await live.session.execute('query-status');
      if (isObject(reply) && typeof reply['status'] === 'string') this.statuses.set(name, reply['status']);
    }
  }

  /** Hears the events of each QEMU's session: a sandbox that an entry restarted has another one. */
  follow(): void {
    for (const [name, { live }] of qemusOf(this.#target)) {
      const { session } = live;
      if (this.#followed.has(session)) continue;
      this.#followed.add(session);
      session.onEvent(event => {
        keepFew(session, event);
        this.#listener?.event(event, name);
      });
      void session.closed.then(error => {
        this.#followed.delete(session);
        this.#ended.set(session, error);
        this.#settle();
      });
    }
  }

  /** While an entry works a sandbox may restart: only behind it a session that has ended is a loss. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#working++;
    try {
      return await work();
    } finally {
      this.#working--;
      this.#settle();
    }
  }

  #settle(): void {
    if (this.#working > 0 || !this.#isOpen) return;
    this.follow();
    for (const [name, { live }] of qemusOf(this.#target)) {
      if (!this.#ended.has(live.session)) continue;
      this.#isOpen = false;
      this.#listener?.lost(this.#ended.get(live.session), name);
      return;
    }
  }

  /**
   * Opens the same QEMUs again, or a fresh sandbox; `qmp` is the address of another. Rejects as openTarget does. Who asks while another
   * one is at it waits for that: a monitor has one client at a time.
   */
  reopen(qmp?: string): Promise<void> {
    return this.#inTurn(() => this.#openAgain(qmp));
  }

  /** As reopen, for a connection that was lost; answers false where somebody has opened it meanwhile. */
  retry(): Promise<boolean> {
    return this.#inTurn(async () => {
      if (this.#isOpen) return false;
      await this.#openAgain(undefined);
      return true;
    });
  }

  #inTurn<T>(open: () => Promise<T>): Promise<T> {
    const next = this.#reopening.then(open);
    this.#reopening = next.then(
      () => {},
      () => {},
    );
    return next;
  }

  async #openAgain(qmp: string | undefined): Promise<void> {
    const wish = qmp === undefined ? this.#wish : withAddress(this.#wish, qmp);
    this.#isOpen = false;
    // As long as the old session is there nobody is let in, not even itself.
    await this.#target.close();
    this.#target = await openTarget(wish, this.#head, this.#told);
    this.statuses.clear();
    this.#isOpen = true;
    await this.#begin();
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#target.close();
  }
}

function withAddress({ sandbox: _, ...wish }: Wish, qmp: string): Wish {
  return { ...wish, qmp };
}

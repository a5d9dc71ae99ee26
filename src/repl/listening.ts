import type { ConnectionLostError } from '../qmp/errors.ts';
import type { QmpEvent } from '../qmp/message.ts';
import { jobOf } from '../runner/job-record.ts';
import { harmless } from '../text/harmless.ts';
import { maskSecrets } from '../text/secrets.ts';
import { tellJobs } from './after-reconnect.ts';
import type { ConnectionListener } from './connection.ts';
import type { Repl } from './repl.ts';
import { eventLine } from './told-events.ts';

/** How many milliseconds after an event the graph is looked at again, for completion and the prompt. */
const LOOK_DELAY = 150;
/** How many events are told of within a second. */
const MOST_A_SECOND = 8;
/** How often, and how long apart in milliseconds, a lost QEMU is tried again. */
const TRIES = 120;
const TRY_DELAY = 1000;

/** Tells of what happens at the QEMU while nobody asks, and gets a lost connection back. */
export class Listening implements ConnectionListener {
  readonly #repl: Repl;
  #looking: NodeJS.Timeout | undefined;
  /** What is to be told of jobs once the entry at hand has ended, if they are still there then. */
  #held: { readonly job: string; readonly line: string }[] | undefined;
  #second = { began: 0, told: 0, untold: 0 };

  constructor(repl: Repl) {
    this.#repl = repl;
  }

  /** An entry runs: what becomes of its own jobs it tells itself. */
  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    const graphs = [...this.#repl.connection.graphs.values()];
    for (const { job, line } of held) if (graphs.some(({ jobs }) => jobs.has(job))) this.#tell(line);
  }

  event(event: QmpEvent, name: string | undefined): void {
    const { settings } = this.#repl;
    const line = eventLine(event, settings.events, name);
    const job = jobOf(event);
    if (line !== undefined) {
      if (job === undefined || !this.#held || settings.events === 'all') this.#tell(line);
      // Who starts a job knows that.
      else if (event.event !== 'JOB_STATUS_CHANGE') this.#held.push({ job, line });
    }
    this.#lookSoon();
  }

  /** A storm of events is cut short: what comes after some in a second is only counted. */
  #tell(line: string): void {
    const now = performance.now();
    if (now - this.#second.began > 1000) {
      this.#second = { began: now, told: 0, untold: 0 };
    }
    if (this.#second.told < MOST_A_SECOND) {
      this.#second.told++;
      this.#repl.prompt.print(line);
    } else if (this.#second.untold++ === 0) {
      const storm = this.#second;
      setTimeout(() => {
        const { untold } = storm;
        this.#repl.prompt.print(`… and ${untold} more events like these (\`:events off\` hides them)`);
      }, 1000).unref();
    }
  }

  #lookSoon(): void {
    if (this.#looking || this.#held) return;
    this.#looking = setTimeout(async () => {
      this.#looking = undefined;
      const { connection, prompt } = this.#repl;
      if (this.#held || !connection.isOpen) return;
      // A QEMU that goes away meanwhile is told of elsewhere.
      await connection.look().catch(() => {});
      prompt.refresh();
    }, LOOK_DELAY);
    this.#looking.unref();
  }

  lost(error: ConnectionLostError | undefined, name: string | undefined): void {
    const { prompt, connection } = this.#repl;
    const at = name === undefined ? '' : `@${name}: `;
    prompt.print(shown(error?.message ?? `${at}QEMU has ended`));
    const known = [...connection.graphs.values()].flatMap(graph => [...graph.jobs.values()]);
    if (known.length > 0)
      prompt.print(
        harmless(`jobs when it was last seen: ${known.map(({ id, type }) => `${id} (${type})`).join(', ')}`),
      );
    if (connection.isSandbox)
      prompt.print('the sandbox is over: `:reconnect` makes a new one, with fresh disks');
    else if (!connection.mayTryAgain)
      prompt.print(
        'its program is not started again by itself: `:reconnect` does, `:reconnect URI` goes to another one',
      );
    else if (prompt.isInteractive) void this.#tryAgain();
    prompt.refresh();
  }

  async #tryAgain(): Promise<void> {
    const { connection, prompt } = this.#repl;
    const before = connection.graphs;
    prompt.print(
      `it is tried again for ${(TRIES * TRY_DELAY) / 60_000} minutes; \`:reconnect URI\` goes to another one`,
    );
    let said = '';
    for (let left = TRIES; left > 0 && !connection.isOpen && !this.#repl.isLeaving; left--) {
      await new Promise(resolve => setTimeout(resolve, TRY_DELAY).unref());
      if (connection.isOpen || this.#repl.isLeaving) return;
      try {
        if (!(await connection.retry())) return;
        tellJobs(before, this.#repl);
        prompt.refresh();
        return;
      } catch (failure) {
        const { name, message } = failure as Error;
        // That there is no socket, or nobody behind it, is what is waited out.
        if (name === 'ConnectError' || message === said) continue;
        said = message;
        prompt.print(shown(message));
      }
    }
    if (!connection.isOpen) prompt.print('given up; `:reconnect` tries again');
  }
}

/** Words of a connection: its address may hold a secret, and what a program or a host at the other end has said may hold anything. */
function shown(message: string): string {
  return harmless(maskSecrets(message));
}

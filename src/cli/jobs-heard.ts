import type { Reporter } from '../runner/reporter.ts';

/** The jobs that QEMU's events told of: all that is known of them once a connection is lost. */
export class JobsHeard {
  /** The state of each, by its id behind the endpoint that it is at. */
  readonly #states = new Map<string, string>();

  /** The reporter, whose events are heard. */
  listening(reporter: Reporter, at = ''): Reporter {
    return {
      ...reporter,
      event: event => {
        const { id, status } = event.data;
        if (event.event === 'JOB_STATUS_CHANGE') {
          if (status === 'null') this.#states.delete(`${at}${String(id)}`);
          else this.#states.set(`${at}${String(id)}`, String(status));
        }
        reporter.event(event);
      },
      ...(reporter.at
        ? { at: (name: string) => this.listening(reporter.at?.(name) ?? reporter, `@${name} `) }
        : {}),
    };
  }

  /** Those that were not over, a few words each. */
  get left(): string[] {
    return [...this.#states].map(([id, status]) => `${id} (${status})`);
  }
}

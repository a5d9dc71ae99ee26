import type { Reporter } from '../../runner/reporter.ts';
import type { Statement } from '../../syntax/ast.ts';
import { qemusOf, type Target } from '../../target/target.ts';

/** A job as it was last heard of. */
export interface KnownJob {
  readonly target?: string;
  readonly id: string;
  readonly status: string;
}

/** The innermost statement that an error ended, and its endpoint where the script has several. */
export interface Ended {
  readonly statement: Statement;
  readonly target?: string;
}

/** What is remembered of a run, for when its QEMU can be asked no more. */
export interface Witness {
  /** The reporter, whose hearing this shares. */
  listening(reporter: Reporter): Reporter;
  endedBy(error: unknown): Ended | undefined;
  readonly jobs: readonly KnownJob[];
}

/** What a run went to, and what is remembered of it. */
export interface RunThatEnded {
  readonly target: Target;
  readonly witness: Witness;
}

export function witnessOf(target: Target): Witness {
  const jobs = new Map<string, KnownJob>();
  const ended = new Map<unknown, Ended>();
  const note = (endpoint: string | undefined, id: string, status: string) => {
    const key = `${endpoint ?? ''} ${id}`;
    if (status === 'null') jobs.delete(key);
    else jobs.set(key, { ...at(endpoint), id, status });
  };
  for (const [endpoint, { live }] of qemusOf(target))
    for (const { id, status } of live.graph.jobs.values()) note(endpoint, id, status);
  const listening = (reporter: Reporter, endpoint?: string): Reporter => ({
    ...reporter,
    leave(statement, outcome, graph) {
      if (!outcome.ok && !ended.has(outcome.failure))
        ended.set(outcome.failure, { statement, ...at(endpoint) });
      reporter.leave(statement, outcome, graph);
    },
    event(event) {
      const { id, status } = event.data;
      if (event.event === 'JOB_STATUS_CHANGE') note(endpoint, String(id), String(status));
      reporter.event(event);
    },
    ...(reporter.at ? { at: (name: string) => listening(reporter.at?.(name) ?? reporter, name) } : {}),
  });
  return {
    listening,
    endedBy: error => ended.get(error),
    get jobs() {
      return [...jobs.values()];
    },
  };
}

function at(target: string | undefined): { readonly target?: string } {
  return target === undefined ? {} : { target };
}

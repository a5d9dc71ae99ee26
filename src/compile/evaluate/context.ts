import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { BlockGraph } from '../../graph/graph.ts';
import type { Problem } from '../../qapi/problem.ts';
import type { Datum } from '../../statements/datum.ts';
import type { Statement, VerbStatement } from '../../syntax/ast.ts';
import type { Procedure } from '../procedures.ts';
import type { Calls } from './calls.ts';
import type { HostRules } from './outside/host-rules.ts';
import { OwnThings } from './safety/own-things.ts';
import { Scope } from './scope.ts';
import type { Limit, World } from './world.ts';

/** Finds the versions whose schemas accept a command at the place where a problem was found. */
export type WhereAccepted = (
  problem: Problem,
  command: string,
  members: unknown,
) => { readonly has: readonly string[]; readonly lacks: readonly string[] } | undefined;

/** What stays known from one script to the next that goes on where it ended: at a prompt, in a document. */
export interface Carried {
  readonly scope: Scope;
  readonly procedures: Map<string, Procedure>;
  readonly jobIds: JobIds;
  readonly own: OwnThings;
}

/** The beginning: nothing is bound but `$now`. */
export function nothingCarried(now: Date, jobsThere: Iterable<string> = []): Carried {
  const carried = {
    scope: Scope.empty(),
    procedures: new Map(),
    jobIds: new JobIds(jobsThere),
    own: new OwnThings(),
  };
  bindNow(carried, now);
  return carried;
}

/** Binds `$now`, as `20260501T0300Z`, which sorts as time does and fits into names. */
export function bindNow({ scope }: Pick<Carried, 'scope'>, now: Date): void {
  const [day = '', time = ''] = now.toISOString().replace(/[-:]/g, '').split('T');
  scope.bind('now', `${day}T${time.slice(0, 4)}Z`);
}

/** The same names and ids, so that a plan can go ahead without binding any for the run. */
export function copyCarried({ scope, procedures, jobIds, own }: Carried): Carried {
  return { scope: scope.copy(), procedures: new Map(procedures), jobIds: jobIds.copy(), own: own.copy() };
}

/** What the evaluation of a script carries along. */
export interface Context extends Carried {
  readonly world: World;
  /** The worlds of the endpoints that `target` declares, by name. */
  readonly endpoints: ReadonlyMap<string, World>;
  /** Findings that do not end anything: warnings, and while planning the errors too. */
  readonly findings: Findings;
  /** Values for the script's parameters, by name: typed data, or text as a command line gives it. */
  readonly parameters: ReadonlyMap<string, Datum>;
  /** The disk that a sandbox gives to a device parameter without a value: by parameter name. */
  readonly sandboxDevices: ReadonlyMap<string, string>;
  /** Deferred statements, in the order in which they were met. */
  readonly deferred: { readonly statement: Statement; readonly context: Context }[];
  /** Which known versions of QEMU take what the schema at hand does not. */
  readonly whereAccepted?: WhereAccepted | undefined;
  /** What the script may do on this host; without it what it may do anywhere. */
  readonly host?: HostRules | undefined;
  /** The limit of the wait whose condition is being asked. */
  readonly limit?: Limit | undefined;
  /** Whether statements go past the checker: inside `expect error … from`. */
  readonly unchecked: boolean;
  /** Planning only: whether something around takes a failure, so that a foreseen one is no mistake of the script. */
  readonly isCaught?: boolean;
  /** The calls of procedures that the statement at hand stands in. */
  readonly calls: Calls;
  /** Inside the block of a `transaction`: takes a statement as one of its actions. */
  readonly transaction?: ActionTaker;
}

/** Where findings are gathered. */
export type Findings = Pick<Finding[], 'push' | 'some'>;

/** Gathers statements that are not carried out by themselves. */
export interface ActionTaker {
  take(statement: VerbStatement, context: Context): Promise<Datum>;
}

/** Gives each unnamed job a name that is the same on every run: `commit0`, `commit1`. */
export class JobIds {
  readonly #next = new Map<string, number>();
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** A free id for a job of this type. */
  make(type: string): string {
    for (let number = this.#next.get(type) ?? 0; ; number++) {
      const id = `${type}${number}`;
      if (this.#taken.has(id)) continue;
      this.#next.set(type, number + 1);
      this.#taken.add(id);
      return id;
    }
  }

  copy(): JobIds {
    const ids = new JobIds(this.#taken);
    for (const [type, number] of this.#next) ids.#next.set(type, number);
    return ids;
  }

  take(id: string): void {
    this.#taken.add(id);
  }

  takeThoseOf({ jobs }: BlockGraph): void {
    for (const id of jobs.keys()) this.take(id);
  }
}

import type { Finding, Label } from '../../diagnostics/diagnostic.ts';
import { type BlockGraph, type Earlier, unknownGraph } from '../../graph/graph.ts';
import { differences, withoutEntry } from '../../graph/shared-map.ts';
import { Later } from '../../qapi/placeholder.ts';
import type { Schema } from '../../qapi/schema.ts';
import type { Datum } from '../../statements/datum.ts';
import type { Step } from '../../statements/step.ts';
import type { Script, Statement } from '../../syntax/ast.ts';
import {
  type Carried,
  type Context,
  copyCarried,
  nothingCarried,
  type WhereAccepted,
} from '../evaluate/context.ts';
import { evaluateScript, PlanEnd } from '../evaluate/evaluate.ts';
import { predictStep } from '../evaluate/predict.ts';
import type { Limit, Outcome, Way, World } from '../evaluate/world.ts';
import { Origins } from '../origins.ts';

export interface PlanOptions {
  readonly schema: Schema;
  /** The graph that the script starts from; without it what its own `chain` lines say. */
  readonly graph?: BlockGraph;
  readonly parameters?: ReadonlyMap<string, Datum>;
  readonly sandboxDevices?: ReadonlyMap<string, string>;
  readonly whereAccepted?: WhereAccepted;
  /** What earlier scripts left known, where this one goes on; a plan leaves it as it is, a run adds to it. */
  readonly carried?: Carried;
  /** The moment that `$now` stands for. */
  readonly now: Date;
}

/** What a script will do, statement by statement. */
export interface Plan {
  readonly entries: readonly PlanEntry[];
  readonly findings: readonly Finding[];
  /** What to say of the jobs that the script starts and does not see to their end; of use where the plan is whole. */
  readonly jobsLeft: readonly Finding[];
}

export type PlanEntry = PlannedStatement | PlannedWay;

export interface PlannedStatement {
  readonly kind: 'statement';
  readonly statement: Statement;
  readonly steps: readonly PlannedStep[];
  readonly entries: readonly PlanEntry[];
  readonly before: BlockGraph;
  readonly after: BlockGraph;
}

export interface PlannedStep {
  readonly step: Step;
  /** Milliseconds that `within` gives the statement. */
  readonly limit?: number;
}

/** Statements that a run may come to, or not. */
export interface PlannedWay {
  readonly kind: 'way';
  readonly when: string;
  readonly entries: readonly PlanEntry[];
}

/** Plans a bound script without sending anything: every step, and the graph before and after each statement. */
export async function makePlan(script: Script, options: PlanOptions): Promise<Plan> {
  const world = new PlanningWorld(options.schema, options.graph ?? unknownGraph);
  const jobsThere = options.graph?.jobs.keys() ?? [];
  const carried = options.carried ? copyCarried(options.carried) : nothingCarried(options.now, jobsThere);
  const context = startingContext(world, carried, options);
  try {
    await evaluateScript(script, context);
  } catch (error) {
    if (!(error instanceof PlanEnd)) throw error;
  }
  return { entries: world.entries, findings: context.findings, jobsLeft: world.jobsLeft() };
}

/** The context that a script starts in, for plans and for runs. */
export function startingContext(
  world: World,
  carried: Carried,
  options: Pick<PlanOptions, 'parameters' | 'sandboxDevices' | 'whereAccepted'>,
): Context {
  return {
    ...carried,
    world,
    endpoints: new Map(),
    findings: [],
    parameters: options.parameters ?? new Map(),
    sandboxDevices: options.sandboxDevices ?? new Map(),
    deferred: [],
    whereAccepted: options.whereAccepted,
    unchecked: false,
  };
}

interface OpenEntry {
  readonly statement?: Statement;
  readonly steps: PlannedStep[];
  readonly entries: PlanEntry[];
  readonly before: BlockGraph;
}

class PlanningWorld implements World {
  readonly planning = true;
  readonly schema: Schema;
  readonly entries: PlanEntry[] = [];
  #graph: BlockGraph;
  readonly #open: OpenEntry[] = [];
  readonly #origins = new Origins();

  constructor(schema: Schema, graph: BlockGraph) {
    this.schema = schema;
    this.#graph = graph;
  }

  async graph(): Promise<BlockGraph> {
    return this.#graph;
  }

  /** A `chain` line tells what is there; it changes nothing. */
  learn(graph: BlockGraph): void {
    this.#graph = graph;
  }

  forgetJobs(): void {
    this.#origins.forgetJobs();
    this.#graph = { ...this.#graph, jobs: new Map() };
  }

  origin(earlier: Earlier): Label | undefined {
    return this.#origins.labelOf(earlier);
  }

  async perform(step: Step, limit?: Limit): Promise<Datum> {
    this.#open.at(-1)?.steps.push(limit ? { step, limit: limit.milliseconds } : { step });
    const after = predictStep(this.#graph, step);
    if (!('refused' in after)) {
      const statement = this.#open.findLast(entry => entry.statement)?.statement;
      this.#origins.note(this.#graph, after, step, statement?.span);
      this.#graph = after;
    }
    if (step.kind === 'execute') return new Later(`the reply of ${step.command}`);
    if (step.kind === 'await-event') return new Later(`the data of ${step.event}`);
    if (step.kind !== 'await-job') return null;
    const id = step.job instanceof Later ? step.job.what : step.job;
    const later = (what: string) => new Later(`the ${what} of ${id}`);
    return {
      id: step.job,
      type: later('type'),
      status: later('status'),
      'current-progress': later('progress'),
      'total-progress': later('whole length'),
      error: later('error'),
    };
  }

  /** The jobs that the script starts and does not see to their end. */
  jobsLeft(): Finding[] {
    return this.#origins.jobsLeft(this.#graph);
  }

  async changed(): Promise<boolean> {
    return true;
  }

  output(): void {}

  enter(statement: Statement): void {
    this.#open.push({ statement, steps: [], entries: [], before: this.#graph });
  }

  async leave(statement: Statement, _outcome: Outcome): Promise<void> {
    const entry = this.#open.pop();
    if (!entry) return;
    const { steps, entries, before } = entry;
    this.#siblings().push({ kind: 'statement', statement, steps, entries, before, after: this.#graph });
  }

  async either(ways: readonly Way[]): Promise<void> {
    const before = this.#graph;
    const ends: BlockGraph[] = [];
    const start = this.#open.at(-1)?.before ?? before;
    for (const { when, walk, afterFailure } of ways) {
      this.#graph = afterFailure ? agreement(start, before) : before;
      const entries: PlanEntry[] = [];
      this.#open.push({ steps: [], entries, before });
      await walk();
      this.#open.pop();
      ends.push(this.#graph);
      if (entries.length > 0) this.#siblings().push({ kind: 'way', when, entries });
    }
    this.#graph = ends.reduce(agreement, ends[0] ?? before);
    this.#origins.join(ends, this.#graph);
  }

  #siblings(): PlanEntry[] {
    return this.#open.at(-1)?.entries ?? this.entries;
  }
}

/** What two graphs have in common. */
function agreement(one: BlockGraph, other: BlockGraph): BlockGraph {
  if (one === other) return one;
  const same = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b);
  const common = <V extends object>(left: ReadonlyMap<string, V>, right: ReadonlyMap<string, V>) =>
    differences(left, right)
      .filter(name => !same(left.get(name), right.get(name)))
      .reduce(withoutEntry<V>, left);
  const nodes = common(one.nodes, other.nodes);
  const jobs = common(one.jobs, other.jobs);
  const attachments = one.attachments.filter(item =>
    other.attachments.some(candidate => same(item, candidate)),
  );
  const isSame =
    [one, other].every(graph => graph.nodes.size === nodes.size && graph.jobs.size === jobs.size) &&
    [one, other].every(graph => graph.attachments.length === attachments.length);
  return {
    nodes,
    jobs,
    attachments,
    ...(one.files && other.files ? { files: common(one.files, other.files) } : {}),
    complete: one.complete && other.complete && isSame,
  };
}

import type { Finding } from '../../diagnostics/diagnostic.ts';
import { type BlockGraph, unknownGraph } from '../../graph/graph.ts';
import type { Schema } from '../../qapi/schema.ts';
import type { Datum } from '../../statements/datum.ts';
import type { Step } from '../../statements/step.ts';
import type { Script, Statement } from '../../syntax/ast.ts';
import { declaredEndpoints } from '../declared-endpoints.ts';
import { noCalls } from '../evaluate/calls.ts';
import {
  type Carried,
  type Context,
  copyCarried,
  nothingCarried,
  type WhereAccepted,
} from '../evaluate/context.ts';
import { evaluateScript, PlanEnd } from '../evaluate/evaluate.ts';
import type { HostRules } from '../evaluate/outside/host-rules.ts';
import type { World } from '../evaluate/world.ts';
import { PlanBook, PlanningWorld } from './planning-world.ts';

export interface PlanOptions {
  readonly schema: Schema;
  /** The graph that the script starts from; without it what its own `chain` lines say. */
  readonly graph?: BlockGraph;
  /** The QEMUs of a script with endpoints, by their names; then `graph` says nothing. */
  readonly endpoints?: ReadonlyMap<string, PlanEndpoint>;
  readonly parameters?: ReadonlyMap<string, Datum>;
  readonly sandboxDevices?: ReadonlyMap<string, string>;
  readonly whereAccepted?: WhereAccepted;
  /** What `$` lines, `io` and `restart` may do; without it what they may do anywhere. */
  readonly host?: HostRules;
  /** What earlier scripts left known, where this one goes on; a plan leaves it as it is, a run adds to it. */
  readonly carried?: Carried;
  /** The moment that `$now` stands for. */
  readonly now: Date;
}

/** What is known beforehand of the QEMU at an endpoint. */
export interface PlanEndpoint {
  readonly schema: Schema;
  readonly graph?: BlockGraph;
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
  /** The endpoint that it is for, where the script has several; the graphs are those of its QEMU. */
  readonly target?: string;
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
  const book = new PlanBook();
  const { world, endpoints, jobsThere } = worldsFor(book, script, options);
  const carried = options.carried ? copyCarried(options.carried) : nothingCarried(options.now, jobsThere);
  const context = startingContext(world, carried, options, endpoints);
  try {
    await evaluateScript(script, context);
  } catch (error) {
    if (!(error instanceof PlanEnd)) throw error;
  }
  return {
    entries: book.entries,
    findings: context.findings,
    jobsLeft: book.worlds.flatMap(each => each.jobsLeft()),
  };
}

function worldsFor(book: PlanBook, script: Script, { schema, graph, endpoints }: PlanOptions) {
  const names = endpointNames(script, endpoints);
  const there = names.map(name => [name, endpoints?.get(name)] as const);
  const incoming = new Set(declaredEndpoints(script).flatMap(({ name, incoming }) => (incoming ? name : [])));
  const graphs = names.length > 0 ? there.map(([, known]) => known?.graph) : [graph];
  return {
    world: new PlanningWorld(book, schema, (names.length === 0 && graph) || unknownGraph, {
      elsewhere: names,
    }),
    endpoints: new Map(
      there.map(([endpoint, known]) => [
        endpoint,
        new PlanningWorld(book, known?.schema ?? schema, known?.graph ?? unknownGraph, {
          endpoint,
          incoming: incoming.has(endpoint) && known?.graph === undefined,
        }),
      ]),
    ),
    jobsThere: graphs.flatMap(known => [...(known?.jobs.keys() ?? [])]),
  };
}

/** The endpoints that a script has: those that it declares, and those that are there from what it goes on from. */
function endpointNames(script: Script, there: PlanOptions['endpoints']): string[] {
  return [...new Set([...declaredEndpoints(script).map(({ name }) => name), ...(there?.keys() ?? [])])];
}

/** The context that a script starts in, for plans and for runs. */
export function startingContext(
  world: World,
  carried: Carried,
  options: Pick<PlanOptions, 'parameters' | 'sandboxDevices' | 'whereAccepted' | 'host'>,
  endpoints: ReadonlyMap<string, World> = new Map(),
): Context & { readonly findings: Finding[] } {
  return {
    ...carried,
    world,
    endpoints,
    findings: [],
    parameters: options.parameters ?? new Map(),
    sandboxDevices: options.sandboxDevices ?? new Map(),
    deferred: [],
    whereAccepted: options.whereAccepted,
    host: options.host,
    unchecked: false,
    calls: noCalls(),
  };
}

import { whichTarget } from '../../diagnostics/catalogue/endpoints.ts';
import type { Finding, Label } from '../../diagnostics/diagnostic.ts';
import { type BlockGraph, type Earlier, unknownGraph } from '../../graph/graph.ts';
import { Later } from '../../qapi/placeholder.ts';
import type { Schema } from '../../qapi/schema.ts';
import type { Datum } from '../../statements/datum.ts';
import type { Step } from '../../statements/step.ts';
import type { Statement } from '../../syntax/ast.ts';
import type { Span } from '../../text/source.ts';
import { scriptError } from '../evaluate/failure.ts';
import { predictStep } from '../evaluate/predict.ts';
import { isOfThisHost, type Limit, type Outcome, type Way, type World } from '../evaluate/world.ts';
import { Origins } from '../origins.ts';
import { agreedGraph } from './agreed-graph.ts';
import type { PlanEntry, PlannedStep } from './plan.ts';

interface OpenEntry {
  readonly statement?: Statement;
  readonly steps: PlannedStep[];
  readonly entries: PlanEntry[];
  /** The graph of each endpoint as the entry began. */
  readonly before: ReadonlyMap<PlanningWorld, BlockGraph>;
}

/** What the endpoints of a script share while it is planned: one list of statements, in the order of the script. */
export class PlanBook {
  readonly entries: PlanEntry[] = [];
  readonly worlds: PlanningWorld[] = [];
  readonly open: OpenEntry[] = [];

  /** The graph of each endpoint as it is predicted to be now. */
  graphs(): Map<PlanningWorld, BlockGraph> {
    return new Map(this.worlds.map(world => [world, world.now]));
  }

  begin(statement?: Statement): OpenEntry {
    const entry = { ...(statement ? { statement } : {}), steps: [], entries: [], before: this.graphs() };
    this.open.push(entry);
    return entry;
  }

  add(entry: PlanEntry): void {
    (this.open.at(-1)?.entries ?? this.entries).push(entry);
  }

  get span(): Span | undefined {
    return this.open.findLast(entry => entry.statement)?.statement?.span;
  }
}

/** An endpoint as a plan sees it: the graph that each step is predicted to leave. */
export class PlanningWorld implements World {
  readonly planning = true;
  readonly schema: Schema;
  /** Undefined in a script with one QEMU, and for what is for none of several. */
  readonly endpoint: string | undefined;
  /** The graph as it is predicted to be now. */
  now: BlockGraph;
  readonly #book: PlanBook;
  readonly #origins = new Origins();
  /** Whether its QEMU waits for a guest, whose devices hold no disk until then. */
  readonly #incoming: boolean;
  /** The endpoints there are, where a statement has to say which one it is for. */
  readonly #elsewhere: readonly string[];

  constructor(
    book: PlanBook,
    schema: Schema,
    graph: BlockGraph,
    place: {
      readonly endpoint?: string;
      readonly elsewhere?: readonly string[];
      readonly incoming?: boolean;
    } = {},
  ) {
    this.#book = book;
    this.schema = schema;
    this.now = graph;
    this.endpoint = place.endpoint;
    this.#incoming = place.incoming ?? false;
    this.#elsewhere = place.elsewhere ?? [];
    book.worlds.push(this);
  }

  async graph(): Promise<BlockGraph> {
    return this.now;
  }

  /** A `chain` line tells what is there; it changes nothing. */
  learn(graph: BlockGraph): void {
    const isNew = graph.attachments.length > this.now.attachments.length;
    this.now = this.#incoming && isNew ? withIdleDevices(graph) : graph;
  }

  forgetJobs(): void {
    this.#origins.forgetJobs();
    this.now = { ...this.now, jobs: new Map() };
  }

  origin(earlier: Earlier): Label | undefined {
    return this.#origins.labelOf(earlier);
  }

  async perform(step: Step, limit?: Limit): Promise<Datum> {
    const { span } = this.#book;
    if (this.#elsewhere.length > 0 && !isOfThisHost(step))
      throw scriptError(whichTarget(span ?? { start: 0, end: 0 }, this.#elsewhere));
    this.#book.open.at(-1)?.steps.push(limit ? { step, limit: limit.milliseconds } : { step });
    const after = predictStep(this.now, step);
    if (!('refused' in after)) {
      this.#origins.note(this.now, after, step, span);
      this.now = after;
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
    return this.#origins.jobsLeft(this.now);
  }

  async changed(): Promise<boolean> {
    return true;
  }

  output(): void {}

  enter(statement: Statement): void {
    this.#book.begin(statement);
  }

  async leave(statement: Statement, _outcome: Outcome): Promise<void> {
    const entry = this.#book.open.pop();
    if (!entry) return;
    const { steps, entries, before } = entry;
    this.#book.add({
      kind: 'statement',
      statement,
      ...(this.endpoint === undefined ? {} : { target: this.endpoint }),
      steps,
      entries,
      before: before.get(this) ?? unknownGraph,
      after: this.now,
    });
  }

  /** What a way does to any endpoint is joined: a block of one may hold statements for another. */
  async either(ways: readonly Way[]): Promise<void> {
    const book = this.#book;
    const before = book.graphs();
    const start = book.open.at(-1)?.before ?? before;
    const ends: Map<PlanningWorld, BlockGraph>[] = [];
    for (const { when, walk, afterFailure } of ways) {
      for (const [world, graph] of before)
        world.now = afterFailure ? agreedGraph(start.get(world) ?? graph, graph) : graph;
      const { entries } = book.begin();
      await walk();
      book.open.pop();
      ends.push(book.graphs());
      if (entries.length > 0) book.add({ kind: 'way', when, entries });
    }
    for (const [world, graph] of before) {
      world.#join(
        ends.flatMap(end => end.get(world) ?? []),
        graph,
      );
    }
  }

  #join(ends: readonly BlockGraph[], before: BlockGraph): void {
    this.now = ends.reduce(agreedGraph, ends[0] ?? before);
    this.#origins.join(ends, this.now);
  }
}

function withIdleDevices(graph: BlockGraph): BlockGraph {
  const attachments = graph.attachments.map(item =>
    item.kind === 'export' ? item : { ...item, idle: true as const },
  );
  return { ...graph, attachments };
}

import type { BlockGraph, NodeName, Refusal } from '../graph/graph.ts';
import type { Later } from '../qapi/placeholder.ts';
import type { Datum, DatumObject, NodeDatum } from './datum.ts';
import type { Fit } from './fits.ts';
import type { Step } from './step.ts';

/** What kind of value a parameter takes. Completion, help and the reference are derived from it. */
export type ParameterKind =
  /** A node that is there; or, when the parameter named by `madeWith` is given too, one that the statement makes. */
  | { readonly is: 'node'; readonly madeWith?: string; readonly orNull?: true }
  /** A name for a node that the statement makes. */
  | { readonly is: 'new-node' }
  | { readonly is: 'device' }
  | { readonly is: 'job' }
  /** A bitmap's name; with `elsewhere` also one of another node, as QMP has it: `{"node": "A", "name": "b0"}`. */
  | { readonly is: 'bitmap'; readonly elsewhere?: true }
  | { readonly is: 'export' }
  /** A file as QEMU sees it, from its working folder. */
  | { readonly is: 'path' }
  /** Bytes: an integer of the wire. */
  | { readonly is: 'size' }
  | { readonly is: 'integer' }
  | { readonly is: 'boolean' }
  | { readonly is: 'string' }
  | { readonly is: 'duration' }
  | { readonly is: 'choice'; readonly of: readonly string[] }
  /** Several of a kind; one alone is a list of one. */
  | { readonly is: 'list'; readonly of: ParameterKind };

export interface ParameterDefinition {
  readonly name: string;
  readonly kind: ParameterKind;
  /** A few words that follow "the parameter is". */
  readonly summary: string;
  readonly required?: boolean;
  /** The argument of the QMP command that takes its value, where its name differs: `base-node` for `base`. */
  readonly argument?: string;
  /** Which of the nodes, jobs or bitmaps that there are make sense here; without it all of them. */
  readonly fits?: Fit;
}

export type Ending = 'pivot' | 'cancel';

/** A script that shows the statement at work: it is in the reference, and the tests compile it. */
export interface Example {
  readonly title: string;
  readonly script: string;
}

/**
 * One statement of the language: everything that parsing, checking, completion, help and the reference need to know of
 * it. The first parameter is the subject: the word behind the verb is its value.
 */
export interface StatementDefinition {
  /** One word, or two where several statements share the first: `bitmap add`. */
  readonly verb: string;
  /** One sentence in the imperative, without a full stop. */
  readonly summary: string;
  /** What more there is to know, in whole sentences. */
  readonly details?: string;
  readonly parameters: readonly ParameterDefinition[];
  /** The QMP command whose further arguments the statement accepts under their own names. */
  readonly command?: string | ((keys: ReadonlySet<string>) => string);
  /** Arguments of that command which nobody has to write, and which say how others are read, as `driver` does. */
  readonly implied?: (given: Call['given'], graph: BlockGraph) => DatumObject;
  /** The endings it knows; a statement without any starts no job that waits at READY. */
  readonly endings?: readonly Ending[];
  /** The type of the job it starts, which also begins the job's generated id. */
  readonly job?: string;
  readonly examples: readonly Example[];
  lower(call: Call): Lowering | Refusal;
}

/** A statement's arguments, checked against its definition and evaluated, with what it may look at. */
export interface Call {
  /** By parameter name. A missing optional one is undefined; any may hold a `Later` while planning. */
  readonly given: Readonly<Record<string, Datum | undefined>>;
  /** Arguments under QMP names, nested and typed by the schema. */
  readonly further: Readonly<Record<string, Datum>>;
  readonly graph: BlockGraph;
  readonly ending?: Ending;
  /** The name of a node of the graph, to be sent: `what` in its place where a plan only stands in for one that QEMU will make up. */
  named(node: NodeName, what: string): NodeName | Later;
  /** Whether the QEMU at hand has a command, with such an argument. */
  knows(command: string, argument?: string): boolean;
  /** A job id that is free: `commit0`, or what `job-id=` says for the job of the statement itself. */
  jobId(type: string): string;
}

export interface Binding {
  readonly name: string;
  readonly node: NodeDatum;
}

/** What a call becomes: steps, then at most one job that belongs to the statement. */
export interface Lowering {
  readonly steps: readonly Step[];
  readonly job?: StartedJob;
  readonly binds?: readonly Binding[];
}

export interface StartedJob {
  readonly id: string;
  /** How the job comes to its end; undefined where only the run will show. */
  readonly ends: 'by-itself' | 'when-told' | 'never' | undefined;
}

/** A `Refusal` whose `argument` is a parameter of the statement. */
export function refuse(refusal: Omit<Refusal, 'refused'>): Refusal {
  return { refused: true, ...refusal };
}

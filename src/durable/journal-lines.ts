import type { FailureKind } from '../compile/evaluate/failure.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { Json, JsonObject } from '../qmp/json.ts';
import type { Source } from '../text/source.ts';

/** What a journal begins with: all that a run is made of, so that it needs nothing else to go on. */
export interface Head {
  readonly qblk: 'run';
  readonly version: number;
  readonly run: string;
  readonly source: Source;
  readonly parameters: { readonly [name: string]: string };
  /** What `$now` stands for. */
  readonly now: string;
  /** The folder that relative names on this host begin in. */
  readonly folder: string;
  readonly allowed: AllowedOfRun;
  readonly qemus: readonly QemuOfRun[];
}

/** What the command line lets a run do beyond what every run may. */
export interface AllowedOfRun {
  readonly exec: readonly string[];
  readonly raw: readonly string[];
  readonly paths: readonly string[];
  readonly libvirt: boolean;
}

/** One QEMU of a run. */
export interface QemuOfRun {
  /** Of its endpoint, where the script has several. */
  readonly name?: string;
  readonly address: string;
  /** Whether there is a mark of the run inside it, which tells it from one that was started later. */
  readonly marked: boolean;
}

/** A step that changes something is about to be sent. */
export interface IntentLine {
  readonly n: number;
  /** The step's number among those that change something, from 1. */
  readonly s: number;
  /** Tells steps apart. */
  readonly d: string;
  /** For people: the command and whom it is about. */
  readonly what: string;
  /** The jobs that it starts. */
  readonly jobs?: readonly string[];
  readonly at?: string;
}

/** What came of an operation: of a step, or of a question that the script asked. */
export interface AnswerLine {
  readonly n: number;
  readonly d: string;
  readonly ok?: Json;
  readonly failed?: FailedLine;
}

export interface FailedLine {
  readonly kind: FailureKind;
  readonly finding: Finding;
  readonly reason: string;
}

/** How a job ended, written down before QEMU is told to forget it. */
export interface VerdictLine {
  readonly verdict: JsonObject;
}

/** The run is over. */
export interface EndLine {
  readonly end: 'done' | 'failed';
  readonly message?: string;
}

export type Line = Head | IntentLine | AnswerLine | VerdictLine | EndLine;

export const JOURNAL_VERSION = 2;

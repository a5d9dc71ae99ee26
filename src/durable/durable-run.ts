import { StatementFailure } from '../compile/evaluate/failure.ts';
import type { World } from '../compile/evaluate/world.ts';
import { journalOfOtherScript } from '../diagnostics/catalogue/durable-runs.ts';
import type { Json, JsonObject } from '../qmp/json.ts';
import type { Datum } from '../statements/datum.ts';
import type { Statement } from '../syntax/ast.ts';
import { digest } from '../text/digest.ts';
import { DurableError } from './durable-error.ts';
import type { Journal } from './journal.ts';
import type { AnswerLine, IntentLine } from './journal-lines.ts';
import type { Past } from './read-journal.ts';

/** What a person has said about the step in flight: that it is to be sent again, or that it was carried out. */
export type Choice = 'redo' | 'skip';

/** One thing that the script does or asks, by its number in the run. */
export interface Operation {
  readonly n: number;
  readonly d: string;
  /** It was about to be carried out when the run broke off. */
  readonly intent?: IntentLine;
  /** What came of it, where that was written down. */
  readonly answer?: AnswerLine;
}

interface Open {
  readonly world: World;
  readonly statement: Statement;
  hasEarlierChange: boolean;
  skipped?: string;
}

/**
 * How far a run is, over all its QEMUs. What a script does follows from the answers that it gets, so a run that goes on counts
 * through the same operations and takes their answers from the journal, until it comes to one without.
 */
export class DurableRun {
  /** What it is called. */
  readonly id: string;
  readonly journal: Journal;
  readonly choice: Choice | undefined;
  readonly #past: Pick<Past, 'intents' | 'answers'>;
  /** The statements that are being carried out, and where; nobody is told of one before there is something new in it. */
  readonly #open: Open[] = [];
  readonly #verdicts = new Set<string>();
  #isLive = false;
  #isTakingUp: boolean;
  #operations = 0;
  #steps = 0;
  #stopped: { readonly reason: unknown } | undefined;

  constructor(id: string, journal: Journal, past?: Past, choice?: Choice) {
    this.id = id;
    this.journal = journal;
    this.choice = choice;
    this.#isTakingUp = past !== undefined;
    this.#past = past ?? { intents: new Map(), answers: new Map() };
    for (const id of past?.verdicts.keys() ?? []) this.#verdicts.add(id);
  }

  /** The number of the last step that changes something. */
  get step(): number {
    return this.#steps;
  }

  /** Counts an operation that `words` tell from others. Throws where the journal has another one in its place, or where the run is stopped. */
  begin(words: string): Operation {
    if (this.#stopped) throw this.#stopped.reason;
    const n = ++this.#operations;
    const d = digest(words);
    const intent = this.#past.intents.get(n);
    const answer = this.#past.answers.get(n);
    const known = intent ?? answer;
    if (known && known.d !== d)
      throw this.stop(new DurableError('journal', journalOfOtherScript(this.id, n)));
    if (intent) this.#steps = intent.s;
    if (!answer) this.#goLive();
    return { n, d, ...(intent ? { intent } : {}), ...(answer ? { answer } : {}) };
  }

  /** Whether a wait is the first thing that a run does that goes on. Asks once. */
  takeUp(): boolean {
    const isFirst = this.#isTakingUp;
    this.#isTakingUp = false;
    return isFirst;
  }

  /** Writes down that a step is about to be sent. */
  intend(
    { n, d }: Operation,
    { what, jobs, at }: Pick<IntentLine, 'what' | 'at'> & { readonly jobs: readonly string[] },
  ): void {
    const s = ++this.#steps;
    this.#isTakingUp = false;
    for (const id of jobs) this.#verdicts.delete(id);
    this.#write(() =>
      this.journal.secure({
        n,
        s,
        d,
        what,
        ...(jobs.length > 0 ? { jobs } : {}),
        ...(at === undefined ? {} : { at }),
      }),
    );
  }

  /** Writes down what came of an operation; `keep` where it can't be asked again. */
  answered({ n, d }: Operation, ok: Datum, how: 'note' | 'keep'): void {
    this.#write(() => this.journal[how]({ n, d, ok: ok as Json }));
  }

  failed({ n, d }: Operation, { kind, finding, reason }: StatementFailure): void {
    this.#write(() => this.journal.keep({ n, d, failed: { kind, finding, reason } }));
  }

  /** Whether it is written down how a job ended. */
  knowsVerdict(id: string): boolean {
    return this.#verdicts.has(id);
  }

  /** A job's last record was an answer, so that is written down. */
  noteVerdict(id: string): void {
    this.#verdicts.add(id);
  }

  /** Writes down how a job ended, unless that was done before. */
  verdict(record: JsonObject): void {
    const id = String(record['id']);
    if (this.#verdicts.has(id)) return;
    this.#verdicts.add(id);
    this.#write(() => this.journal.secure({ verdict: record }));
  }

  /** Ends the run where it is: nothing is sent any more, deferred statements included, and it can go on later. Answers with the reason. */
  stop(reason: unknown): unknown {
    this.#stopped ??= { reason };
    return this.#stopped.reason;
  }

  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  enter(world: World, statement: Statement): void {
    this.#open.push({ world, statement, hasEarlierChange: false });
    if (this.#isLive) world.enter(statement);
  }

  /** Something was changed in the statement at hand before this program began. */
  noteEarlierChange(): void {
    const open = this.#open.at(-1);
    if (open) open.hasEarlierChange = true;
  }

  /** A step of the statement at hand is passed over, as a person has said. */
  noteSkipped(title: string): void {
    const open = this.#open.at(-1);
    if (open) open.skipped = title;
  }

  /** Ends the statement at hand. */
  leave(): Pick<Open, 'hasEarlierChange' | 'skipped'> & { readonly isTold: boolean } {
    const { hasEarlierChange = false, skipped } = this.#open.pop() ?? {};
    return { isTold: this.#isLive, hasEarlierChange, ...(skipped === undefined ? {} : { skipped }) };
  }

  #goLive(): void {
    if (this.#isLive) return;
    this.#isLive = true;
    for (const { world, statement } of this.#open) world.enter(statement);
  }

  #write(write: () => void): void {
    try {
      write();
    } catch (error) {
      throw this.stop(error);
    }
  }
}

/** What an operation came to when the run was there before: its answer, or the failure that it ended with. */
export function recall({ ok, failed }: AnswerLine): Datum {
  if (failed) throw new StatementFailure(failed.kind, failed.finding, { reason: failed.reason });
  return (ok ?? null) as Datum;
}

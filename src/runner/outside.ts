import { Interruption, StatementFailure } from '../compile/evaluate/failure.ts';
import { hasKnownEffect } from '../compile/evaluate/outside/host-effects.ts';
import { nameHandedOver } from '../compile/evaluate/outside/host-harm.ts';
import { inSeconds } from '../compile/evaluate/waits.ts';
import type { Limit } from '../compile/evaluate/world.ts';
import { outOfTime } from '../diagnostics/catalogue/failures.ts';
import { refusedByGraph } from '../diagnostics/catalogue/graph.ts';
import { notKnownYet } from '../diagnostics/catalogue/plans.ts';
import * as problems from '../diagnostics/catalogue/surroundings.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import { fileNamed } from '../graph/files.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { Later } from '../qapi/placeholder.ts';
import { QmpError } from '../qmp/errors.ts';
import type { Session } from '../qmp/session.ts';
import { findLater } from '../statements/datum.ts';
import type { CheckStep, ComparedFile, GuestIoStep, HostStep } from '../statements/step.ts';
import type { Span } from '../text/source.ts';
import { GuestIoError, guestIo } from './guest-io.ts';
import { type Ended, findProgram, lastWords, runProgram } from './host-program.ts';
import type { Interrupt } from './interrupt.ts';
import { endJobs } from './leftover-jobs.ts';
import type { Reporter } from './reporter.ts';
import type { Surroundings } from './surroundings.ts';

/** How things stand when a step is taken. */
export interface Moment {
  readonly session: Session;
  readonly graph: BlockGraph;
  readonly span: Span;
  readonly limit: Limit | undefined;
  readonly interrupt: Interrupt;
}

/** Carries out what a script does around a QEMU: programs of the host, a guest's reads and writes, a restart, comparisons. */
export class Outside {
  readonly #surroundings: Surroundings;
  readonly #reporter: Reporter;
  /** The formats of files as they were last seen: an image that is compared is no longer open. */
  readonly #formats = new Map<string, string>();
  /** What QEMU called files, those included that it has let go of since. */
  readonly #names = new Set<string>();
  #hasSaid = false;

  constructor(surroundings: Surroundings, reporter: Reporter) {
    this.#surroundings = surroundings;
    this.#reporter = reporter;
  }

  /** Takes note of a command that was carried out, as far as later steps go by it. */
  noteCommand(command: string, members: { readonly [name: string]: unknown }): void {
    if (command === 'nbd-server-start') this.#surroundings.nbdAddress = members['addr'];
  }

  /** Takes note of the files of a graph. */
  noteFiles({ files }: BlockGraph): void {
    for (const { filename, format } of files?.values() ?? []) {
      this.#names.add(filename);
      if (format !== undefined) this.#formats.set(filename, format);
    }
  }

  /** Runs a program of the host. Answers with what it printed, which the simulator leaves open. */
  async run(step: HostStep, moment: Moment): Promise<string | Later> {
    const later = findLater(step.arguments);
    if (later) throw new StatementFailure('refused', notKnownYet(moment.span, later.what));
    if (this.#isSimulated(moment.span, hasKnownEffect(step))) {
      this.#surroundings.pretend?.(step);
      return new Later(`what ${step.program} prints`);
    }
    const handed = this.#surroundings.rules.files && nameHandedOver(step, this.#names);
    if (handed) throw new StatementFailure('refused', refusedByGraph(moment.span, handed));
    const ended = await this.#program(step.program, step.arguments as readonly string[], moment);
    if (ended.status === 0) return ended.stdout.trim();
    const said = lastWords(ended);
    throw failed(problems.hostProgramFailed(moment.span, step.program, statusText(ended.status), said), said);
  }

  /** Reads or writes as the guest would. */
  async guestIo({ disk, command }: GuestIoStep, moment: Moment): Promise<string> {
    const later = findLater([disk, command]);
    if (later) throw new StatementFailure('refused', notKnownYet(moment.span, later.what));
    if (this.#isSimulated(moment.span)) return '';
    const { session, graph, span } = moment;
    const { qemuFolder } = this.#surroundings;
    const run = (words: readonly string[]) => this.#program('qemu-io', words, moment, qemuFolder);
    try {
      const place = { session, graph, surroundings: this.#surroundings, run };
      return await guestIo(String(disk), String(command), place);
    } catch (error) {
      if (!(error instanceof GuestIoError)) throw error;
      const say = error.isLost ? problems.writeNotThere : problems.guestIoFailed;
      throw failed(say(span, String(command), error.said), error.said);
    }
  }

  /** Ends the QEMU and starts it again. Answers with the session that the run goes on with. */
  async restart(look: () => Promise<BlockGraph>, { session, span }: Moment): Promise<Session> {
    const { restart } = this.#surroundings;
    if (!restart) throw new StatementFailure('refused', problems.sandboxOnly(span, 'restart'));
    await endJobs(session);
    try {
      return await restart(await look());
    } catch (error) {
      if (error instanceof QmpError || !(error instanceof Error)) throw error;
      throw new StatementFailure('refused', problems.restartRefused(span, error.message), { cause: error });
    }
  }

  /** Compares two images. Answers with where they differ first, in qemu-img's words, that their lengths do, or with null. */
  async compare(
    { files }: Extract<CheckStep['check'], { kind: 'identical' }>,
    moment: Moment,
  ): Promise<string | Later | null> {
    if (this.#isSimulated(moment.span)) return new Later('whether they are identical');
    const [one, other] = files;
    const formats = ['-f', this.#formatOf(one, moment), '-F', this.#formatOf(other, moment)];
    const names = files.map(({ filename }) => pathWord(String(filename)));
    const ended = await this.#program('qemu-img', ['compare', ...formats, ...names], moment);
    const lines = ended.stdout.trim().split('\n');
    // Without its strict mode qemu-img only warns of it; that mode would refuse a copy with other holes as well.
    const sizesDiffer = lines.some(line => line.includes('Image size mismatch'));
    if (ended.status === 0) return sizesDiffer ? problems.LENGTHS_DIFFER : null;
    if (ended.status === 1) return lines.find(line => !line.startsWith('Warning:')) ?? '';
    const said = lastWords(ended);
    throw failed(problems.compareFailed(moment.span, said), said);
  }

  #formatOf({ filename, format }: ComparedFile, { graph, span }: Moment): string {
    const name = String(filename);
    const known = fileNamed(graph, name)?.format ?? this.#formats.get(name) ?? format;
    if (known === undefined) throw new StatementFailure('script', problems.formatNotKnown(span, name));
    return known;
  }

  /** Whether there are no data at all, which is said once; `isPretended`: the simulator does what matters of it. */
  #isSimulated(span: Span, isPretended = false): boolean {
    if (this.#surroundings.rules.place !== 'simulator') return false;
    if (!this.#hasSaid && !isPretended) this.#reporter.finding(problems.simulatorHasNoData(span));
    this.#hasSaid ||= !isPretended;
    return true;
  }

  async #program(
    name: string,
    words: readonly string[],
    { span, limit, interrupt }: Moment,
    folder = this.#surroundings.folder,
  ): Promise<Ended> {
    const { tools } = this.#surroundings;
    const file = findProgram(name, name.startsWith('qemu-') ? tools : undefined);
    if (file === undefined) throw new StatementFailure('refused', problems.hostProgramMissing(span, name));
    const over = limit && AbortSignal.timeout(Math.max(0, Math.ceil(limit.at - performance.now())));
    const signal = AbortSignal.any([over, interrupt.signal].filter(one => one !== undefined));
    const ended = await runProgram(file, words, folder, signal);
    if (interrupt.signal?.aborted) {
      interrupt.take();
      throw new Interruption();
    }
    if (over?.aborted && ended.status !== 0) {
      const finding = outOfTime(span, inSeconds(limit), `${name} was ended`);
      throw new StatementFailure('timeout', finding);
    }
    return ended;
  }
}

function failed(finding: Finding, said: readonly string[]): StatementFailure {
  return new StatementFailure('refused', finding, { reason: said.join('\n') || finding.message });
}

function statusText(status: number): string {
  return status > 128 ? `ended by signal ${status - 128}` : `exit status ${status}`;
}

/** A file's name as a word of a command line that is surely a path: neither an option nor a protocol. */
function pathWord(filename: string): string {
  const path = filename.replace(/^file:/, '');
  return path.startsWith('/') ? path : `./${path}`;
}

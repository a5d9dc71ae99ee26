import { join } from 'node:path';
import { isRefusal } from '../../../src/commands/define.ts';
import { applyCommand } from '../../../src/commands/index.ts';
import type { BlockGraph, BlockNode, Refusal } from '../../../src/graph/graph.ts';
import { queriesFor, readGraph } from '../../../src/graph/introspect.ts';
import { ExecuteError } from '../../../src/qmp/errors.ts';
import type { Json, JsonObject } from '../../../src/qmp/json.ts';
import type { Daemon } from '../../jobs/storage-daemon.ts';
import { isAvoided, leaks, settled } from './avoided.ts';
import { IMAGES } from './images.ts';
import type { Command } from './operations.ts';
import { recordedBacking, type View, viewOf } from './view.ts';

/** Counts over all walks. */
export interface Tally {
  walks: number;
  steps: number;
  accepted: number;
  refused: number;
  unmodelled: number;
  /** Walks that ended early, where a bug of QEMU leaves it in a state that no command shows. */
  cut: number;
  /** Facts of a node that the model could not know, read from QEMU. */
  learnt: number;
  /** Refusals whose words are QEMU's own. */
  sameWords: number;
}

export function newTally(): Tally {
  return { walks: 0, steps: 0, accepted: 0, refused: 0, unmodelled: 0, cut: 0, learnt: 0, sameWords: 0 };
}

/** Where the two sides differ, with everything that led there. */
class Disagreement extends Error {
  readonly about: string;

  constructor(about: string, commands: readonly Command[], detail: string) {
    const lines = commands.map(({ command, args }) => `  ${command} ${JSON.stringify(args)}`);
    super(`the model and QEMU disagree: ${about}\n${detail}\nafter\n${lines.join('\n')}`);
    this.about = about;
  }
}

interface Answer {
  readonly class: string;
  readonly desc: string;
}

const PATIENCE = 2000;

/** The model and a storage daemon that are told the same, and compared after each step. */
export class Walk {
  graph: BlockGraph;
  readonly said: Command[] = [];
  readonly words: { command: string; qemu: string; model: string | undefined; code: string }[] = [];
  readonly #daemon: Daemon;
  readonly #tally: Tally;

  constructor(daemon: Daemon, tally: Tally) {
    this.#daemon = daemon;
    this.#tally = tally;
    const files = new Map(IMAGES.map(file => [file.filename, file]));
    this.graph = { nodes: new Map(), attachments: [], jobs: new Map(), files, complete: true };
  }

  /** The chain A <- B <- C <- D, D being exported, and an NBD server. */
  async begin(): Promise<void> {
    this.#tally.walks++;
    let backing: string | null = null;
    for (const name of ['A', 'B', 'C', 'D']) {
      const file = { driver: 'file', filename: `${name.toLowerCase()}.qcow2` };
      await this.#accepted('blockdev-add', { driver: 'qcow2', 'node-name': name, file, backing });
      backing = name;
    }
    await this.#accepted('nbd-server-start', { addr: { type: 'unix', data: { path: 'nbd.sock' } } });
    await this.#accepted('block-export-add', { type: 'nbd', id: 'x0', 'node-name': 'D', writable: true });
  }

  /** False: the model does not know what came of it, and the walk ends. */
  async step(command: Command): Promise<boolean> {
    if (isAvoided(command, this.graph)) return true;
    this.said.push(command);
    this.#tally.steps++;
    const outcome = applyCommand(this.graph, command.command, command.args, { as: 'qemu' });
    const answer = await this.#send(command);
    if (outcome === 'unmodelled') {
      this.#tally.unmodelled++;
      return false;
    }
    if (isRefusal(outcome)) {
      this.#compareRefusal(command, outcome, answer);
      if (answer && leaks(command, answer, this.graph)) {
        this.#tally.cut++;
        return false;
      }
    } else if (answer)
      this.#disagree(`QEMU refuses ${command.command}`, `QEMU: ${answer.class}: ${answer.desc}`);
    else {
      this.#tally.accepted++;
      await this.#exportsGone(outcome);
      this.graph = outcome;
    }
    await this.#settle();
    await this.#compare();
    return true;
  }

  /** QEMU lets go of an export's node a moment after its reply. */
  async #exportsGone(after: BlockGraph): Promise<void> {
    const left = new Set(after.attachments.map(({ id }) => id));
    const gone = this.graph.attachments.map(({ id }) => id).filter(id => !left.has(id));
    const { events } = this.#daemon.session;
    for (const start = Date.now(); Date.now() - start < PATIENCE; await soon()) {
      const ended = events
        .filter(({ event }) => event === 'BLOCK_EXPORT_DELETED')
        .map(({ data }) => data?.['id']);
      if (gone.every(id => ended.includes(id))) return;
    }
  }

  #compareRefusal({ command }: Command, refusal: Refusal, answer: Answer | undefined): void {
    const said = `model: ${refusal.code}: ${refusal.message}`;
    if (!answer)
      throw new Disagreement(
        `QEMU accepts ${command}, which the model refuses as ${refusal.code}`,
        this.said,
        said,
      );
    this.#tally.refused++;
    const same = refusal.qemu?.desc === answer.desc;
    if (same) this.#tally.sameWords++;
    else
      this.words.push({
        command,
        qemu: `${answer.class}: ${answer.desc}`,
        model: refusal.qemu?.desc,
        code: refusal.code,
      });
    if ((refusal.qemu?.class ?? 'GenericError') !== answer.class)
      this.#disagree(
        `the class of the refusal of ${command}`,
        `${said} (${refusal.qemu?.class})\nQEMU: ${answer.class}: ${answer.desc}`,
      );
  }

  async #accepted(command: string, args: JsonObject): Promise<void> {
    if (!(await this.step({ command, args }))) throw new Error(`${command} is not modelled`);
  }

  async #send({ command, args }: Command): Promise<Answer | undefined> {
    const real = (await this.#realNames(args)) as JsonObject;
    try {
      await this.#execute(command, real);
      return undefined;
    } catch (error) {
      if (!(error instanceof ExecuteError)) this.#disagree(`QEMU ended at ${command}`, String(error));
      return { class: error.class, desc: error.description };
    }
  }

  /** A reopen repeats its file by name; the model makes up other names than QEMU. */
  async #realNames(args: JsonObject): Promise<Json> {
    if (!Array.isArray(args['options'])) return args;
    const seen = await this.#seen();
    const options = args['options'].map(one => {
      const { file, 'node-name': name, ...rest } = one as JsonObject;
      const real = seen.nodes.get(String(name))?.children?.['file'];
      const said = typeof file === 'string' && file.startsWith('#') ? real : file;
      return { ...rest, 'node-name': name, ...(said === undefined ? {} : { file: said }) } as JsonObject;
    });
    return { ...args, options };
  }

  /** Lets every job come to rest on both sides; a finished stream is dismissed, for QEMU 7.2 can't be asked for its nodes before. */
  async #settle(): Promise<void> {
    this.graph = settled(this.graph);
    const wanted = JSON.stringify(statuses([...this.graph.jobs.values()]));
    const start = Date.now();
    for (;;) {
      const jobs = (await this.#ask('query-jobs')) as unknown as Status[];
      const found = JSON.stringify(statuses(jobs));
      if (found === wanted) break;
      if (Date.now() - start > PATIENCE)
        this.#disagree(
          'jobs',
          `QEMU: ${found} ${jobs.map(job => job.error ?? '').join(' ')}\nmodel: ${wanted}`,
        );
      await soon();
    }
    for (const job of [...this.graph.jobs.values()]) {
      if (job.type !== 'stream' || job.status !== 'concluded') continue;
      const outcome = applyCommand(this.graph, 'job-dismiss', { id: job.id }, { as: 'qemu' });
      await this.#daemon.session.execute('job-dismiss', { id: job.id });
      if (outcome !== 'unmodelled' && !isRefusal(outcome)) this.graph = outcome;
    }
  }

  async #compare(): Promise<void> {
    const seen = await this.#seen();
    this.#learn(seen);
    const there = viewOf(seen, node => this.#recorded(seen, node));
    const here = viewOf(this.graph, node => node.backingString);
    const lines = differences(here, there);
    if (lines.length > 0) this.#disagree(`after ${this.said.at(-1)?.command}`, lines.join('\n'));
  }

  #recorded(seen: BlockGraph, node: BlockNode): string | undefined {
    const file = seen.nodes.get(node.children?.['file'] ?? '')?.filename ?? node.filename;
    return file === undefined ? undefined : recordedBacking(join(this.#daemon.folder, file));
  }

  #learn(seen: BlockGraph): void {
    const nodes = new Map(this.graph.nodes);
    for (const node of nodes.values()) {
      const real = seen.nodes.get(node.name);
      if (!real) continue;
      const learnt: Record<string, unknown> = {};
      for (const key of ['size', 'clusterSize', 'readOnly', 'backing', 'driver', 'bitmaps'] as const)
        if (node[key] === undefined && real[key] !== undefined) learnt[key] = real[key];
      if (node.driver === 'file' && node.size !== real.size) learnt['size'] = real.size;
      if (node.driver === 'qcow2' && !('backingString' in node) && this.#recorded(seen, real) !== undefined)
        learnt['backingString'] = this.#recorded(seen, real);
      this.#tally.learnt += Object.keys(learnt).length;
      nodes.set(node.name, { ...node, ...learnt });
    }
    this.graph = { ...this.graph, nodes };
  }

  async #seen(): Promise<BlockGraph> {
    const replies: Record<string, unknown> = {};
    const queries = queriesFor(() => true);
    await Promise.all(
      queries.map(async query => {
        replies[query.command] = await this.#ask(query.command, query.arguments);
      }),
    );
    return readGraph(replies);
  }

  async #ask(command: string, args?: JsonObject): Promise<Json> {
    try {
      return await this.#execute(command, args);
    } catch (error) {
      return this.#disagree(`QEMU ended before ${command}`, String(error));
    }
  }

  /** A QEMU that hangs would hold up the walk for ever. */
  async #execute(command: string, args?: JsonObject): Promise<Json> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('QEMU hangs')), 5 * PATIENCE);
    });
    try {
      return await Promise.race([this.#daemon.session.execute(command, args), silence]);
    } finally {
      clearTimeout(timer);
    }
  }

  #disagree(about: string, detail: string): never {
    throw new Disagreement(about, this.said, detail);
  }
}

function soon(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 1));
}

interface Status {
  readonly id: string;
  readonly status: string;
  readonly error?: string;
}

function statuses(jobs: readonly Status[]): string[] {
  return jobs.map(job => `${job.id} ${job.status}`).sort();
}

function differences(model: View, qemu: View): string[] {
  const lines: string[] = [];
  for (const part of ['nodes', 'unnamed', 'exports', 'jobs'] as const) {
    const [here, there] = [model[part], qemu[part]] as unknown as Record<string, unknown>[];
    for (const key of new Set([...Object.keys(here ?? {}), ...Object.keys(there ?? {})])) {
      const [one, other] = [JSON.stringify(here?.[key]), JSON.stringify(there?.[key])];
      if (one !== other) lines.push(`${part} ${key}\n  model: ${one}\n  QEMU:  ${other}`);
    }
  }
  return lines;
}

import { expect } from 'vitest';
import { isRefusal } from '../../src/commands/define.ts';
import { applyCommand } from '../../src/commands/index.ts';
import { settleJob } from '../../src/commands/jobs/settle.ts';
import { beneathFilters, chainOf, rootOf } from '../../src/graph/chain.ts';
import type { BlockGraph, JobStatus } from '../../src/graph/graph.ts';
import { queriesFor, readGraph } from '../../src/graph/introspect.ts';
import type { Oracle } from './qmp-client.ts';

type Outcome = 'accepted' | { readonly class: string; readonly desc: string };

/** What both must agree on: of each node with a name its bitmaps, recorded backing and size; chains of exports; jobs. */
function factsOf(graph: BlockGraph) {
  const named = [...graph.nodes.values()].filter(({ name }) => !name.startsWith('#'));
  const nodes = named.map(({ name, backing, readOnly, size, backingString, bitmaps }) => {
    const below = backing ? beneathFilters(graph, backing) : backing;
    const known = [...(bitmaps ?? [])].sort((one, other) => (one.name < other.name ? -1 : 1));
    return [
      name,
      {
        // QEMU makes up other names than the model does.
        backing: below?.startsWith('#') ? '#' : below,
        readOnly,
        size,
        backingString,
        bitmaps: known.map(({ readOnly: _, ...bitmap }) => bitmap),
      },
    ] as const;
  });
  const exports = graph.attachments.filter(({ kind }) => kind === 'export');
  return {
    nodes: Object.fromEntries(nodes.sort(([one], [other]) => (one < other ? -1 : 1))),
    exports: exports.map(item => [item.id, chainOf(graph, rootOf(graph, item)).length]),
    jobs: [...graph.jobs.values()].map(({ id, status }) => `${id} ${status}`).sort(),
  };
}

/** A real QEMU and the model, which get the same commands and must say the same. */
export class SideBySide {
  readonly qemu: Oracle;
  graph: BlockGraph;
  #version: Promise<{ readonly qemu: { readonly major: number; readonly minor: number } }> | undefined;

  constructor(qemu: Oracle, graph: BlockGraph) {
    this.qemu = qemu;
    this.graph = graph;
  }

  /** What QEMU shows now. */
  static async seen(qemu: Oracle): Promise<BlockGraph> {
    const replies: Record<string, unknown> = {};
    for (const query of queriesFor(() => true)) {
      replies[query.command] = await qemu.execute(query.command, query.arguments);
    }
    return readGraph(replies);
  }

  /** Sends a command to both: the same answer, and where it is accepted the same graph. */
  async send(command: string, args: Record<string, unknown>): Promise<Outcome> {
    const predicted = applyCommand(this.graph, command, args, { as: 'qemu' });
    if (predicted === 'unmodelled') throw new Error(`${command} is not modelled`);
    const real = await this.qemu.execute(command, args).then(
      (): Outcome => 'accepted',
      (error: Error & { class: string }): Outcome => ({ class: error.class, desc: error.message }),
    );
    const said = isRefusal(predicted) ? (predicted.qemu ?? predicted) : 'accepted';
    // The model has the words of QEMU 7.2; other versions word some errors otherwise.
    const exact = (await this.version()) === 7.2;
    const shown = (outcome: object | string) =>
      exact || typeof outcome === 'string' || !('class' in outcome) ? outcome : { class: outcome.class };
    expect({ command, args, said: shown(said) }).toEqual({ command, args, said: shown(real) });
    if (!isRefusal(predicted)) this.graph = predicted;
    return real;
  }

  /** QEMU's version as `major.minor`. */
  async version(): Promise<number> {
    this.#version ??= this.qemu.execute('query-version');
    const { major, minor } = (await this.#version).qemu;
    return Number(`${major}.${minor}`);
  }

  async accepted(command: string, args: Record<string, unknown>): Promise<void> {
    expect(await this.send(command, args)).toBe('accepted');
  }

  async refused(command: string, args: Record<string, unknown>): Promise<void> {
    expect(await this.send(command, args)).not.toBe('accepted');
  }

  /** Waits for a job on QEMU's side, and settles it on the model's. */
  async rests(id: string, status: JobStatus): Promise<string | undefined> {
    const job = await this.qemu.jobRests(id, status);
    this.graph = settleJob(this.graph, id, status, job.error !== undefined);
    return job.error;
  }

  async agree(): Promise<void> {
    expect(factsOf(this.graph)).toEqual(factsOf(await SideBySide.seen(this.qemu)));
  }
}

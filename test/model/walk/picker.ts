import { parentsOf } from '../../../src/graph/chain.ts';
import type { BlockGraph } from '../../../src/graph/graph.ts';

/** What a walk has to choose from: the model's graph, and which step it is, for names that nothing has yet. */
export interface Surroundings {
  readonly graph: BlockGraph;
  readonly step: number;
}

/** A bitmap as commands name it. */
export interface BitmapName {
  readonly node: string;
  readonly name: string;
}

/**
 * Turns numbers into choices, each modulo what there is, so that a walk stays meaningful when fast-check shrinks it. The
 * first option of every choice is the plainest one, for numbers shrink to 0.
 */
export class Picker {
  readonly #numbers: readonly number[];
  readonly #surroundings: Surroundings;
  #at = 0;
  #suffix = '';

  constructor(numbers: readonly number[], surroundings: Surroundings) {
    this.#numbers = numbers;
    this.#surroundings = surroundings;
  }

  /** Tells the new names of the actions of one transaction apart. */
  nextAction(at: number): void {
    this.#suffix = String.fromCharCode(97 + at);
  }

  get #label(): string {
    return `${this.#surroundings.step}${this.#suffix}`;
  }

  get graph(): BlockGraph {
    return this.#surroundings.graph;
  }

  #next(): number {
    return this.#numbers[this.#at++ % this.#numbers.length] ?? 0;
  }

  of<T>(options: readonly [T, ...T[]]): T {
    return options[this.#next() % options.length] as T;
  }

  /** Yes once in `times`. */
  seldom(times: number): boolean {
    return this.#next() % times === times - 1;
  }

  /** A named node: seldom one that is not there. */
  node(): string {
    const names = [...this.graph.nodes.keys()].filter(name => !name.startsWith('#'));
    if (this.seldom(25) || names.length === 0) return this.of(['nope', '#nope', '']);
    return names[this.#next() % names.length] as string;
  }

  /** A node as big as this one with no other over it; where there is none, any. */
  fitting(name: string): string {
    const size = this.graph.nodes.get(name)?.size;
    const names = [...this.graph.nodes.values()]
      .filter(
        node => node.size === size && node.name !== name && parentsOf(this.graph, node.name).length === 0,
      )
      .map(node => node.name)
      .filter(other => !other.startsWith('#'));
    return names.length === 0 ? this.node() : (names[this.#next() % names.length] as string);
  }

  /** A node that is a file by itself; where there is none, one that is not there. */
  file(): string {
    const names = [...this.graph.nodes.values()].filter(
      node => node.driver === 'file' && !node.name.startsWith('#'),
    );
    return names.length === 0 ? 'nofile' : (names[this.#next() % names.length]?.name ?? 'nofile');
  }

  /** The node that an export is on, or else any. */
  root(): string {
    const names = this.graph.attachments.map(item => item.node).filter(name => !name.startsWith('#'));
    if (names.length === 0 || this.seldom(3)) return this.node();
    return names[this.#next() % names.length] as string;
  }

  /** A name for a new node: seldom a taken one or one that no node can have. */
  newNode(): string {
    if (this.seldom(20)) return this.of([this.node(), '1bad', 'a'.repeat(32), '']);
    return `N${this.#label}`;
  }

  job(): string {
    const ids = [...this.graph.jobs.keys()];
    if (ids.length === 0 || this.seldom(15)) return 'nojob';
    return ids[this.#next() % ids.length] as string;
  }

  /** What the arguments of a new job have in common; seldom an id that is taken, bad or missing. */
  newJob(): Record<string, unknown> {
    const id = this.seldom(15)
      ? this.of<string | undefined>([this.job(), undefined, '1bad', ''])
      : this.#id();
    return {
      ...(id === undefined ? {} : { 'job-id': id }),
      ...this.maybe('auto-dismiss', 2, () => false),
      ...this.maybe('auto-finalize', 4, () => false),
    };
  }

  #id(): string {
    return `j${this.#label}`;
  }

  export(): string {
    const ids = this.graph.attachments.map(item => item.id);
    if (ids.length === 0 || this.seldom(10)) return 'noexport';
    return ids[this.#next() % ids.length] as string;
  }

  newExport(): string {
    return this.seldom(10) ? this.export() : `x${this.#label}`;
  }

  /** A bitmap that is there, by chance one of this node's; seldom one that is not there. */
  bitmap(node?: string): BitmapName {
    const there = [...this.graph.nodes.values()]
      .filter(({ name }) => !name.startsWith('#') && (node === undefined || name === node))
      .flatMap(({ name, bitmaps }) => (bitmaps ?? []).map(bitmap => ({ node: name, name: bitmap.name })));
    if (there.length === 0 || this.seldom(12)) return { node: node ?? this.node(), name: this.#someBitmap() };
    return there[this.#next() % there.length] as BitmapName;
  }

  #someBitmap(): string {
    return this.of(['b0', 'b1', 'p', 'nobitmap']);
  }

  newBitmap(): string {
    return this.seldom(8) ? this.of(['b0', 'p', '', 'x'.repeat(1024)]) : `b${this.of([0, 1, 2])}`;
  }

  newFile(): string {
    return `f${this.#label}.qcow2`;
  }

  /** An argument that is there once in `times`. */
  maybe(name: string, times: number, value: () => unknown): Record<string, unknown> {
    return this.seldom(times) ? { [name]: value() } : {};
  }
}

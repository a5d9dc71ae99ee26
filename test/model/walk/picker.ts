import type { BlockGraph } from '../../../src/graph/graph.ts';

/** What a walk has to choose from: the model's graph, and which step it is, for names that nothing has yet. */
export interface Surroundings {
  readonly graph: BlockGraph;
  readonly step: number;
}

/**
 * Turns numbers into choices, each modulo what there is, so that a walk stays meaningful when fast-check shrinks it. The
 * first option of every choice is the plainest one, for numbers shrink to 0.
 */
export class Picker {
  readonly #numbers: readonly number[];
  readonly #surroundings: Surroundings;
  #at = 0;

  constructor(numbers: readonly number[], surroundings: Surroundings) {
    this.#numbers = numbers;
    this.#surroundings = surroundings;
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
    return `N${this.#surroundings.step}`;
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
    return `j${this.#surroundings.step}`;
  }

  export(): string {
    const ids = this.graph.attachments.map(item => item.id);
    if (ids.length === 0 || this.seldom(10)) return 'noexport';
    return ids[this.#next() % ids.length] as string;
  }

  newExport(): string {
    return this.seldom(10) ? this.export() : `x${this.#surroundings.step}`;
  }

  newFile(): string {
    return `f${this.#surroundings.step}.qcow2`;
  }

  /** An argument that is there once in `times`. */
  maybe(name: string, times: number, value: () => unknown): Record<string, unknown> {
    return this.seldom(times) ? { [name]: value() } : {};
  }
}

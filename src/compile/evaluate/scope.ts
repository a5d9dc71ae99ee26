import type { Datum, NodeDatum } from '../../statements/datum.ts';

/**
 * The names that a script has bound so far. Nodes and variables are apart: a bare word where a node is wanted is a node's
 * name, never a variable's.
 */
export class Scope {
  readonly #nodes = new Map<string, NodeDatum>();
  readonly #variables = new Map<string, Datum>();
  readonly #parent: Scope | undefined;

  constructor(parent?: Scope) {
    this.#parent = parent;
  }

  node(name: string): NodeDatum | undefined {
    return this.#nodes.get(name) ?? this.#parent?.node(name);
  }

  /** What `$name` stands for; null is a value, undefined is none. */
  value(name: string): Datum | undefined {
    if (this.#variables.has(name)) return this.#variables.get(name);
    return this.#nodes.get(name) ?? this.#parent?.value(name);
  }

  /** Binds a node's name, in the whole script: nodes outlive blocks. */
  bindNode(name: string, node: NodeDatum): void {
    if (this.#parent) this.#parent.bindNode(name, node);
    else this.#nodes.set(name, node);
  }

  bind(name: string, value: Datum): void {
    this.#variables.set(name, value);
  }

  /** Every name that `$` can stand before, for suggestions. */
  names(): string[] {
    return [...this.#variables.keys(), ...this.#nodes.keys(), ...(this.#parent?.names() ?? [])];
  }

  /** Every bound node, by the script's name for it. */
  nodes(): ReadonlyMap<string, NodeDatum> {
    return this.#parent ? this.#parent.nodes() : this.#nodes;
  }
}

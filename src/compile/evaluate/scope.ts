import type { Datum, NodeDatum } from '../../statements/datum.ts';

/**
 * The names that a script has bound so far. Nodes and variables are apart: a bare word where a node is wanted is a node's
 * name, never a variable's. Each endpoint has nodes of its own.
 */
export class Scope {
  readonly #variables: Map<string, Datum>;
  readonly #nodes: Map<string, Map<string, NodeDatum>>;
  readonly #parent: Scope | undefined;
  /** The endpoint whose nodes these are; empty where there is one QEMU. */
  readonly endpoint: string;

  private constructor(
    variables: Map<string, Datum>,
    nodes: Map<string, Map<string, NodeDatum>>,
    parent: Scope | undefined,
    endpoint: string,
  ) {
    this.#variables = variables;
    this.#nodes = nodes;
    this.#parent = parent;
    this.endpoint = endpoint;
  }

  /** A scope in which nothing is bound. */
  static empty(): Scope {
    return new Scope(new Map(), new Map(), undefined, '');
  }

  /** The scope of a block: variables bound there end with it, nodes do not. */
  inner(): Scope {
    return new Scope(new Map(), this.#nodes, this, this.endpoint);
  }

  /** The same variables, with the nodes of another endpoint. */
  at(endpoint: string): Scope {
    return new Scope(this.#variables, this.#nodes, this.#parent?.at(endpoint), endpoint);
  }

  /** What is bound now in a scope of its own: what is bound there later is not bound here. */
  copy(): Scope {
    return this.copyOver(this.#copiedNodes());
  }

  #copiedNodes(): Map<string, Map<string, NodeDatum>> {
    return new Map([...this.#nodes].map(([endpoint, known]) => [endpoint, new Map(known)]));
  }

  private copyOver(nodes: Map<string, Map<string, NodeDatum>>): Scope {
    const parent = this.#parent?.copyOver(nodes);
    return new Scope(new Map(this.#variables), nodes, parent, this.endpoint);
  }

  /**
   * The scope of a procedure's body. It sees what is bound at the top, or with `isClosed` nothing but `$now`, and what is bound
   * in it ends with it, nodes too: they are its own names for what any script has.
   */
  ofCall(isClosed: boolean): Scope {
    if (!isClosed) return this.#top().copyOver(this.#copiedNodes()).inner();
    const scope = new Scope(new Map(), new Map(), undefined, this.endpoint);
    scope.bind('now', this.#top().#variables.get('now') ?? null);
    return scope;
  }

  #top(): Scope {
    return this.#parent ? this.#parent.#top() : this;
  }

  node(name: string): NodeDatum | undefined {
    return this.nodes().get(name);
  }

  /** What `$name` stands for; null is a value, undefined is none. */
  value(name: string): Datum | undefined {
    if (this.#variables.has(name)) return this.#variables.get(name);
    return this.#parent ? this.#parent.value(name) : this.node(name);
  }

  /** Binds a node's name, in the whole script: nodes outlive blocks. */
  bindNode(name: string, node: NodeDatum): void {
    const known = this.#nodes.get(this.endpoint);
    if (known) known.set(name, node);
    else this.#nodes.set(this.endpoint, new Map([[name, node]]));
  }

  bind(name: string, value: Datum): void {
    this.#variables.set(name, value);
  }

  /** Every name that `$` can stand before, for suggestions. */
  names(): string[] {
    return [...this.#variables.keys(), ...(this.#parent?.names() ?? this.nodes().keys())];
  }

  /** Every bound node of the endpoint, by the script's name for it. */
  nodes(): ReadonlyMap<string, NodeDatum> {
    return this.#nodes.get(this.endpoint) ?? NONE;
  }
}

const NONE: ReadonlyMap<string, NodeDatum> = new Map();

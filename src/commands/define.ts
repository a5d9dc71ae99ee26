import type { BlockGraph, Refusal } from '../graph/graph.ts';
import { isObject } from '../qmp/json.ts';

/** A QMP command as far as the block graph goes. Its functions are pure and never throw, whatever the arguments are. */
export interface CommandModel {
  /** QMP's own name. */
  readonly name: string;
  /** The graph once QEMU has answered, or why QEMU refuses. What the arguments leave unsaid changes nothing. */
  apply(graph: BlockGraph, args: Arguments): BlockGraph | Refusal;
  /** Why it should not be sent although QEMU accepts it: data would be lost, or nothing would come of it. */
  hazard?(graph: BlockGraph, args: Arguments): Refusal | undefined;
  /** What is hardly meant, or will be missed later, although no data is lost by it: a warning. */
  caution?(graph: BlockGraph, args: Arguments): Caution | undefined;
  /** The arguments that name nodes whose contents it goes by. */
  readonly reads?: readonly string[];
}

/** Something to think of before a command is sent; it does not keep it from being sent. */
export interface Caution extends Omit<Refusal, 'refused' | 'qemu'> {
  /** A note only tells of what may be; without it this is a warning. */
  readonly severity?: 'note';
}

/** A command's arguments as they came, unchecked: each read names the type that it takes, and gives nothing otherwise. */
export class Arguments {
  readonly #members: Readonly<Record<string, unknown>>;

  constructor(members: unknown) {
    this.#members = isObject(members) ? members : {};
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#members, name);
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    return typeof value === 'string' ? value : undefined;
  }

  /** A whole number; one beyond the safe range is rounded, which sizes never reach. */
  integer(name: string): number | undefined {
    const value = this.value(name);
    if (typeof value === 'bigint') return Number(value);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }

  flag(name: string): boolean | undefined {
    const value = this.value(name);
    return typeof value === 'boolean' ? value : undefined;
  }

  /** The argument that says this, where one does. */
  naming(text: string): string | undefined {
    return Object.keys(this.#members).find(name => this.#members[name] === text);
  }

  value(name: string): unknown {
    return Object.hasOwn(this.#members, name) ? this.#members[name] : undefined;
  }
}

/** Whether a command's outcome is a refusal. */
export function isRefusal(outcome: BlockGraph | Refusal | object | undefined): outcome is Refusal {
  return outcome !== undefined && 'refused' in outcome && outcome.refused === true;
}

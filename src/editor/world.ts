import type { Carried } from '../compile/evaluate/context.ts';
import type { BlockGraph } from '../graph/graph.ts';
import type { Schema } from '../qapi/schema.ts';

/** A QEMU as it was last seen. */
export interface SeenQemu {
  readonly schema: Schema;
  readonly graph: BlockGraph;
}

/** All that completion, hints and colours know of what a line is for. A line with `@dst` is for the QEMU of that endpoint. */
export interface EditorWorld extends SeenQemu {
  readonly endpoints?: ReadonlyMap<string, SeenQemu>;
  /** The names, procedures and job ids that earlier entries left. */
  readonly carried?: Carried;
  /** What an entry may begin with beside a statement: the commands of a prompt. */
  readonly commands?: readonly PromptWord[];
  /** The names that a path which begins like this can go on with, folders with a `/` at the end. Never throws. */
  readonly paths?: (prefix: string) => readonly string[];
}

/** A command of a prompt, as completion and colours know it. */
export interface PromptWord {
  /** As it is typed: `:save`, `help`. */
  readonly name: string;
  /** One sentence in the imperative, without a full stop. */
  readonly summary: string;
  /** What stands behind it: `FILE`, `on|off`; empty for nothing. */
  readonly form: string;
  /** What completes it; a `query` is a statement that changes nothing. */
  readonly takes?: 'statement' | 'query' | 'path' | 'topic' | readonly string[];
}

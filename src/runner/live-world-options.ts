import type { BlockGraph } from '../graph/graph.ts';
import type { Schema } from '../qapi/schema.ts';
import type { Session } from '../qmp/session.ts';
import type { Interrupt } from './interrupt.ts';
import type { Jobs } from './jobs.ts';
import type { Reporter } from './reporter.ts';
import type { MaySend } from './shown-steps.ts';
import type { Surroundings } from './surroundings.ts';

/** What a live world acts on, and whom it tells. */
export interface LiveWorldOptions {
  readonly session: Session;
  readonly jobs: Jobs;
  readonly schema: Schema;
  readonly reporter: Reporter;
  /** The graph as it was just read. */
  readonly graph?: BlockGraph;
  /** Gives up the statement at hand, once. */
  readonly interrupt?: Interrupt;
  /** Holds the run to what was shown; without it everything may be sent. */
  readonly maySend?: MaySend;
  /** Without them those of a QEMU on this host. */
  readonly surroundings?: Surroundings | undefined;
}

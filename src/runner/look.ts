import { settleJob } from '../commands/jobs/settle.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { queriesFor, readGraph } from '../graph/introspect.ts';
import type { Schema } from '../qapi/schema.ts';
import { ExecuteError } from '../qmp/errors.ts';
import type { Json } from '../qmp/json.ts';
import type { Session } from '../qmp/session.ts';
import { type JobRecord, readJobs } from './job-record.ts';
import { deadlyUndismissed, endingOf, type KnownOfJobs } from './quirks.ts';

/** What a look needs to know where listing the nodes at the wrong moment would kill the QEMU. */
export interface KnownBefore extends KnownOfJobs {
  /** The graph as it should be now. */
  readonly graph: BlockGraph;
}

/** The graph of before with what its jobs must have done to it since: the nodes themselves were not asked for. */
function withJobsSeen(
  before: BlockGraph,
  records: readonly JobRecord[],
  seen: BlockGraph['jobs'],
): BlockGraph {
  const settled = records.reduce(
    (graph, { id, status, error }) => settleJob(graph, id, status, error !== undefined),
    before,
  );
  return { ...settled, jobs: new Map([...seen].map(([id, job]) => [id, settled.jobs.get(id) ?? job])) };
}

/**
 * Reads the block graph of a QEMU as it is now. A question that it refuses leaves that part unknown. Where a QEMU does not
 * bear to be asked for its nodes beside a job, the nodes are those `before`, or unknown.
 */
export async function look(session: Session, schema: Schema, before?: KnownBefore): Promise<BlockGraph> {
  const replies: Record<string, Json> = {};
  const ask = async (command: string, members?: { readonly [key: string]: Json }) => {
    try {
      replies[command] = await session.execute(command, members);
    } catch (error) {
      if (!(error instanceof ExecuteError)) throw error;
    }
  };
  const queries = queriesFor((command, argument) => schema.has(command, argument));
  const deadly = deadlyUndismissed(session);
  // A job that somebody begins just now is of no harm elsewhere.
  if (before?.jobs?.areNone && deadly === undefined) replies['query-jobs'] = [];
  if (deadly !== undefined) {
    await ask('query-jobs');
    const records = readJobs(replies['query-jobs'] ?? null);
    const ending = endingOf(deadly, records, before);
    if (ending) {
      const seen = readGraph(replies);
      const isKnown = before !== undefined && before.graph.hiddenBy === undefined;
      if (isKnown) return withJobsSeen(before.graph, records, seen.jobs);
      return { ...seen, complete: false, hiddenBy: ending.id };
    }
  }
  const open = queries.filter(({ command }) => !(command in replies));
  await Promise.all(open.map(query => ask(query.command, query.arguments)));
  return readGraph(replies);
}

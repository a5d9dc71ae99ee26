import type { BlockGraph } from '../graph/graph.ts';
import { queriesFor, readGraph } from '../graph/introspect.ts';
import type { Schema } from '../qapi/schema.ts';
import { ExecuteError } from '../qmp/errors.ts';
import type { Json } from '../qmp/json.ts';
import type { Session } from '../qmp/session.ts';
import { readJobs } from './job-record.ts';
import { diesOfUndismissedStreams } from './quirks.ts';

/** What a look needs to know where listing the nodes at the wrong moment would kill the QEMU. */
export interface KnownBefore {
  /** The graph as it should be now. */
  readonly graph: BlockGraph;
  /** Streams that may end at any moment and stay undismissed for a while. */
  readonly streams: ReadonlySet<string>;
}

/**
 * Reads the block graph of a QEMU as it is now. A question that it refuses leaves that part unknown. Where a QEMU does not
 * bear to be asked for its nodes beside a stream, the nodes are those `before`, or unknown.
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
  if (diesOfUndismissedStreams(session)) {
    await ask('query-jobs');
    const streams = readJobs(replies['query-jobs'] ?? null).filter(({ type }) => type === 'stream');
    if (streams.some(({ id, status }) => status === 'concluded' || before?.streams.has(id))) {
      const { jobs } = readGraph(replies);
      return before ? { ...before.graph, jobs } : { ...readGraph(replies), complete: false };
    }
  }
  const open = queries.filter(({ command }) => !(command in replies));
  await Promise.all(open.map(query => ask(query.command, query.arguments)));
  return readGraph(replies);
}

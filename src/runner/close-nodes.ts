import { chainOf } from '../graph/chain.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { ExecuteError } from '../qmp/errors.ts';
import type { Session } from '../qmp/session.ts';

/**
 * Closes the chains of a storage daemon, its exports first, so that each image stores its bitmaps: 5.2 does not close them
 * when it quits. What can't be closed stays open.
 */
export async function closeNodes(session: Session, graph: BlockGraph): Promise<void> {
  const exports = graph.attachments.filter(({ kind }) => kind === 'export');
  if (exports.length < graph.attachments.length) return;
  const attempt = async (command: string, members: { readonly [name: string]: string }) => {
    try {
      await session.execute(command, members);
    } catch (error) {
      if (!(error instanceof ExecuteError)) throw error;
    }
  };
  for (const { id } of exports) await attempt('block-export-del', { id, mode: 'hard' });
  // An export lets go of its node a moment after its removal is answered.
  for (let left = PATIENCE; left > 0; left--) {
    const there = await session.execute('query-block-exports');
    if (!Array.isArray(there) || there.length === 0) break;
    await new Promise(resolve => setTimeout(resolve, PAUSE));
  }
  const nodes = new Set(exports.flatMap(({ node }) => chainOf(graph, node)));
  for (const name of nodes) await attempt('blockdev-del', { 'node-name': name });
}

const PAUSE = 10;
const PATIENCE = 100;

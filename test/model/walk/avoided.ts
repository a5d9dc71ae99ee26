import { isRefusal } from '../../../src/commands/define.ts';
import { applyCommand } from '../../../src/commands/index.ts';
import { settleJob } from '../../../src/commands/jobs/settle.ts';
import { linksDown, parentsOf } from '../../../src/graph/chain.ts';
import type { BlockGraph } from '../../../src/graph/graph.ts';
import { outcomeOf } from '../../../src/graph/job.ts';
import type { JsonObject } from '../../../src/qmp/json.ts';
import type { Command } from './operations.ts';

const ENABLE = 'block-dirty-bitmap-enable';
const RECORDING = ['blockdev-snapshot-sync', 'drive-mirror', 'drive-backup'];

/**
 * Whether a refusal may leave a trace that no command shows, so that nobody can go on from there: QEMU 7.2 was seen to forget
 * a user on the node of a stream that it refuses so late, and once to leave bitmaps read-only after it refused a reopen to
 * read-only.
 */
export function leaks(
  { command, args }: Command,
  { desc }: { readonly desc: string },
  graph: BlockGraph,
): boolean {
  if (command === 'block-stream') return desc.startsWith('Permission conflict');
  if (command !== 'blockdev-reopen' || !Array.isArray(args['options'])) return false;
  return (args['options'] as JsonObject[]).some(one => {
    const node = graph.nodes.get(String(one['node-name']));
    const stores = one['read-only'] === true && node?.readOnly !== true;
    return stores && node?.bitmaps?.some(({ persistent }) => persistent);
  });
}

/** What no walk sends, for QEMU ends at it, or nobody can go on from there. */
export function isAvoided(command: Command, graph: BlockGraph): boolean {
  const isBad = command.command === 'transaction' ? isAvoidedTransaction : isOverBackup;
  return isBad(command, graph) || disturbsBitmaps(command, graph) || storesNothing(command, graph);
}

/** QEMU 7.2 was seen to leave an image of no bytes writable where it should be read-only: it could not store its bitmaps. */
function storesNothing({ command, args }: Command, graph: BlockGraph): boolean {
  const node = graph.nodes.get(String(args['node-name'] ?? args['node']));
  if (command === 'block_resize') return args['size'] === 0 && (node?.bitmaps?.length ?? 0) > 0;
  return command === 'block-dirty-bitmap-add' && node?.size === 0;
}

/** The graph once every job has come to its next rest; one that is given up gives up its group. */
export function settled(graph: BlockGraph): BlockGraph {
  let now = graph;
  for (const id of graph.jobs.keys()) {
    const job = now.jobs.get(id);
    const outcome = job && outcomeOf(now, job);
    if (outcome) now = settleJob(now, id, outcome.status, outcome.error !== undefined);
  }
  const isGivenUp = [...now.jobs.values()].some(({ status }) => status === 'aborting');
  return isGivenUp && now !== graph ? settled(now) : now;
}

/**
 * Every QEMU ends where a node is closed or resized while an export shows a bitmap of it. QEMU 7.2 ends where the source of a
 * backup goes with its job, finished or cancelled, with bitmaps or without; 5.2, 10.0 and 11.1 were seen to go on.
 */
function disturbsBitmaps({ command, args }: Command, graph: BlockGraph): boolean {
  const outcome = applyCommand(graph, command, args, { as: 'qemu' });
  if (outcome === 'unmodelled' || isRefusal(outcome)) return false;
  const after = settled(outcome);
  const sources = [...graph.jobs.values()].flatMap(
    ({ type, on }) => (type === 'backup' && on?.['device']) || [],
  );
  if (sources.some(source => graph.nodes.has(source) && !after.nodes.has(source))) return true;
  return after.attachments
    .flatMap(({ bitmaps }) => bitmaps ?? [])
    .some(
      ({ node }) => graph.nodes.get(node)?.size !== after.nodes.get(node)?.size || !after.nodes.has(node),
    );
}

/**
 * What no walk does over the filter of a backup: QEMU 7.2 ends at such a stream, and at a reopen that lets go of the chain;
 * and a new image records a name that tells of the filter, which nobody can open again and the model does not know.
 */
function isOverBackup({ command, args }: Command, graph: BlockGraph): boolean {
  const options = Array.isArray(args['options']) ? (args['options'] as JsonObject[]) : [];
  const tops = options.map(one => one['node-name']);
  if (command === 'block-stream' || RECORDING.includes(command)) tops.push(args['device'], args['node-name']);
  return tops.some(top =>
    linksDown(graph, String(top)).some(name => graph.nodes.get(name)?.driver === 'copy-before-write'),
  );
}

/**
 * Every QEMU ends at a transaction that has to take back an `enable` which it refused, and hangs in a grouped one that is
 * refused after it has begun two jobs. One that takes back a snapshot moves all that lay over the overlay to the node below.
 */
function isAvoidedTransaction({ args }: Command, graph: BlockGraph): boolean {
  const actions = (Array.isArray(args['actions']) ? args['actions'] : []) as JsonObject[];
  if (args['properties'] !== undefined && actions.some(({ type }) => type === ENABLE)) return true;
  let now = graph;
  let isMoving = false;
  for (const [at, { type, data }] of actions.entries()) {
    const action = { command: String(type), args: data as JsonObject };
    if (isOverBackup(action, now) || storesNothing(action, now)) return true;
    const begun = { ...args, actions: actions.slice(0, at + 1) };
    const outcome = applyCommand(graph, 'transaction', begun, { as: 'qemu' });
    if (outcome === 'unmodelled') return true;
    if (isRefusal(outcome))
      return type === ENABLE || isMoving || (args['properties'] !== undefined && at > 1);
    const { overlay } = data as JsonObject;
    if (type === 'blockdev-snapshot' && parentsOf(now, String(overlay)).length > 0) isMoving = true;
    now = outcome;
  }
  return false;
}

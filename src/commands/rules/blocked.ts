import { parentsOf } from '../../graph/chain.ts';
import type { BlockGraph, BlockJob, NodeName, Refusal } from '../../graph/graph.ts';
import { between, freezerOf, heldNodes } from '../../graph/job-nodes.ts';
import { saidByQemu } from './qemu-error.ts';
import { chainFact, heldByJob, leftoverHelp, quoted, refuse } from './refusals.ts';

/** The unfinished job that lets nothing else be done to a node. */
function holderOf(graph: BlockGraph, name: NodeName): BlockJob | undefined {
  // QEMU names the blocker that came last.
  for (const job of [...graph.jobs.values()].reverse()) if (heldNodes(graph, job).includes(name)) return job;
  return undefined;
}

/** Why a job stands in the way of doing something to this very node, if one does. */
export function checkFree(graph: BlockGraph, argument: string, name: NodeName): Refusal | undefined {
  if (graph.jobs.size === 0) return undefined;
  const job = holderOf(graph, name);
  if (!job) return undefined;
  const given = Object.values(job.on ?? {}).includes(name);
  const refusal = heldByJob(graph, argument, name, {
    job,
    spanned: !given && between(graph, job).includes(name),
  });
  return saidByQemu(refusal, `Node '${name}' is busy: block device is in use by block job: ${job.type}`);
}

/** As checkFree, for what QEMU does not do either to a node that is the backing of another. */
export function checkUnused(graph: BlockGraph, argument: string, name: NodeName): Refusal | undefined {
  const overlay = parentsOf(graph, name).find(parent => graph.nodes.get(parent)?.filter !== true);
  const held = checkFree(graph, argument, name);
  if (overlay === undefined || held) return held;
  const message = `${quoted(name)} is already the backing of ${quoted(overlay)}, and only an active layer takes this: ${chainFact(graph, name)}.`;
  const refusal = refuse('not-a-root', argument, message, leftoverHelp(graph, name));
  return saidByQemu(refusal, `Node '${name}' is busy: node is used as backing hd of '${overlay}'`);
}

/** Why the backing link of a node can't be changed: a job works along it. */
export function checkLink(
  graph: BlockGraph,
  argument: string,
  name: NodeName,
  desc?: (below: NodeName) => string,
): Refusal | undefined {
  const job = graph.jobs.size === 0 ? undefined : freezerOf(graph, name);
  if (!job) return undefined;
  const below = graph.nodes.get(name)?.backing ?? '';
  return saidByQemu(
    heldByJob(graph, argument, name, { job, spanned: true }),
    desc?.(below) ?? `Cannot change 'backing' link from '${name}' to '${below}'`,
  );
}

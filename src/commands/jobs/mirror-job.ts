import { beneathFilters, chainEnds, chainOf, overlaysOf } from '../../graph/chain.ts';
import type { BlockGraph, NodeName, Refusal } from '../../graph/graph.ts';
import type { Arguments } from '../define.ts';
import { isRefusal } from '../define.ts';
import { checkFree, checkUnused } from '../rules/blocked.ts';
import { checkRoot, findNode } from '../rules/find.ts';
import { checkMirrorSync } from '../rules/mirror-sync.ts';
import { saidByQemu } from '../rules/qemu-error.ts';
import { quoted, refuse } from '../rules/refusals.ts';
import type { Ends } from './copy-job.ts';
import { checkFilterName, checkJobId, startJob } from './start-job.ts';

/** Starts a mirror into an open node, or says what stands against it. */
export function startMirror(graph: BlockGraph, args: Arguments, ends: Ends): BlockGraph | Refusal {
  const { source, target } = ends;
  const replaces = findNode(graph, args, 'replaces');
  const wrong =
    checkMirrorRoot(graph, source.name) ??
    checkMirrorSync(args) ??
    checkFree(graph, 'device', source.name) ??
    checkUnused(graph, 'target', target.name) ??
    (isRefusal(replaces) ? replaces : undefined) ??
    checkApart(graph, source.name, target.name) ??
    checkFilterName(graph, args) ??
    checkJobId(graph, args);
  if (wrong) return wrong;
  const on = { device: source.name, target: target.name, replaces: args.text('replaces') };
  return startJob(graph, args, 'mirror', on);
}

/** A mirror follows the guest's writes, which come in at the root; an image below it is copied by a backup. */
function checkMirrorRoot(graph: BlockGraph, source: NodeName): Refusal | undefined {
  const refusal = checkRoot(graph, 'device', source);
  if (refusal?.code !== 'not-a-root' || overlaysOf(graph, source).length === 0) return refusal;
  const help = [
    ...(refusal.help ?? []),
    `an image below the root is copied by a backup: backup ${source} target=… sync=full`,
  ];
  return { ...refusal, help };
}

function checkApart(graph: BlockGraph, source: NodeName, target: NodeName): Refusal | undefined {
  if (beneathFilters(graph, source) === beneathFilters(graph, target)) {
    const message = `${quoted(source)} can't be copied onto itself.`;
    return saidByQemu(
      refuse('target-is-source', 'target', message, ['give another target']),
      "Can't mirror node into itself",
    );
  }
  if (!chainEnds(graph, source) || !chainOf(graph, source).includes(beneathFilters(graph, target)))
    return undefined;
  const message = `${quoted(target)} is part of the chain that is copied.`;
  return refuse('target-is-source', 'target', message, ['give a target that the source does not read from']);
}

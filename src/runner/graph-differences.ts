import { attachedChains, type Chain } from '../graph/attached.ts';
import { drawChange } from '../graph/draw-change.ts';
import type { BlockGraph, BlockJob, NodeName } from '../graph/graph.ts';
import { hasEnded, isActiveCommit } from '../graph/job.ts';

/** A way in which a graph is not as it should be, for people: what was expected, and what was found. */
export interface Difference {
  readonly expected: string;
  readonly found: string;
}

/** What leaves something open to be so or otherwise. */
export interface Leeway {
  /** Devices and exports may have gone: something was done that may take them away later. */
  readonly usersMayGo: boolean;
  /** Whether a job may have been dismissed behind the run's back. */
  readonly mayBeDismissed: (job: BlockJob) => boolean;
}

/**
 * How a graph differs from what it should be after `seen`, in what is surely known: the chain of each device and export, nodes
 * that were opened and closed by name, and jobs. A chain that a job may change at any moment is left out.
 */
export function differences(
  expected: BlockGraph,
  found: BlockGraph,
  seen: BlockGraph,
  leeway: Leeway,
): Difference[] {
  return [
    ...chainDifferences(expected, found, leeway),
    ...nodeDifferences(expected, found, seen),
    ...jobDifferences(expected, found, leeway),
  ];
}

function chainDifferences(expected: BlockGraph, found: BlockGraph, { usersMayGo }: Leeway): Difference[] {
  const moving = movingNodes(expected);
  if (moving === 'any') return [];
  const now = attachedChains(found);
  const result: Difference[] = [];
  for (const [user, chain] of attachedChains(expected)) {
    const other = now.get(user);
    if (other ? agree(chain, other) : usersMayGo) continue;
    if ([...chain.nodes, ...(other?.nodes ?? [])].some(name => moving.has(name))) continue;
    result.push(picture(user, chain, other, expected, found));
  }
  return result;
}

/** The nodes of the jobs that may change a chain by themselves; `any` where it is not known which nodes these are. */
function movingNodes(graph: BlockGraph): ReadonlySet<NodeName> | 'any' {
  const names = new Set<NodeName>();
  for (const job of graph.jobs.values()) {
    if (hasEnded(job.status) || !mayChangeChain(job)) continue;
    if (!job.on) return 'any';
    for (const name of Object.values(job.on)) names.add(name);
  }
  return names;
}

function mayChangeChain(job: BlockJob): boolean {
  if (job.type === 'backup' || job.type === 'create') return false;
  if (job.type === 'mirror' || isActiveCommit(job)) return job.ending !== undefined;
  return true;
}

/** Names that QEMU makes up can't be foreseen, so one is as good as another. What lies below what is known is anybody's guess. */
function agree(expected: Chain, found: Chain): boolean {
  const nodes = expected.ends ? found.nodes : found.nodes.slice(-expected.nodes.length);
  if (nodes.length !== expected.nodes.length) return false;
  return nodes.every((name, at) => {
    const wanted = expected.nodes[at] ?? '';
    return name === wanted || (name.startsWith('#') && wanted.startsWith('#'));
  });
}

function picture(
  user: string,
  expected: Chain,
  found: Chain | undefined,
  before: BlockGraph,
  after: BlockGraph,
): Difference {
  const rows = drawChange({ user, before: expected, after: found ?? 'gone' }, { before, after }, 66);
  const text = (label: string) => rows.find(row => row.label === label)?.text;
  const list = rows.map(row => row.text).join('\n');
  return { expected: text('before') ?? 'the lines without +', found: text('after') ?? `\n${list}` };
}

function nodeDifferences(expected: BlockGraph, found: BlockGraph, seen: BlockGraph): Difference[] {
  const missing = [...expected.nodes.values()].filter(
    ({ name, owner }) => owner === 'monitor' && !found.nodes.has(name),
  );
  const left = [...seen.nodes.values()].filter(
    ({ name, owner }) =>
      owner !== 'implicit' && !name.startsWith('#') && !expected.nodes.has(name) && found.nodes.has(name),
  );
  return [
    ...missing.map(({ name }) => ({ expected: `a node ${name}`, found: 'no such node' })),
    ...left.map(({ name }) => ({ expected: `no node ${name} any more`, found: `a node ${name}` })),
  ];
}

function jobDifferences(expected: BlockGraph, found: BlockGraph, { mayBeDismissed }: Leeway): Difference[] {
  const missing = [...expected.jobs.values()].filter(
    job => !found.jobs.has(job.id) && job.autoDismiss === false && !mayBeDismissed(job),
  );
  const extra = [...found.jobs.values()].filter(({ id }) => !expected.jobs.has(id));
  return [
    ...missing.map(({ id, type }) => ({ expected: `the ${type} job ${id}`, found: 'no such job' })),
    ...extra.map(({ id, type, status }) => ({
      expected: `no job ${id}`,
      found: `a ${type} job ${id}, ${status}`,
    })),
  ];
}

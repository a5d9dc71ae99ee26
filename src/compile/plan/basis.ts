import { attachedChains, type Chain, looseChains } from '../../graph/attached.ts';
import { attachmentsOf } from '../../graph/chain.ts';
import type { BlockGraph, BlockNode, NodeName } from '../../graph/graph.ts';
import type { Step } from '../../statements/step.ts';
import type { Plan, PlanEntry } from './plan.ts';
import { startingGraph } from './summary.ts';

/** The part of a graph that a plan was made for: each chain that it touches, as it was before the first command. */
export interface PlanBasis {
  readonly chains: readonly BasisChain[];
  /** Jobs that were there already and may be at work on these chains. */
  readonly jobs: readonly { readonly id: string; readonly type: string }[];
}

export interface BasisChain extends Chain {
  /** The device, backend or export; missing where nothing uses the chain. */
  readonly user?: string;
  /** The same nodes, base first, with what is known of them. */
  readonly images: readonly BasisImage[];
}

export type BasisImage = Pick<BlockNode, 'name' | 'filename' | 'driver' | 'size'>;

/**
 * What a plan was made for, at one of its endpoints if it has any. A chain counts where a step names it, its user or a node of
 * it, and where it changes.
 */
export function planBasis(plan: Plan, target?: string): PlanBasis {
  const graph = startingGraph(plan, target);
  const named = new Set<string>();
  for (const step of stepsOf(plan.entries, target)) for (const text of textsIn(step)) named.add(text);
  const chains: BasisChain[] = [];
  const add = (user: string | undefined, chain: Chain) => {
    const users = attachmentsOf(graph, chain.nodes.at(-1) ?? '').flatMap(({ id, path = '' }) => [id, path]);
    if (![...chain.nodes, ...users].some(word => named.has(word))) return;
    chains.push({
      ...(user === undefined ? {} : { user }),
      ...chain,
      images: chain.nodes.map(name => imageOf(graph, name)),
    });
  };
  // A device that is a parameter without a value has no name yet.
  for (const [user, chain] of attachedChains(graph)) if (!user.startsWith('$')) add(user, chain);
  for (const chain of looseChains(graph).values()) add(undefined, chain);
  const nodes = new Set(chains.flatMap(chain => chain.nodes));
  const jobs = [...graph.jobs.values()].filter(
    ({ on }) => !on || Object.values(on).some(name => nodes.has(name)),
  );
  return { chains, jobs: jobs.map(({ id, type }) => ({ id, type })) };
}

function imageOf(graph: BlockGraph, name: NodeName): BasisImage {
  const { filename, driver, size } = graph.nodes.get(name) ?? { name };
  return {
    name,
    ...(filename === undefined ? {} : { filename }),
    ...(driver === undefined ? {} : { driver }),
    ...(size === undefined ? {} : { size }),
  };
}

function* stepsOf(entries: readonly PlanEntry[], target: string | undefined): Generator<Step> {
  for (const entry of entries) {
    if (entry.kind === 'statement' && entry.target === target) for (const { step } of entry.steps) yield step;
    yield* stepsOf(entry.entries, target);
  }
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) yield* textsIn(member);
}

/** A way in which a graph is not what a plan was made for. */
export type Mismatch =
  | { readonly kind: 'chain'; readonly saved: BasisChain; readonly found: Chain | undefined }
  | {
      readonly kind: 'image';
      readonly node: NodeName;
      readonly what: 'file' | 'format' | 'size';
      readonly saved: string | number;
      readonly found: string | number | undefined;
    }
  | { readonly kind: 'job'; readonly id: string; readonly type: string; readonly there: boolean };

/** How `graph` differs from what a plan was made for, in what the plan knew. */
export function compareBasis(basis: PlanBasis, graph: BlockGraph): Mismatch[] {
  const attached = attachedChains(graph);
  const loose = looseChains(graph);
  const chains = basis.chains.flatMap((saved): Mismatch[] => {
    const found = saved.user === undefined ? loose.get(saved.nodes.at(-1) ?? '') : attached.get(saved.user);
    return found && fits(saved, found) ? imageMismatches(saved, graph) : [{ kind: 'chain', saved, found }];
  });
  return [...chains, ...jobMismatches(basis, graph)];
}

/** A chain whose lower end the plan did not know may have anything below. */
function fits(saved: Chain, found: Chain): boolean {
  const nodes = saved.ends ? found.nodes : found.nodes.slice(-saved.nodes.length);
  return nodes.length === saved.nodes.length && nodes.every((name, at) => name === saved.nodes[at]);
}

function imageMismatches({ images }: BasisChain, graph: BlockGraph): Mismatch[] {
  return images.flatMap((image): Mismatch[] => {
    const node = graph.nodes.get(image.name);
    const pairs = [
      ['file', image.filename, node?.filename],
      ['format', image.driver, node?.driver],
      ['size', image.size, node?.size],
    ] as const;
    return pairs.flatMap(([what, saved, found]): Mismatch[] =>
      saved === undefined || saved === found ? [] : [{ kind: 'image', node: image.name, what, saved, found }],
    );
  });
}

function jobMismatches({ jobs, chains }: PlanBasis, graph: BlockGraph): Mismatch[] {
  const nodes = new Set(chains.flatMap(chain => chain.nodes));
  const gone = jobs
    .filter(({ id }) => !graph.jobs.has(id))
    .map(job => ({ kind: 'job' as const, ...job, there: false }));
  const come = [...graph.jobs.values()]
    .filter(
      ({ id, on }) =>
        !jobs.some(job => job.id === id) && Object.values(on ?? {}).some(name => nodes.has(name)),
    )
    .map(({ id, type }) => ({ kind: 'job' as const, id, type, there: true }));
  return [...gone, ...come];
}

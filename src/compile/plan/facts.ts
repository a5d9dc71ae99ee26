import { type ChainChange, chainChanges } from '../../graph/chain-changes.ts';
import type { BlockGraph, BlockJob, NodeName } from '../../graph/graph.ts';
import { differences } from '../../graph/shared-map.ts';
import { Later } from '../../qapi/placeholder.ts';
import type { Step } from '../../statements/step.ts';
import { isForeseen } from '../evaluate/predict.ts';
import { type FileEffects, fileEffects, type MadeFiles } from './files.ts';
import type { Plan, PlanEntry, PlannedStatement } from './plan.ts';

/** What a planned statement comes to, for whoever shows or judges a plan. */
export interface StatementFacts {
  readonly chains: readonly ChainChange[];
  /** Jobs that it starts or moves on and that are still there after it. */
  readonly jobs: readonly BlockJob[];
  /** Nodes whose contents are of no use any more, with the reason in words that follow "because". */
  readonly invalid: readonly { readonly nodes: readonly NodeName[]; readonly because: string }[];
  readonly resized: readonly Resized[];
  readonly files: FileEffects;
  /** What can't be known before the run, in words. */
  readonly unknown: readonly string[];
}

/** A node that a statement gives another size, in bytes; `before` is missing where it was not known. */
export interface Resized {
  readonly node: NodeName;
  readonly before?: number;
  readonly after: number;
}

/** The facts of every statement of a plan that has steps of its own, those inside others as well. */
export function planFacts(plan: Plan): Map<PlannedStatement, StatementFacts> {
  const facts = new Map<PlannedStatement, StatementFacts>();
  const visit = (entries: readonly PlanEntry[], made: Map<string | undefined, MadeFiles>) => {
    for (const entry of entries) {
      if (entry.kind === 'way') {
        visit(entry.entries, new Map([...made].map(([target, files]) => [target, new Set(files)])));
        continue;
      }
      // Each QEMU names files as its own working folder has them.
      const files = made.get(entry.target) ?? new Set();
      made.set(entry.target, files);
      if (entry.steps.length > 0) facts.set(entry, factsOf(entry, files));
      visit(entry.entries, made);
    }
  };
  visit(plan.entries, new Map());
  return facts;
}

function factsOf({ steps: planned, before, after }: PlannedStatement, made: MadeFiles): StatementFacts {
  const steps = planned.map(({ step }) => step);
  // What a `chain` line or an `expect` says is no change.
  const isTold = steps.every(step => step.kind === 'check');
  if (isTold) return { chains: [], jobs: [], invalid: [], resized: [], files: NO_FILES, unknown: [] };
  return {
    chains: chainChanges(before, after),
    jobs: [...after.jobs.values()].filter(job => {
      const was = before.jobs.get(job.id);
      return was?.status !== job.status || was.ending !== job.ending;
    }),
    invalid: newlyInvalid(before, after),
    resized: resizedBy(steps, before, after),
    files: fileEffects(steps, before, after, made),
    unknown: [...new Set(steps.flatMap(unknownIn))],
  };
}

const NO_FILES: FileEffects = { creates: [], overwrites: [], mayOverwrite: [], unused: [] };

function newlyInvalid(before: BlockGraph, after: BlockGraph): StatementFacts['invalid'] {
  if (before === after) return [];
  const reasons = new Map<string, NodeName[]>();
  for (const name of differences(before.nodes, after.nodes)) {
    const invalid = after.nodes.get(name)?.invalid;
    if (invalid === undefined || before.nodes.get(name)?.invalid !== undefined) continue;
    const nodes = reasons.get(invalid);
    if (nodes) nodes.push(name);
    else reasons.set(invalid, [name]);
  }
  return [...reasons].map(([because, nodes]) => ({ nodes, because }));
}

function resizedBy(steps: readonly Step[], before: BlockGraph, after: BlockGraph): Resized[] {
  if (!steps.some(step => step.kind === 'execute' && step.command === 'block_resize')) return [];
  return [...differences(before.nodes, after.nodes)].flatMap(node => {
    const [was, is] = [before.nodes.get(node)?.size, after.nodes.get(node)?.size];
    if (is === undefined || was === is) return [];
    return [{ node, ...(was === undefined ? {} : { before: was }), after: is }];
  });
}

function unknownIn(step: Step): string[] {
  const later = [...latersIn(step)].map(({ what }) => what);
  if (later.length > 0 || step.kind !== 'execute' || isForeseen(step)) return later;
  return [`what \`${step.command}\` changes: it is not in the model`];
}

function* latersIn(value: unknown): Generator<Later> {
  if (value instanceof Later) yield value;
  else if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) yield* latersIn(member);
}

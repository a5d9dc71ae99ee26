import { attachedChains, type Chain } from '../../graph/attached.ts';
import { chainChanges } from '../../graph/chain-changes.ts';
import { type BlockGraph, type NodeName, unknownGraph } from '../../graph/graph.ts';
import type { Resized, StatementFacts } from './facts.ts';
import type { FileEffects, PlannedFile } from './files.ts';
import type { Plan, PlanEntry, PlannedStatement } from './plan.ts';

/** A whole plan in numbers and files. What only some ways come to is left out, but for `changes`. */
export interface PlanSummary extends FileEffects {
  /** Whether anything is sent that may change something, on any way that the run may go. */
  readonly changes: boolean;
  /** Commands that are sent, questions left out. */
  readonly commands: number;
  readonly jobs: number;
  /** Whether more happens, or less, is for the run to show. */
  readonly depends: boolean;
  readonly invalid: readonly NodeName[];
  /** Nodes that are made smaller: what lies behind their new end is lost. */
  readonly shrunk: readonly NodeName[];
  /** Where the data of each device are at the end, for those whose chain changes; undefined where that is not known. */
  readonly guest: readonly { readonly user: string; readonly chain: Chain | undefined }[];
}

/** The commands that start a job. */
const STARTS_JOB: ReadonlySet<string> = new Set([
  'block-commit',
  'block-stream',
  'blockdev-backup',
  'blockdev-create',
  'blockdev-mirror',
  'drive-backup',
  'drive-mirror',
  'snapshot-delete',
  'snapshot-load',
  'snapshot-save',
]);

/** The summary of a plan whose facts are these. */
export function summarize(plan: Plan, facts: ReadonlyMap<PlannedStatement, StatementFacts>): PlanSummary {
  const certain = [...certainStatements(plan.entries)];
  const commands = certain.flatMap(commandsOf);
  const ways = [...allWays(plan.entries)];
  const effects = certain.flatMap(entry => facts.get(entry) ?? []);
  const start = startOf(certain);
  const end = certain.at(-1)?.after ?? start;
  const used = usedFiles(end);
  const unused = effects.flatMap(({ files }) => files.unused).filter(file => !used.has(keyOf(file)));
  return {
    changes: commands.length > 0 || ways.some(entry => commandsOf(entry).length > 0),
    commands: commands.length,
    jobs: commands.filter(command => STARTS_JOB.has(command)).length,
    depends: ways.length > 0,
    creates: unique(effects.flatMap(({ files }) => files.creates)),
    overwrites: unique(effects.flatMap(({ files }) => files.overwrites)),
    mayOverwrite: unique(effects.flatMap(({ files }) => files.mayOverwrite)),
    unused: unique(unused),
    invalid: [...new Set(effects.flatMap(({ invalid }) => invalid.flatMap(({ nodes }) => nodes)))],
    shrunk: [...new Set(effects.flatMap(({ resized }) => resized.filter(shrinks).map(({ node }) => node)))],
    guest: guestOf(start, end),
  };
}

function shrinks({ before, after }: Resized): boolean {
  return before !== undefined && after < before;
}

/** The graph before the first statement that does something: `chain` lines only tell what is there. */
export function startingGraph({ entries }: Plan): BlockGraph {
  return startOf([...certainStatements(entries)]);
}

function startOf(entries: readonly PlannedStatement[]): BlockGraph {
  const first = entries.find(({ steps }) => steps.some(({ step }) => step.kind !== 'check'));
  return first?.before ?? entries.at(-1)?.after ?? unknownGraph;
}

function guestOf(start: BlockGraph, end: BlockGraph): PlanSummary['guest'] {
  return chainChanges(start, end).flatMap(({ user, before, after }) => {
    if (user === undefined || !before) return [];
    return [{ user, chain: typeof after === 'string' ? undefined : after }];
  });
}

function* certainStatements(entries: readonly PlanEntry[]): Generator<PlannedStatement> {
  for (const entry of entries) {
    if (entry.kind === 'way') continue;
    yield entry;
    yield* certainStatements(entry.entries);
  }
}

/** The statements that stand on some way only. */
function* allWays(entries: readonly PlanEntry[], inside = false): Generator<PlannedStatement> {
  for (const entry of entries) {
    if (inside && entry.kind === 'statement') yield entry;
    yield* allWays(entry.entries, inside || entry.kind === 'way');
  }
}

function commandsOf({ steps }: PlannedStatement): string[] {
  return steps.flatMap(({ step }) =>
    step.kind === 'execute' && !/^(x-debug-)?query-/.test(step.command) ? [step.command] : [],
  );
}

function usedFiles(graph: BlockGraph): Set<string> {
  const nodes = [...attachedChains(graph).values()].flatMap(chain => chain.nodes);
  return new Set(nodes.map(node => graph.nodes.get(node)?.filename ?? keyOf({ node })));
}

function keyOf({ filename, node }: PlannedFile): string {
  return filename ?? `node ${node}`;
}

function unique(files: readonly PlannedFile[]): PlannedFile[] {
  return [...new Map(files.map(file => [keyOf(file), file])).values()];
}

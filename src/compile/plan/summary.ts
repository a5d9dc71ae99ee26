import { attachedChains, type Chain } from '../../graph/attached.ts';
import { chainChanges } from '../../graph/chain-changes.ts';
import { type BlockGraph, type NodeName, unknownGraph } from '../../graph/graph.ts';
import { isPlain } from '../evaluate/predict.ts';
import type { Resized, StatementFacts } from './facts.ts';
import type { FileEffects, PlannedFile } from './files.ts';
import type { Plan, PlanEntry, PlannedStatement } from './plan.ts';

/** A whole plan in numbers and files. What only some ways come to is left out, but for `changes` and `perhaps`. */
export interface PlanSummary extends FileEffects {
  /** Whether anything is sent that may change something, on any way that the run may go. */
  readonly changes: boolean;
  /** Commands that are sent, questions left out. */
  readonly commands: number;
  readonly jobs: number;
  /** Whether more happens, or less, is for the run to show. */
  readonly depends: boolean;
  /** Whether a guest is sent to another QEMU. */
  readonly migrates: boolean;
  /** What the ways come to if each of them is gone once; a run goes some of them, others not, or one for each of several items. */
  readonly perhaps: {
    readonly commands: number;
    readonly jobs: number;
    /** Files made, or written over. */
    readonly files: number;
  };
  /** Nodes of no use any more; of an endpoint as `@dst E`. */
  readonly invalid: readonly string[];
  /** Nodes that are made smaller: what lies behind their new end is lost. */
  readonly shrunk: readonly string[];
  /** Where the data of each device are at the end, for those whose chain changes; undefined where that is not known. */
  readonly guest: readonly {
    readonly user: string;
    readonly target?: string;
    readonly chain: Chain | undefined;
  }[];
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
  const perhaps = {
    commands: ways.flatMap(commandsOf).length,
    jobs: ways.flatMap(jobsOf).length,
    files: ways.flatMap(entry => facts.get(entry)?.files ?? []).flatMap(filesWritten).length,
  };
  const targets = [...new Set(certain.map(({ target }) => target))];
  const parts = targets.map(target =>
    effectsAt(
      target,
      certain.filter(entry => entry.target === target),
      facts,
    ),
  );
  return {
    changes: commands.length > 0 || perhaps.commands > 0,
    commands: commands.length,
    jobs: certain.flatMap(jobsOf).length,
    depends: ways.length > 0,
    migrates: commands.includes('migrate'),
    perhaps,
    creates: parts.flatMap(({ creates }) => creates),
    overwrites: parts.flatMap(({ overwrites }) => overwrites),
    mayOverwrite: parts.flatMap(({ mayOverwrite }) => mayOverwrite),
    unused: parts.flatMap(({ unused }) => unused),
    invalid: parts.flatMap(({ invalid }) => invalid),
    shrunk: parts.flatMap(({ shrunk }) => shrunk),
    guest: parts.flatMap(({ guest }) => guest),
  };
}

/** What comes of the statements for one endpoint, or for the one QEMU that there is. */
function effectsAt(
  target: string | undefined,
  entries: readonly PlannedStatement[],
  facts: ReadonlyMap<PlannedStatement, StatementFacts>,
): FileEffects & Pick<PlanSummary, 'invalid' | 'shrunk' | 'guest'> {
  const effects = entries.flatMap(entry => facts.get(entry) ?? []);
  const start = startOf(entries);
  const end = entries.at(-1)?.after ?? start;
  const used = usedFiles(end);
  const unused = effects.flatMap(({ files }) => files.unused).filter(file => !used.has(keyOf(file)));
  const at = target === undefined ? {} : { target };
  const files = (list: readonly PlannedFile[]) => unique(list).map(file => ({ ...file, ...at }));
  const nodes = (list: readonly NodeName[]) =>
    [...new Set(list)].map(node => (target === undefined ? node : `@${target} ${node}`));
  return {
    creates: files(effects.flatMap(effect => effect.files.creates)),
    overwrites: files(effects.flatMap(effect => effect.files.overwrites)),
    mayOverwrite: files(effects.flatMap(effect => effect.files.mayOverwrite)),
    unused: files(unused),
    invalid: nodes(effects.flatMap(({ invalid }) => invalid.flatMap(item => item.nodes))),
    shrunk: nodes(effects.flatMap(({ resized }) => resized.filter(shrinks).map(({ node }) => node))),
    guest: guestOf(start, end).map(item => ({ ...item, ...at })),
  };
}

function filesWritten({ creates, overwrites, mayOverwrite }: FileEffects): readonly PlannedFile[] {
  return [...creates, ...overwrites, ...mayOverwrite];
}

function shrinks({ before, after }: Resized): boolean {
  return before !== undefined && after < before;
}

/** The graph of an endpoint before the first statement that does something: `chain` lines only tell what is there. */
export function startingGraph({ entries }: Plan, target?: string): BlockGraph {
  return startOf([...certainStatements(entries)].filter(entry => entry.target === target));
}

function startOf(entries: readonly PlannedStatement[]): BlockGraph {
  const first = entries.find(({ steps }) => steps.some(({ step }) => step.kind !== 'check'));
  return first?.before ?? entries.at(-1)?.after ?? unknownGraph;
}

function guestOf(start: BlockGraph, end: BlockGraph) {
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

/** What starts a job: a command, or an action of one. */
function jobsOf({ steps }: PlannedStatement): string[] {
  const started = steps.flatMap(({ step }) => {
    if (step.kind !== 'execute') return [];
    const { actions } = step.arguments;
    if (step.command !== 'transaction' || !Array.isArray(actions)) return [step.command];
    return actions.flatMap(action => (isPlain(action) ? [String(action['type'])] : []));
  });
  return started.filter(command => STARTS_JOB.has(command));
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

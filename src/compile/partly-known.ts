import { graphPartlyKnown } from '../diagnostics/catalogue/plans.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { type Oddity, partlyKnown } from '../graph/partly-known.ts';
import { Later } from '../qapi/placeholder.ts';
import type { Step } from '../statements/step.ts';
import type { PlanEntry } from './plan/plan.ts';

/**
 * What to say, once, where a plan is about nodes of a live graph that can't wholly be read: the checks say less of them.
 * A plan that is about others gets no note.
 */
export function notesOnGraph(
  entries: readonly PlanEntry[],
  graph: BlockGraph | undefined,
  target?: string,
): Finding[] {
  const concerned = graph?.complete ? partlyKnown(graph) : new Map<string, Oddity>();
  const note = concerned.size > 0 ? firstNote(entries, concerned, target) : undefined;
  return note ? [note] : [];
}

function firstNote(
  entries: readonly PlanEntry[],
  concerned: ReadonlyMap<string, Oddity>,
  target: string | undefined,
): Finding | undefined {
  for (const entry of entries) {
    if (entry.kind === 'statement' && entry.target === target) {
      const words = entry.steps.flatMap(({ step }) => wordsOf(step));
      // A statement in error has no steps.
      if (words.length === 0) words.push(...textsIn(entry.statement));
      const word = words.find(text => concerned.has(text));
      const oddity = concerned.get(word ?? '');
      if (oddity) return graphPartlyKnown(entry.statement.span, oddity);
    }
    const inner = firstNote(entry.entries, concerned, target);
    if (inner) return inner;
  }
  return undefined;
}

function wordsOf(step: Step): string[] {
  if (step.kind === 'execute') return textsIn(step.arguments);
  return step.kind === 'check' && step.check.kind === 'chain' ? textsIn(step.check) : [];
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || value instanceof Later) return [];
  return Object.values(value).flatMap(textsIn);
}

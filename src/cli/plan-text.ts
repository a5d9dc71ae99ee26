import type { Plan, PlanEntry, PlannedStatement } from '../compile/plan.ts';
import type { Step } from '../statements/step.ts';
import type { Statement } from '../syntax/ast.ts';
import { harmless } from '../text/harmless.ts';
import { positionAt, type Source } from '../text/source.ts';
import { changedChains } from './chains-text.ts';
import { stepText } from './step-text.ts';

/** The plan for people: each statement, the steps it becomes, and the chain after it where that differs. */
export function planText(plan: Plan, source: Source): string {
  return entriesText(plan.entries, source, '').join('\n');
}

function entriesText(entries: readonly PlanEntry[], source: Source, indent: string): string[] {
  return entries.flatMap(entry =>
    entry.kind === 'way'
      ? [`${indent}${entry.when}:`, ...entriesText(entry.entries, source, `${indent}  `)]
      : statementLines(entry, source, indent),
  );
}

function statementLines(entry: PlannedStatement, source: Source, indent: string): string[] {
  const { line } = positionAt(source, entry.statement.span.start);
  const head = `${indent}${String(line).padStart(3)}  ${statementText(source, entry.statement)}`;
  const steps = entry.steps
    .filter(({ step }) => !isSaid(step))
    .map(({ step, limit }) => {
      const bound = limit !== undefined && step.kind !== 'execute' ? `, ${limit / 1000} s at the most` : '';
      return `${indent}       ${stepText(step)}${step.kind.startsWith('await') ? bound : ''}`;
    });
  const chains = steps.length > 0 ? changedChains(entry.before, entry.after) : [];
  const after = chains.map(chain => `${indent}     → ${chain}`);
  return [head, ...steps, ...after, ...entriesText(entry.entries, source, `${indent}  `)];
}

/** A chain is compared by a statement that says just that. */
function isSaid(step: Step): boolean {
  return step.kind === 'check' && step.check.kind === 'chain';
}

/** The first line of a statement's text, without the block behind it. */
export function statementText(source: Source, statement: Statement): string {
  const block =
    'consequent' in statement ? statement.consequent : 'body' in statement ? statement.body : undefined;
  const text = source.text.slice(statement.span.start, block?.span.start ?? statement.span.end);
  const [first = ''] = text.split('\n');
  return harmless(first.trimEnd());
}

import { refusedByGraph } from '../../diagnostics/catalogue/graph.ts';
import { type Edit, withFix } from '../../diagnostics/diagnostic.ts';
import type { BlockGraph, Refusal } from '../../graph/graph.ts';
import type { Step } from '../../statements/step.ts';
import type { Context } from './context.ts';
import { refusedHere, type StatementFailure } from './failure.ts';
import { cautionBefore } from './predict.ts';
import type { SpanOf } from './spans.ts';
import { swap } from './swap.ts';

/** A refusal of the graph's rules as the failure of the statement at hand, at the argument at fault and in the script's own names. */
export function refusalAt(refusal: Refusal, spanOf: SpanOf, context: Context): StatementFailure {
  const named = (text: string) => inScriptNames(text, context);
  const said = { ...refusal, message: named(refusal.message), help: (refusal.help ?? []).map(named) };
  const earlier = refusal.since && context.world.origin(refusal.since);
  const path = refusal.argument?.split('.') ?? [];
  const span = spanOf(path.map(step => (/^\d+$/.test(step) ? Number(step) : step)));
  return refusedHere(withFix(refusedByGraph(span, said, earlier), swapOf(refusal, spanOf)));
}

function swapOf({ swapped }: Refusal, spanOf: SpanOf): Edit[] {
  if (!swapped || !spanOf.statement) return [];
  const [one, other] = swapped;
  return swap(spanOf.statement, spanOf([one]), spanOf([other]));
}

/** Gathers what there is to think of before a step. Planning says it once; a run would say it again. */
export function warnBefore(step: Step, graph: BlockGraph, spanOf: SpanOf, context: Context): void {
  const caution = context.world.planning ? cautionBefore(graph, step) : undefined;
  if (!caution) return;
  const { finding } = refusalAt({ ...caution, refused: true }, spanOf, context);
  context.findings.push({ ...finding, severity: 'warning' });
}

/** QEMU's made-up names, such as `#block123`, mean nothing to who wrote a script that calls the node otherwise. */
function inScriptNames(text: string, context: Context): string {
  if (!text.includes('#')) return text;
  const names = new Map<string, string>();
  for (const { name, nodeName } of context.scope.nodes().values()) {
    if (typeof nodeName === 'string' && nodeName.startsWith('#')) names.set(nodeName, name);
  }
  return text.replace(/#[\w-]+(?:\.[\w-]+)*/g, nodeName => names.get(nodeName) ?? nodeName);
}

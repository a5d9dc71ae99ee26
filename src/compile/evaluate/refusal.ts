import { refusedByGraph } from '../../diagnostics/catalogue/graph.ts';
import type { BlockGraph, Refusal } from '../../graph/graph.ts';
import type { Step } from '../../statements/step.ts';
import type { Context } from './context.ts';
import { StatementFailure } from './failure.ts';
import { cautionBefore, predictStep } from './predict.ts';
import { probedBackings } from './safety/probed-backing.ts';
import { pathOf, type SpanOf } from './spans.ts';

/** A refusal of the graph's rules as the failure of the statement at hand, at the argument at fault and in the script's own names. */
export function refusalAt(refusal: Refusal, spanOf: SpanOf, context: Context): StatementFailure {
  const named = (text: string) => inScriptNames(text, context);
  const said = { ...refusal, message: named(refusal.message), help: (refusal.help ?? []).map(named) };
  const earlier = refusal.since && context.world.origin(refusal.since);
  const span = spanOf(pathOf(refusal.argument ?? ''));
  const { harmful = false } = refusal;
  return new StatementFailure('refused', refusedByGraph(span, said, earlier), { harmful });
}

/** Past the checker everything is sent but what would do harm that no refusal of QEMU's keeps off. */
export function refuseHarmful(graph: BlockGraph, step: Step, spanOf: SpanOf, context: Context): void {
  const after = predictStep(graph, step);
  if ('refused' in after && after.harmful) throw refusalAt(after, spanOf, context);
}

/** Gathers what there is to think of before a step. Planning says it once; a run would say it again. */
export function warnBefore(step: Step, graph: BlockGraph, spanOf: SpanOf, context: Context): void {
  if (!context.world.planning) return;
  context.findings.push(...probedBackings(step, graph, spanOf, context));
  const caution = cautionBefore(graph, step);
  if (!caution) return;
  const { severity = 'warning', ...said } = caution;
  const { finding } = refusalAt({ ...said, refused: true }, spanOf, context);
  context.findings.push({ ...finding, severity });
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

import { refusedByGraph } from '../../diagnostics/catalogue/graph.ts';
import type { Refusal } from '../../graph/graph.ts';
import type { Context } from './context.ts';
import { refusedHere, type StatementFailure } from './failure.ts';
import type { SpanOf } from './spans.ts';

/** A refusal of the graph's rules as the failure of the statement at hand, at the argument at fault and in the script's own names. */
export function refusalAt(refusal: Refusal, spanOf: SpanOf, context: Context): StatementFailure {
  const named = (text: string) => inScriptNames(text, context);
  const said = { ...refusal, message: named(refusal.message), help: (refusal.help ?? []).map(named) };
  return refusedHere(refusedByGraph(spanOf(refusal.argument === undefined ? [] : [refusal.argument]), said));
}

/** QEMU's made-up names, such as `#block123`, mean nothing to who wrote a script that calls the node otherwise. */
function inScriptNames(text: string, context: Context): string {
  let named = text;
  for (const { name, nodeName } of context.scope.nodes().values()) {
    if (typeof nodeName === 'string' && nodeName.startsWith('#')) {
      named = named.replace(new RegExp(`${nodeName}(?![0-9])`, 'g'), () => name);
    }
  }
  return named;
}

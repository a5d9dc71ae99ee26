import { Later } from '../../qapi/placeholder.ts';
import { NodeDatum } from '../../statements/datum.ts';
import { resolveStatement } from '../../statements/resolve.ts';
import type { Statement } from '../../syntax/ast.ts';
import { isStatement } from '../../syntax/statement-or-value.ts';
import { nodesMadeBy } from '../names-bound.ts';
import type { Context } from './context.ts';

/** A node that a statement in error would have made. */
class UnmadeNode extends Later {}

/** What a statement does cannot be told: it is about a node that an earlier one would have made, and that one is in error. */
export class Untold extends Error {}

/** The names of a scope's nodes that can be offered: not of those that an error kept from being made. */
export function nodesToOffer({ scope }: Context): string[] {
  return [...scope.nodes()].flatMap(([name, { nodeName }]) => (nodeName instanceof UnmadeNode ? [] : name));
}

/** Ends the statement at hand where it is about such a node: whatever were said of it would only repeat that error. */
export function refuseUnmade({ nodeName }: NodeDatum): void {
  if (nodeName instanceof UnmadeNode) throw new Untold();
}

/**
 * A plan goes on behind a statement in error: what that would have made is not known from there, so that nothing is said to be
 * missing only because of the error.
 */
export async function leaveOpen(statement: Statement, context: Context): Promise<void> {
  const inner = statement.kind === 'let' && isStatement(statement.value) ? statement.value : statement;
  if (statement.kind === 'let')
    context.scope.bind(statement.name.text, new Later(`the outcome of ${statement.name.text}`));
  if (inner.kind !== 'verb') return;
  const graph = await context.world.graph();
  for (const name of nodesMadeBy(inner)) {
    if (context.scope.node(name) || graph.nodes.has(name)) continue;
    context.scope.bindNode(name, new NodeDatum(name, new UnmadeNode(`the node ${name}`)));
  }
  // Whoever waits for the job would find none.
  const isJob = resolveStatement(inner)?.definition.job !== undefined;
  if (isJob && (inner.started || inner.arguments.some(({ key }) => key.text === 'job-id')))
    context.world.learn({ ...graph, complete: false });
}

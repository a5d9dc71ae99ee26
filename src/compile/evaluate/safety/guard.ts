import { needsAllowance } from '../../../commands/allowance.ts';
import { filesNamed } from '../../../commands/images/named-files.ts';
import type { IsOwn } from '../../../commands/own.ts';
import * as problems from '../../../diagnostics/catalogue/safety.ts';
import type { Finding } from '../../../diagnostics/diagnostic.ts';
import type { BlockGraph } from '../../../graph/graph.ts';
import type { ExecuteStep, Step } from '../../../statements/step.ts';
import type { Context } from '../context.ts';
import { StatementFailure } from '../failure.ts';
import type { HostRules } from '../outside/host-rules.ts';
import { predictStep } from '../predict.ts';
import { pathOf, type SpanOf } from '../spans.ts';
import { outOfBounds, pathOutOfBounds } from './bounds.ts';
import { behindLibvirt } from './libvirt.ts';

/** Why a step must not be taken where it would be taken, at an argument of its command. */
type Guard = (
  step: ExecuteStep,
  graph: BlockGraph,
  rules: HostRules,
  spanOf: SpanOf,
  isOwn: IsOwn,
) => Finding | undefined;

const guards: readonly Guard[] = [rawCommand, namedFiles, behindLibvirt];

/**
 * Holds the steps of a statement against what whoever runs the script allows it. What is refused is not sent, not even to see it
 * refused: not by `expect error`, and no `else` makes up for it. `graph` is what there is before the first of them.
 */
export function guardSteps(
  steps: readonly Step[],
  spansAt: (at: number) => SpanOf,
  graph: BlockGraph,
  context: Context,
): void {
  const { host = {} } = context;
  if (host.place === 'sandbox' || host.place === 'simulator') return;
  let now = graph;
  const own = context.own.copy();
  const { endpoint } = context.scope;
  for (const [at, step] of steps.entries()) {
    if (step.kind === 'execute') {
      for (const guard of guards) {
        const finding = guard(step, now, host, spansAt(at), own.at(endpoint));
        if (finding) throw new StatementFailure('script', finding, { harmful: true });
      }
    }
    own.note(step, endpoint);
    const after = predictStep(now, step);
    if (!('refused' in after)) now = after;
  }
}

function rawCommand(
  { command, arguments: args, raw }: ExecuteStep,
  _: BlockGraph,
  { place, beyond }: HostRules,
  spanOf: SpanOf,
): Finding | undefined {
  if (!raw || place === undefined) return undefined;
  const need = needsAllowance(command, args, beyond?.raw);
  return need && problems.commandNotAllowed(spanOf(pathOf(need.argument)), need);
}

function namedFiles(
  { command, arguments: args }: ExecuteStep,
  _: BlockGraph,
  { beyond: { paths = [] } = {} }: HostRules,
  spanOf: SpanOf,
): Finding | undefined {
  if (paths.length === 0) return undefined;
  for (const { name, argument, as } of filesNamed(args, command)) {
    const from = argument.endsWith('backing-file') ? 'an overlay' : undefined;
    const leadsTo = as === 'path' ? pathOutOfBounds : outOfBounds;
    const why = as === 'untold' ? 'unknown' : leadsTo(name, paths, from);
    if (why) return problems.pathOutside(spanOf(pathOf(argument)), name, why, paths);
  }
  return undefined;
}

import { isPlain } from '../compile/evaluate/predict.ts';
import { Later } from '../qapi/placeholder.ts';
import type { PlannedJson } from '../statements/datum.ts';
import { type ExecuteStep, execute, type Step } from '../statements/step.ts';

/**
 * A command in the parts that are printed by themselves: itself, and for a transaction each action, as if it were a command
 * of its own, or words for actions that only the run will show.
 */
export function partsOf(step: Step): readonly [Step, ...(ExecuteStep | Later)[]] {
  const actions =
    step.kind === 'execute' && step.command === 'transaction' ? step.arguments['actions'] : undefined;
  const parts = Array.isArray(actions) ? actions.map(asCommand) : [];
  if (step.kind !== 'execute' || parts.length === 0 || parts.includes(undefined)) return [step];
  const { actions: _, ...others } = step.arguments;
  return [execute(step.command, others), ...parts.filter(part => part !== undefined)];
}

function asCommand(action: PlannedJson): ExecuteStep | Later | undefined {
  if (action instanceof Later) return action;
  const { type, data } = isPlain(action) ? action : {};
  return typeof type === 'string' && isPlain(data) ? execute(type, data) : undefined;
}

import { isPlain } from '../compile/evaluate/predict.ts';
import type { PlannedObject } from '../statements/datum.ts';

/** A job that a command starts under an id of its own, and the command or the action of a transaction that does so. */
export interface StartedJob {
  readonly id: string;
  readonly by: string;
}

export function startedJobs(command: string, members: PlannedObject): StartedJob[] {
  const { actions, 'job-id': id } = members;
  if (typeof id === 'string') return [{ id, by: command }];
  if (command !== 'transaction' || !Array.isArray(actions)) return [];
  return actions.flatMap(action =>
    isPlain(action) && isPlain(action['data']) ? startedJobs(String(action['type']), action['data']) : [],
  );
}

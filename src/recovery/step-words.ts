import { isPlain } from '../compile/evaluate/predict.ts';
import type { PlannedObject } from '../statements/datum.ts';
import type { ExecuteStep, Step } from '../statements/step.ts';

/** Whether a step may change something, so that it must not be carried out twice. */
export function changesSomething(step: Step): boolean {
  switch (step.kind) {
    case 'execute':
      return !/^(x-debug-)?query-/.test(step.command);
    case 'guest-io':
      return !String(step.command).startsWith('read');
    case 'host':
    case 'restart':
      return true;
    default:
      return false;
  }
}

/** The members of a command that name whom it is about; others may be secret. */
const NAMING = [
  ...['job-id', 'id', 'device', 'node', 'node-name', 'name', 'target', 'top-node', 'base-node'],
  ...['overlay', 'snapshot-node-name', 'snapshot-file', 'filename'],
];

/** A step for people: what it does, and to whom. */
export function titleOf(step: Step): string {
  if (step.kind === 'host') return `$ ${step.program}`;
  if (step.kind === 'guest-io') return `io ${String(step.disk)}`;
  if (step.kind !== 'execute') return step.kind;
  const named = NAMING.flatMap(name => {
    const value = step.arguments[name];
    return typeof value === 'string' ? [`${name}=${value}`] : [];
  });
  return [step.command, ...actionTypes(step), ...named].join(' ');
}

/** The commands that a transaction carries out together. */
export function actionTypes(step: ExecuteStep): string[] {
  return actionsOf(step.arguments).map(({ type }) => String(type));
}

/** The jobs that a step starts, and whether each stays once it has ended until somebody dismisses it. */
export function jobsStartedBy(step: Step): { readonly id: string; readonly stays: boolean }[] {
  if (step.kind !== 'execute') return [];
  const started = (command: string, members: PlannedObject) => {
    const id = members['job-id'];
    const stays = members['auto-dismiss'] === false || /^(blockdev-create|snapshot-)/.test(command);
    return typeof id === 'string' ? [{ id, stays }] : [];
  };
  return [
    ...started(step.command, step.arguments),
    ...actionsOf(step.arguments).flatMap(({ type, data }) =>
      isPlain(data) ? started(String(type), data) : [],
    ),
  ];
}

function actionsOf(members: PlannedObject): PlannedObject[] {
  const { actions } = members;
  return Array.isArray(actions) ? actions.filter(isPlain) : [];
}

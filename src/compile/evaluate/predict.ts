import type { Caution } from '../../commands/define.ts';
import { fileThere } from '../../commands/images/files-made.ts';
import { applyCommand, cautionOf, isModelled } from '../../commands/index.ts';
import { settleJob } from '../../commands/jobs/settle.ts';
import { afterUnmodelled } from '../../commands/unmodelled.ts';
import {
  type BlockGraph,
  type BlockJob,
  type JobStatus,
  type Refusal,
  unknownGraph,
} from '../../graph/graph.ts';
import { isPaused, restInGroup } from '../../graph/job.ts';
import { Later } from '../../qapi/placeholder.ts';
import { findLater, type PlannedJson, type PlannedObject } from '../../statements/datum.ts';
import type { Step } from '../../statements/step.ts';
import { afterHostProgram } from './outside/host-effects.ts';
import { afterRestart } from './outside/restart-effect.ts';

/** The arguments that say which nodes and jobs a command is about; without them its effect can't be told. */
const STRUCTURE = [
  'backing',
  'base-node',
  'bottom',
  'device',
  'id',
  'job-id',
  'node',
  'node-name',
  'overlay',
  'snapshot-node-name',
  'target',
  'top-node',
];

/** Whether only the run will tell which nodes and jobs a command is about, itself or an item of a list in it. */
function isOpen(members: PlannedObject): boolean {
  if (STRUCTURE.some(name => members[name] instanceof Later)) return true;
  const items = Object.values(members).flatMap(value =>
    Array.isArray(value) ? (value as PlannedJson[]) : [],
  );
  return items.some(item => isPlain(item) && item['node-name'] instanceof Later);
}

/** What to do about a file that is there, for whoever has no word that lets it be lost. */
export const TAKEN = 'choose another name, or remove the file first';

/** The graph after a step, or why QEMU would refuse it. What can't be known makes the graph say less, never wrong. */
export function predictStep(graph: BlockGraph, step: Step): BlockGraph | Refusal {
  if (step.kind === 'execute') {
    if (isOpen(step.arguments)) return { ...unknownGraph, jobs: graph.jobs };
    const known = withoutLater(step.arguments);
    const after = applyCommand(graph, step.command, known);
    return after === 'unmodelled' ? afterUnmodelled(graph, step.command, known) : after;
  }
  if (step.kind === 'check' && step.check.kind === 'file-absent') {
    const { filename, orSocket } = step.check;
    const help = orSocket ? TAKEN : 'choose another name, or let it be lost: overwrite=on';
    const made = { filename: String(filename), argument: step.parameter ?? 'filename' };
    const taken = orSocket ? { ...made, isSocket: orSocket } : made;
    return filename instanceof Later ? graph : (fileThere(graph, taken, help) ?? graph);
  }
  if (step.kind === 'await-job' && typeof step.job === 'string') {
    const job = graph.jobs.get(step.job);
    if (!job) return graph;
    return settleJob(graph, step.job, step.status === 'rest' ? restIn(graph, job) : step.status);
  }
  if (step.kind === 'host') return afterHostProgram(graph, step);
  return step.kind === 'restart' ? afterRestart(graph) : graph;
}

/** Where a job that is waited for comes to rest; where it never does, it stays as it is. */
function restIn(graph: BlockGraph, job: BlockJob): JobStatus {
  if (isPaused(job)) return job.status;
  if (job.status === 'aborting') return 'concluded';
  return restInGroup(graph, job) ?? job.status;
}

/**
 * Whether the model knows all that a step does to the graph: its command, and the nodes and jobs that it is about. Where it
 * does not, the graph after it may differ from what `predictStep` says.
 */
export function isForeseen(step: Step): boolean {
  if (step.kind === 'await-job') return typeof step.job === 'string';
  if (step.kind !== 'execute') return true;
  return !isOpen(step.arguments) && isModelled(step.command, step.arguments);
}

/** What to think of before a step is taken that nothing stands against. */
export function cautionBefore(graph: BlockGraph, step: Step): Caution | undefined {
  return step.kind === 'execute' ? cautionOf(graph, step.command, withoutLater(step.arguments)) : undefined;
}

/** What only the run will tell stays as a member without a value: it is not the same as one that is not there. */
function withoutLater(members: PlannedObject): { readonly [name: string]: unknown } {
  if (!findLater(members)) return members;
  const known = (value: PlannedJson) =>
    value instanceof Later ? undefined : isPlain(value) ? withoutLater(value) : value;
  return Object.fromEntries(Object.entries(members).map(([key, value]) => [key, known(value)]));
}

/** Whether a value is an object whose members can be read: not one that only the run will tell. */
export function isPlain(value: PlannedJson | undefined): value is PlannedObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Later);
}

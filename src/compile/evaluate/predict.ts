import { applyCommand } from '../../commands/index.ts';
import { settleJob } from '../../commands/settle.ts';
import { type BlockGraph, type Refusal, unknownGraph } from '../../graph/graph.ts';
import { restOf } from '../../graph/job.ts';
import { Later } from '../../qapi/placeholder.ts';
import type { JsonObject } from '../../qmp/json.ts';
import type { PlannedJson, PlannedObject } from '../../statements/datum.ts';
import type { Step } from '../../statements/step.ts';

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

/** The graph after a step, or why QEMU would refuse it. What can't be known makes the graph say less, never wrong. */
export function predictStep(graph: BlockGraph, step: Step): BlockGraph | Refusal {
  if (step.kind === 'execute') {
    if (STRUCTURE.some(name => step.arguments[name] instanceof Later))
      return { ...unknownGraph, jobs: graph.jobs };
    const after = applyCommand(graph, step.command, withoutLater(step.arguments) as JsonObject);
    return after === 'unmodelled' ? graph : after;
  }
  if (step.kind === 'await-job' && typeof step.job === 'string') {
    const job = graph.jobs.get(step.job);
    if (!job) return graph;
    return settleJob(graph, step.job, step.status === 'rest' ? (restOf(job) ?? job.status) : step.status);
  }
  return graph;
}

function withoutLater(members: PlannedObject): PlannedObject {
  const kept = Object.entries(members).filter(([, value]) => !(value instanceof Later));
  return Object.fromEntries(kept.map(([key, value]) => [key, isPlain(value) ? withoutLater(value) : value]));
}

function isPlain(value: PlannedJson): value is PlannedObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Later);
}

/** Folds steps over a graph until one would be refused. */
export function predictSteps(graph: BlockGraph, steps: readonly Step[]): BlockGraph | Refusal {
  let now = graph;
  for (const step of steps) {
    const after = predictStep(now, step);
    if ('refused' in after) return after;
    now = after;
  }
  return now;
}

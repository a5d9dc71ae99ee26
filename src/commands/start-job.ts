import { amendNode, withJob } from '../graph/change.ts';
import type { BlockGraph, BlockJob, NodeName, Refusal } from '../graph/graph.ts';
import type { Arguments } from './define.ts';
import { quoted, refuse } from './refusals.ts';

/** The id that QEMU gives the job of these arguments: `job-id`, else the block backend's name. Undefined: it refuses. */
export function jobIdOf(graph: BlockGraph, args: Arguments): string | undefined {
  const given = args.text('job-id');
  if (given !== undefined) return given;
  const device = args.text('device');
  return graph.attachments.find(({ kind, id }) => kind === 'backend' && id !== '' && id === device)?.id;
}

/** Why no job can get its id from these arguments. */
export function checkJobId(graph: BlockGraph, args: Arguments): Refusal | undefined {
  const id = jobIdOf(graph, args);
  if (id === undefined) {
    if (!graph.complete) return undefined;
    return refuse('job-id-missing', 'job-id', 'A job on a node needs a `job-id`.', ['add job-id=NAME']);
  }
  if (graph.jobs.has(id)) {
    return refuse('job-id-in-use', 'job-id', `There is already a job ${quoted(id)}.`, [
      'choose an id that no job has',
    ]);
  }
  if (args.has('job-id') && !/^[A-Za-z][A-Za-z0-9._-]*$/.test(id)) {
    return refuse('bad-job-id', 'job-id', `${JSON.stringify(id)} can't be a job's id.`, [
      'an id begins with a letter and holds letters, digits, `-`, `.` and `_`',
    ]);
  }
  return undefined;
}

/** The graph with the job that these arguments start, running. The nodes it is given become known by their names. */
export function startJob(
  graph: BlockGraph,
  args: Arguments,
  type: string,
  on: Readonly<Record<string, NodeName | undefined>>,
): BlockGraph {
  const nodes = Object.entries(on).filter((entry): entry is [string, NodeName] => entry[1] !== undefined);
  const id = jobIdOf(graph, args) ?? type;
  const sync = args.text('sync');
  const job: BlockJob = {
    id,
    type,
    status: 'running',
    autoFinalize: args.flag('auto-finalize') ?? true,
    autoDismiss: args.flag('auto-dismiss') ?? true,
    on: Object.fromEntries(nodes),
    ...(sync === undefined ? {} : { sync }),
  };
  const known = nodes.reduce(
    (now, [, name]) => (now.nodes.has(name) ? now : amendNode(now, name, {})),
    graph,
  );
  return withJob(known, job);
}

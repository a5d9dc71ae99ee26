import { amendNode, replaceNode, withJob, withNode } from '../../graph/change.ts';
import type { BlockGraph, BlockJob, BlockNode, NodeName, Refusal } from '../../graph/graph.ts';
import { between, filterDriver } from '../../graph/job-nodes.ts';
import type { Arguments } from '../define.ts';
import { checkNewName, madeUpName } from '../rules/find.ts';
import { checkSpeed } from '../rules/job-speed.ts';
import { saidByQemu } from '../rules/qemu-error.ts';
import { quoted, refuse } from '../rules/refusals.ts';

/** The id that QEMU gives the job of these arguments: `job-id`, else the block backend's name. Undefined: it refuses. */
export function jobIdOf(graph: BlockGraph, args: Arguments): string | undefined {
  const given = args.text('job-id');
  if (given !== undefined) return given;
  const device = args.text('device');
  // Where not all is known, it may be the name of a block backend: QEMU would refuse anything else.
  if (!graph.complete) return device;
  return graph.attachments.find(({ kind, id }) => kind === 'backend' && id !== '' && id === device)?.id;
}

/** Why no job can get its id, and its speed, from these arguments. */
export function checkJobId(graph: BlockGraph, args: Arguments): Refusal | undefined {
  const id = jobIdOf(graph, args);
  if (id === undefined) {
    if (!graph.complete) return undefined;
    const refusal = refuse('job-id-missing', 'job-id', 'A job on a node needs a `job-id`.', [
      'add job-id=NAME; without one QEMU takes the name of the block backend that is meant, such as the one of `-drive id=drive0`',
      'the statements stream, commit, mirror and backup choose an id by themselves',
    ]);
    return saidByQemu(refusal, "Invalid job ID ''");
  }
  if (graph.jobs.has(id)) {
    const message = `There is already a job ${quoted(id)}.`;
    const refusal = refuse('job-id-in-use', 'job-id', message, ['choose an id that no job has']);
    return { ...saidByQemu(refusal, `Job ID '${id}' already in use`), since: { job: id } };
  }
  if (args.has('job-id') && !/^[A-Za-z][A-Za-z0-9._-]*$/.test(id)) {
    const refusal = refuse('bad-job-id', 'job-id', `${JSON.stringify(id)} can't be a job's id.`, [
      'an id begins with a letter and holds letters, digits, `-`, `.` and `_`',
    ]);
    return saidByQemu(refusal, `Invalid job ID '${id}'`);
  }
  return checkSpeed(args);
}

/**
 * The graph with the job that these arguments start, running, and its filter in the chain. The nodes it is given become known
 * by their names.
 */
export function startJob(
  graph: BlockGraph,
  args: Arguments,
  type: string,
  on: Readonly<Record<string, NodeName | undefined>>,
  facts: Partial<Pick<BlockJob, 'reopened' | 'records' | 'backs' | 'grows'>> = {},
): BlockGraph {
  const nodes = Object.entries(on).filter((entry): entry is [string, NodeName] => entry[1] !== undefined);
  const id = jobIdOf(graph, args) ?? type;
  const sync = args.text('sync');
  const bitmap = type === 'backup' ? args.text('bitmap') : undefined;
  const job: BlockJob = {
    id,
    type,
    status: 'running',
    autoFinalize: args.flag('auto-finalize') ?? true,
    autoDismiss: args.flag('auto-dismiss') ?? true,
    on: Object.fromEntries(nodes),
    ...(sync === undefined ? {} : { sync }),
    ...(bitmap === undefined ? {} : { bitmap }),
    ...facts,
  };
  const known = nodes.reduce(
    (now, [, name]) => (now.nodes.has(name) ? now : amendNode(now, name, {})),
    graph,
  );
  const spans = between(known, job);
  return insertFilter(known, args, spans.length > 0 ? { ...job, spans } : job);
}

/** The name that a job's filter is given, if it is one that no node can have. */
export function checkFilterName(graph: BlockGraph, args: Arguments): Refusal | undefined {
  return checkNewName(graph, 'filter-node-name', args.text('filter-node-name'));
}

/** QEMU puts a filter over the node that the job works on: whoever used that node uses the filter. */
function insertFilter(graph: BlockGraph, args: Arguments, job: BlockJob): BlockGraph {
  const driver = filterDriver(job);
  const over = driver === 'commit_top' ? job.on?.['top-node'] : job.on?.['device'];
  const below = over === undefined ? undefined : graph.nodes.get(over);
  if (!driver || !below) return withJob(graph, job);
  const { target } = job.on ?? {};
  const filter: BlockNode = {
    name: args.text('filter-node-name') ?? madeUpName(graph, driver),
    driver,
    filter: true,
    owner: 'implicit',
    ...(below.size === undefined ? {} : { size: below.size }),
    ...(driver === 'copy-before-write' && target !== undefined ? { children: { target } } : {}),
  };
  const moved = replaceNode(withNode(graph, filter), below.name, filter.name);
  return withJob(amendNode(moved, filter.name, { backing: below.name }), { ...job, filter: filter.name });
}

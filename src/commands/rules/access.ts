import type { BlockGraph, BlockJob, NodeName, Refusal } from '../../graph/graph.ts';
import { hasEnded } from '../../graph/job.ts';
import { filterDriver, filterOf } from '../../graph/job-nodes.ts';
import { type Conflict, conflictIn } from '../../graph/permissions.ts';
import { differences } from '../../graph/shared-map.ts';
import { nodesUsing } from '../../graph/users.ts';
import type { Arguments } from '../define.ts';
import { saidByQemu } from './qemu-error.ts';
import { quoted, refuse } from './refusals.ts';

/**
 * Why QEMU's permissions forbid what a command would bring: a user that writes where another does not let it, a node that
 * can't be written, a file that is open elsewhere.
 */
export function checkAccess(before: BlockGraph, after: BlockGraph, args: Arguments): Refusal | undefined {
  const changed = new Set<NodeName>(differences(before.nodes, after.nodes));
  if (before.attachments !== after.attachments) for (const { node } of after.attachments) changed.add(node);
  if (before.jobs !== after.jobs) {
    for (const job of after.jobs.values()) {
      // What a job is told changes nothing in what it was let do when it began.
      const known = before.jobs.get(job.id);
      if (known && known.on === job.on && known.spans === job.spans) continue;
      for (const name of [...Object.values(job.on ?? {}), ...(job.spans ?? [])]) changed.add(name);
    }
  }
  if (changed.size === 0 || [...before.jobs.values()].some(job => isPartlyKnown(before, job)))
    return undefined;
  const conflict = conflictIn(before, after, [...changed]);
  return conflict && accessRefusal(after, conflict, args.naming(conflict.node));
}

/** Whether a job at work may let its nodes be used in ways that can't be told: it is not known what it uses, or its filter. */
function isPartlyKnown(graph: BlockGraph, job: BlockJob): boolean {
  const driver = filterDriver(job);
  if (driver === undefined || hasEnded(job.status)) return false;
  return job.on === undefined || (driver === 'mirror_top' && filterOf(graph, job) === undefined);
}

const WOULD: Readonly<Record<string, string>> = {
  'consistent read': 'read',
  resize: 'resize',
  write: 'write to',
};

function wouldDo(what: string): string {
  return what
    .split(', ')
    .map(one => WOULD[one] ?? `need to ${one}`)
    .join(' and ');
}

/** The export or the job that QEMU speaks of as an unnamed block device, where it can be no other. */
function unnamedUser(
  { attachments, jobs }: BlockGraph,
  { node, wants, denies }: Extract<Conflict, { kind: 'users' }>,
): string | undefined {
  if (denies.user !== UNNAMED || wants.user === UNNAMED) return undefined;
  const exports = attachments.filter(item => item.kind === 'export' && item.node === node);
  const atWork = [...jobs.values()].filter(({ on }) => Object.values(on ?? {}).includes(node));
  const [one, other] = [
    ...exports.map(({ id }) => `the export ${quoted(id)}`),
    ...atWork.map(({ id, type }) => `the ${type} job ${quoted(id)}`),
  ];
  return other === undefined ? one : undefined;
}

/** The job whose filter this is: nobody knows that by its name. */
function jobOf({ jobs }: BlockGraph, name: NodeName): string | undefined {
  const job = [...jobs.values()].find(({ filter }) => filter === name);
  return job && `the ${job.type} job ${quoted(job.id)}`;
}

const UNNAMED = 'an unnamed block device';

/** A conflict as a refusal of the argument that names its node. */
export function accessRefusal(graph: BlockGraph, conflict: Conflict, argument: string | undefined): Refusal {
  const { node } = conflict;
  switch (conflict.kind) {
    case 'read-only':
      return saidByQemu(
        refuse('node-in-use', argument, `${quoted(node)} is read-only, and this needs to write to it.`, [
          'open it without read-only, or choose another node',
        ]),
        conflict.wasWritable
          ? `Read-only block node '${node}' cannot support read-write users`
          : 'Block node is read-only',
      );
    case 'file': {
      const filename = graph.nodes.get(node)?.filename ?? node;
      const [image] = conflict.other.startsWith('#') ? nodesUsing(graph, conflict.other) : [];
      const holder = image?.name ?? conflict.other;
      return saidByQemu(
        refuse('file-locked', argument, `${quoted(filename)} is open as ${quoted(holder)} already.`, [
          `use ${quoted(holder)}, or another file`,
        ]),
        `Failed to get ${conflict.shared ? 'shared ' : ''}"${conflict.what}" lock`,
      );
    }
    case 'users': {
      const { wants, denies, what } = conflict;
      const holder = (unnamedUser(graph, conflict) ?? denies.user)
        .replace(/^node '(.*)'$/, (_, name) => jobOf(graph, name) ?? quoted(name))
        .replace(/^(\w+) job '(.*)'$/, (_, type, id) => `the ${type} job ${quoted(id)}`);
      const message =
        what === 'consistent read'
          ? `What ${quoted(node)} holds makes no sense while ${holder} is at work on it.`
          : `This would ${wouldDo(what)} ${quoted(node)}, while ${holder} counts on it to stay as it is.`;
      const uses = (role: string) => `(uses node '${node}' as '${role}' child)`;
      const refusal = refuse('node-in-use', argument, message, [
        `wait until ${holder} is done with it, or choose another node`,
      ]);
      const job = / job '(.*)'$/.exec(denies.user)?.[1];
      return saidByQemu(
        job === undefined ? refusal : { ...refusal, since: { job } },
        `Permission conflict on node '${node}': permissions '${what}' are both required by ${wants.user} ${uses(wants.role)} and unshared by ${denies.user} ${uses(denies.role)}.`,
      );
    }
  }
}

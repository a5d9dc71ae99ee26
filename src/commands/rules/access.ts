import { beneathFilters } from '../../graph/chain.ts';
import type { BlockGraph, BlockJob, NodeName, Refusal } from '../../graph/graph.ts';
import { hasEnded } from '../../graph/job.ts';
import { filterDriver, filterOf } from '../../graph/job-nodes.ts';
import { type Conflict, conflictIn, type Use } from '../../graph/permissions.ts';
import { differences } from '../../graph/shared-map.ts';
import { nodesUsing } from '../../graph/users.ts';
import type { Arguments } from '../define.ts';
import { saidByQemu } from './qemu-error.ts';
import { quoted, refuse } from './refusals.ts';
import { insteadOfCommit } from './shared-base.ts';

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
  if (!conflict) return undefined;
  const refusal = accessRefusal(after, conflict, args.naming(conflict.node));
  const commit = [...after.jobs.values()].find(
    job => job.type === 'commit' && !before.jobs.has(job.id) && job.on?.['base-node'] === conflict.node,
  );
  const top = commit?.on?.['top-node'];
  return top !== undefined && conflict.kind === 'users' && conflict.denies.role === 'backing'
    ? { ...refusal, help: insteadOfCommit(before, beneathFilters(before, top), conflict.node) }
    : refusal;
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

/** A user of a node in words. */
function userText(graph: BlockGraph, node: NodeName, { user }: Use): string {
  return ((user === UNNAMED ? unnamedUser(graph, node) : undefined) ?? user)
    .replace(/^node '(.*)'$/, (_, name) => jobOf(graph, name) ?? quoted(name))
    .replace(/^(\w+) job '(.*)'$/, (_, type, id) => `the ${type} job ${quoted(id)}`)
    .replace(/^[^\s`]+$/, quoted);
}

/** Whether a user, as `userText` tells it, lets the node go by itself one day. */
function isJob(user: string): boolean {
  return /^the \w+ job /.test(user);
}

/** The export or the job that QEMU speaks of as an unnamed block device, where it can be no other. */
function unnamedUser({ attachments, jobs }: BlockGraph, node: NodeName): string | undefined {
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
    case 'read-only': {
      if (!conflict.wasWritable)
        return saidByQemu(
          refuse('node-in-use', argument, `${quoted(node)} is read-only, and this needs to write to it.`, [
            'open it without read-only, or choose another node',
          ]),
          'Block node is read-only',
        );
      const writer = userText(graph, node, conflict.writer);
      const message = `${writer} writes to ${quoted(node)}, so it can't become read-only.`;
      const help = isJob(writer) ? `wait until ${writer} is done with it` : 'leave `read-only` out';
      return saidByQemu(
        refuse('node-in-use', argument, message, [help]),
        `Read-only block node '${node}' cannot support read-write users`,
      );
    }
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
      // Of two that QEMU calls alike none can be told by what else is known of the node.
      const holder =
        denies.user === UNNAMED && wants.user === UNNAMED ? UNNAMED : userText(graph, node, denies);
      const message =
        what === 'consistent read'
          ? `What ${quoted(node)} holds makes no sense while ${holder} is at work on it.`
          : `This would ${wouldDo(what)} ${quoted(node)}, while ${holder} counts on it to stay as it is.`;
      const uses = (role: string) => `(uses node '${node}' as '${role}' child)`;
      const refusal = refuse('node-in-use', argument, message, [
        isJob(holder)
          ? `wait until ${holder} is done with it, or choose another node`
          : 'choose another node',
      ]);
      const job = / job '(.*)'$/.exec(denies.user)?.[1];
      return saidByQemu(
        job === undefined ? refusal : { ...refusal, since: { job } },
        `Permission conflict on node '${node}': permissions '${what}' are both required by ${wants.user} ${uses(wants.role)} and unshared by ${denies.user} ${uses(denies.role)}.`,
      );
    }
  }
}

import { findDevice, rootAbove } from '../graph/chain.ts';
import type { BlockGraph, NodeName } from '../graph/graph.ts';
import { nodesOfLibvirt } from '../graph/libvirt.ts';
import { isObject } from '../qmp/json.ts';
import { Arguments } from './define.ts';
import type { IsOwn } from './own.ts';

/** What a command would do to a disk behind libvirt's back, in the terms that virsh's commands are about. */
export type Change = { readonly node: NodeName; readonly argument: string } & (
  | { readonly kind: 'snapshot'; readonly file?: string | undefined; readonly format?: string | undefined }
  /** `top` is undefined for the active layer; `base` for the end of the chain. */
  | { readonly kind: 'commit'; readonly top?: NodeName | undefined; readonly base?: NodeName | undefined }
  | { readonly kind: 'pull'; readonly base?: NodeName | undefined; readonly below: boolean }
  | { readonly kind: 'copy'; readonly file?: string | undefined; readonly format?: string | undefined }
  | { readonly kind: 'resize'; readonly size?: number | undefined }
  | { readonly kind: 'medium' }
  | { readonly kind: 'revert' | 'forget'; readonly tag?: string | undefined }
  /** What may be a checkpoint: `taken` by a backup that clears it. */
  | {
      readonly kind: 'bitmap';
      readonly name: string;
      readonly does: BitmapChange | 'takes';
    }
  /** A job that the script has not started; libvirt lets go of its own jobs itself. */
  | {
      readonly kind: 'job';
      readonly id: string;
      readonly type: string;
      readonly does: 'cancels' | 'completes' | 'lets-go';
    }
  /** What may serve a backup, or take in a migration. */
  | { readonly kind: 'served'; readonly what: 'server' | 'export' }
  /** virsh has no command for it. */
  | { readonly kind: 'other' }
);

/**
 * The change of a disk that libvirt keeps the books of, where a command makes one: of its chain, its size or its medium, of a
 * bitmap that may be a checkpoint, of an NBD server that may serve a backup. Nodes, bitmaps and servers of one's own, copies that
 * the guest does not move to, and queries are none.
 */
export function changeBehindLibvirt(
  graph: BlockGraph,
  command: string,
  members: unknown,
  isOwn: IsOwn,
): Change | undefined {
  const args = new Arguments(members);
  if (command === 'transaction') return inActions(graph, args.value('actions'), isOwn);
  const theirs = nodesOfLibvirt(graph);
  const named = (...names: readonly string[]) => {
    for (const argument of names) {
      const name = args.text(argument);
      const node = name === undefined ? undefined : nodeOf(graph, name);
      if (node !== undefined && theirs.has(node)) return { node, argument };
    }
    return undefined;
  };
  const of = (place: ReturnType<typeof named>, change: DistributiveOmit<Change, 'node' | 'argument'>) =>
    place && ({ ...place, ...change } as Change);
  switch (command) {
    case 'blockdev-snapshot-sync':
      return of(named('node-name', 'device'), {
        kind: 'snapshot',
        file: args.text('snapshot-file'),
        format: args.text('format'),
      });
    case 'blockdev-snapshot': {
      const overlay = graph.nodes.get(args.text('overlay') ?? '');
      return of(named('node'), { kind: 'snapshot', file: overlay?.filename, format: overlay?.driver });
    }
    case 'block-commit': {
      const place = named('device', 'top-node');
      const root = place && rootAbove(graph, place.node);
      const top = args.text('top-node');
      return of(place, {
        kind: 'commit',
        top: top === root ? undefined : top,
        base: args.text('base-node'),
      });
    }
    case 'block-stream': {
      const place = named('device');
      const bottom = graph.nodes.get(args.text('bottom') ?? '')?.backing ?? undefined;
      const below = place !== undefined && rootAbove(graph, place.node) !== place.node;
      return of(place, { kind: 'pull', base: args.text('base-node') ?? bottom, below });
    }
    case 'drive-mirror':
      return of(named('device'), { kind: 'copy', file: args.text('target'), format: args.text('format') });
    case 'job-complete':
    case 'block-job-complete':
      return othersJob(graph, args, 'completes', theirs, isOwn) ?? pivot(graph, args, theirs);
    case 'job-cancel':
    case 'block-job-cancel':
      return othersJob(graph, args, 'cancels', theirs, isOwn);
    case 'job-finalize':
    case 'block-job-finalize':
    case 'job-dismiss':
    case 'block-job-dismiss':
      return othersJob(graph, args, 'lets-go', theirs, isOwn);
    case 'block_resize':
      return of(named('node-name', 'device'), { kind: 'resize', size: args.integer('size') });
    case 'eject':
    case 'blockdev-change-medium':
    case 'blockdev-insert-medium':
    case 'blockdev-remove-medium':
      return of(named('device', 'id'), { kind: 'medium' });
    case 'blockdev-reopen':
      return reopened(graph, args.value('options'), theirs);
    case 'snapshot-load': {
      const state = named('vmstate');
      return of(state ?? amongDevices(args.value('devices'), theirs), {
        kind: 'revert',
        tag: args.text('tag'),
      });
    }
    case 'snapshot-delete':
      return of(amongDevices(args.value('devices'), theirs), { kind: 'forget', tag: args.text('tag') });
    case 'blockdev-snapshot-delete-internal-sync':
      return of(named('device'), { kind: 'forget', tag: args.text('name') });
    case 'block-dirty-bitmap-clear':
    case 'block-dirty-bitmap-remove':
    case 'block-dirty-bitmap-disable':
    case 'block-dirty-bitmap-enable':
    case 'block-dirty-bitmap-merge':
    case 'blockdev-backup':
    case 'drive-backup': {
      const does = BITMAP_CHANGES.get(command) ?? (keepsBitmap(args) ? undefined : 'takes');
      const place = does === 'takes' ? 'device' : 'node';
      const bitmap = does === 'takes' ? 'bitmap' : does === 'adds' ? 'target' : 'name';
      const name = args.text(bitmap);
      if (!does || name === undefined || isOwn('bitmap', `${args.text(place)}/${name}`)) return undefined;
      const at = named(place);
      const found = graph.nodes.get(at?.node ?? '')?.bitmaps?.find(one => one.name === name);
      return found?.persistent
        ? of(at && { ...at, argument: bitmap }, { kind: 'bitmap', name, does })
        : undefined;
    }
    case 'nbd-server-stop':
      if (graph.nbdServer === false || isOwn('nbd-server', '')) return undefined;
      return { node: '', argument: '', kind: 'served', what: 'server' };
    case 'block-export-del':
    case 'nbd-server-remove': {
      const argument = command === 'nbd-server-remove' ? 'name' : 'id';
      if (!args.text(argument)?.startsWith('libvirt-nbd-')) return undefined;
      return { node: '', argument, kind: 'served', what: 'export' };
    }
    case 'blockdev-del':
    case 'change-backing-file':
    case 'x-blockdev-change':
    case 'x-blockdev-reopen':
      return of(named('device', 'node-name', 'image-node-name', 'parent'), { kind: 'other' });
    default:
      return undefined;
  }
}

export type BitmapChange = 'adds' | 'clears' | 'removes' | 'starts' | 'stops';

const BITMAP_CHANGES: ReadonlyMap<string, BitmapChange> = new Map([
  ['block-dirty-bitmap-clear', 'clears'],
  ['block-dirty-bitmap-remove', 'removes'],
  ['block-dirty-bitmap-disable', 'stops'],
  ['block-dirty-bitmap-enable', 'starts'],
  ['block-dirty-bitmap-merge', 'adds'],
]);

/** Whether a backup leaves its bitmap as it is. */
function keepsBitmap(args: Arguments): boolean {
  return args.text('sync') !== 'incremental' && args.text('bitmap-mode') === 'never';
}

/** The first of a snapshot's disks that is libvirt's: each of them is as it was then, whichever holds the state of the guest. */
function amongDevices(devices: unknown, theirs: ReadonlySet<NodeName>) {
  const node = Array.isArray(devices) ? devices.map(String).find(name => theirs.has(name)) : undefined;
  return node === undefined ? undefined : { node, argument: 'devices' };
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function nodeOf(graph: BlockGraph, name: string): NodeName | undefined {
  return findDevice(graph, name)?.node ?? (graph.nodes.has(name) ? name : undefined);
}

function inActions(graph: BlockGraph, actions: unknown, isOwn: IsOwn): Change | undefined {
  for (const [at, action] of Array.isArray(actions) ? actions.entries() : []) {
    if (!isObject(action) || action['type'] === 'transaction') continue;
    const change = changeBehindLibvirt(graph, String(action['type']), action['data'], isOwn);
    if (change) return { ...change, argument: `actions.${at}.data.${change.argument}` };
  }
  return undefined;
}

/**
 * The job that a command names, with the first of its nodes that is libvirt's. One whose nodes a running QEMU does not tell counts as
 * one on the guest's disk.
 */
function jobOfDisk(graph: BlockGraph, args: Arguments, theirs: ReadonlySet<NodeName>) {
  const argument = args.has('id') ? 'id' : 'device';
  const job = graph.jobs.get(args.text(argument) ?? '');
  const nodes = Object.values(job?.on ?? {});
  const node = nodes.find(name => theirs.has(name)) ?? (nodes.length === 0 ? '' : undefined);
  return job && node !== undefined ? { job, node, argument } : undefined;
}

function othersJob(
  graph: BlockGraph,
  args: Arguments,
  does: 'cancels' | 'completes' | 'lets-go',
  theirs: ReadonlySet<NodeName>,
  isOwn: IsOwn,
): Change | undefined {
  const found = jobOfDisk(graph, args, theirs);
  if (!found || isOwn('job', found.job.id)) return undefined;
  const { job, node, argument } = found;
  return { node, argument, kind: 'job', id: job.id, type: job.type, does };
}

function pivot(graph: BlockGraph, args: Arguments, theirs: ReadonlySet<NodeName>): Change | undefined {
  const found = jobOfDisk(graph, args, theirs);
  if (found?.job.type !== 'mirror' && found?.job.type !== 'commit') return undefined;
  const { job, node, argument } = found;
  if (job.type === 'commit') return { node, argument, kind: 'commit', base: job.on?.['base-node'] };
  const target = graph.nodes.get(job.on?.['target'] ?? '');
  return { node, argument, kind: 'copy', file: target?.filename, format: target?.driver };
}

function reopened(graph: BlockGraph, options: unknown, theirs: ReadonlySet<NodeName>): Change | undefined {
  for (const [at, one] of Array.isArray(options) ? options.entries() : []) {
    const name = isObject(one) ? one['node-name'] : undefined;
    if (typeof name === 'string' && graph.nodes.has(name) && theirs.has(name))
      return { node: name, argument: `options.${at}.node-name`, kind: 'other' };
  }
  return undefined;
}

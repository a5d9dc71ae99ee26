import type { JsonObject } from '../../src/qmp/json.ts';

/** A command, and in which order its reply (`R`, or `ERROR`) and its events come. */
export interface Operation {
  readonly command: string;
  readonly args: JsonObject;
  /**
   * `c r w p k n y` are JOB_STATUS_CHANGE created, running, waiting, pending, concluded, null, ready; `paused`, `standby` and
   * `aborting` stand for themselves.
   */
  readonly order: string;
  /** QEMU itself brings the reply sooner or later, so only the events are compared. */
  readonly varies?: boolean;
}

export interface Scenario {
  readonly name: string;
  readonly operations: readonly Operation[];
}

const SIZE = 64 * 1024 * 1024;
const on = (command: string, args: JsonObject, order: string, varies = false): Operation => ({
  command,
  args,
  order,
  varies,
});
const job = { 'job-id': 'j' };
const byHand = { 'auto-finalize': false, 'auto-dismiss': false };
const node = (name: string, more: JsonObject = {}) =>
  on('blockdev-add', { driver: 'null-co', 'node-name': name, size: SIZE, 'read-zeroes': true, ...more }, 'R');
const brokenNode = on(
  'blockdev-add',
  {
    driver: 'raw',
    'node-name': 'T',
    file: {
      driver: 'blkdebug',
      'inject-error': [{ event: 'write_aio', errno: 28 }],
      image: { driver: 'null-co', size: SIZE, 'read-zeroes': true },
    },
  },
  'R',
);
const mirror = (sync: string, order: string, more: JsonObject = {}) =>
  on('blockdev-mirror', { ...job, device: 'D', target: 'T', sync, ...more }, order, sync !== 'none');
const stream = (base: string, order: string, more: JsonObject = {}) =>
  on('block-stream', { ...job, device: 'D', 'base-node': base, ...more }, order);
const backup = (order: string, more: JsonObject = {}) =>
  on('blockdev-backup', { ...job, device: 'D', target: 'T', sync: 'full', ...more }, order);
const commit = (order: string, more: JsonObject = {}) =>
  on('block-commit', { ...job, device: 'D', 'base-node': 'A', ...more }, order, !('top-node' in more));

/**
 * What QEMU was seen to say, in its order, on the chain A <- B <- C <- D of `disk0`. The simulator is held to it, and a real
 * storage daemon too, so that it stays true.
 */
export const scenarios: readonly Scenario[] = [
  {
    name: 'commands without a job',
    operations: [
      node('T'),
      on('blockdev-del', { 'node-name': 'T' }, 'R'),
      on('block-dirty-bitmap-add', { node: 'D', name: 'b' }, 'R'),
      on(
        'blockdev-snapshot-sync',
        { 'node-name': 'D', 'snapshot-file': 'e.qcow2', 'snapshot-node-name': 'E' },
        'R',
      ),
      on('block-export-del', { id: 'disk0' }, 'EXPORT_DELETED R'),
    ],
  },
  { name: 'a stream', operations: [stream('A', 'c r R w p COMPLETED k n')] },
  { name: 'a stream with nothing to do', operations: [stream('C', 'c r w p COMPLETED k n R')] },
  {
    name: 'a stream that is finalized and dismissed by hand',
    operations: [
      stream('A', 'c r R w p PENDING', byHand),
      on('job-finalize', { id: 'j' }, 'COMPLETED k R'),
      on('job-dismiss', { id: 'j' }, 'n R'),
    ],
  },
  {
    name: 'a stream cancelled while it is pending',
    operations: [
      stream('A', 'c r R w p PENDING', byHand),
      on('job-cancel', { id: 'j' }, 'aborting CANCELLED k R'),
      on('job-dismiss', { id: 'j' }, 'n R'),
    ],
  },
  { name: 'a commit', operations: [commit('c r R w p COMPLETED k n', { 'top-node': 'C' })] },
  {
    name: 'a commit of the active layer',
    operations: [commit('c r R y READY'), on('job-complete', { id: 'j' }, 'R w p COMPLETED k n')],
  },
  {
    name: 'a mirror',
    operations: [
      node('T'),
      mirror('full', 'c r R y READY'),
      on('job-complete', { id: 'j' }, 'R w p COMPLETED k n'),
    ],
  },
  {
    name: 'a mirror of new writes, paused while it is ready and completed meanwhile',
    operations: [
      node('T'),
      mirror('none', 'c r y READY R'),
      on('job-pause', { id: 'j' }, 'standby R'),
      on('job-complete', { id: 'j' }, 'R'),
      on('job-resume', { id: 'j' }, 'y R w p COMPLETED k n'),
    ],
  },
  {
    name: 'a mirror that is finalized by hand',
    operations: [
      node('T'),
      mirror('full', 'c r R y READY', byHand),
      on('job-complete', { id: 'j' }, 'R w p PENDING'),
      on('job-finalize', { id: 'j' }, 'COMPLETED k R'),
      on('job-dismiss', { id: 'j' }, 'n R'),
    ],
  },
  {
    name: 'a mirror into a node of another size',
    operations: [node('T', { size: SIZE / 2 }), mirror('full', 'c r R aborting COMPLETED k n')],
  },
  {
    name: 'a mirror that is softly cancelled',
    operations: [
      node('T'),
      mirror('full', 'c r R y READY'),
      on('block-job-cancel', { device: 'j' }, 'R w p COMPLETED k n'),
    ],
  },
  {
    name: 'a ready mirror that is cancelled by force, and one by job-cancel',
    operations: [
      node('T'),
      mirror('full', 'c r R y READY'),
      on('block-job-cancel', { device: 'j', force: true }, 'R aborting CANCELLED k n'),
      mirror('full', 'c r R y READY'),
      on('job-cancel', { id: 'j' }, 'R aborting CANCELLED k n'),
    ],
  },
  { name: 'a backup', operations: [node('T'), backup('c r paused r R w p COMPLETED k n')] },
  {
    name: 'a backup that is finalized by hand',
    operations: [
      node('T'),
      backup('c r paused r R w p PENDING', byHand),
      on('block-job-finalize', { id: 'j' }, 'COMPLETED k R'),
      on('block-job-dismiss', { id: 'j' }, 'n R'),
    ],
  },
  {
    name: 'a new image file',
    operations: [
      on(
        'blockdev-create',
        { ...job, options: { driver: 'file', filename: 'n.img', size: 0 } },
        'c r R w p k',
      ),
      on('job-dismiss', { id: 'j' }, 'n R'),
    ],
  },
  {
    name: 'image files in folders that are none',
    operations: [
      on(
        'blockdev-create',
        { ...job, options: { driver: 'file', filename: 'none/n', size: 0 } },
        'c r aborting k R',
      ),
      on('query-jobs', {}, 'R'),
      on('job-dismiss', { id: 'j' }, 'n R'),
      on(
        'blockdev-create',
        { ...job, options: { driver: 'qcow2', file: { driver: 'file', filename: 'none' }, size: 0 } },
        'c r R aborting k',
      ),
      on('query-jobs', {}, 'R'),
      ...['none/e', 'A.qcow2/e'].flatMap(filename => [
        on('blockdev-snapshot-sync', { 'node-name': 'D', 'snapshot-file': filename }, 'ERROR'),
        on('blockdev-add', { driver: 'file', 'node-name': 'F', filename }, 'ERROR'),
      ]),
    ],
  },
  {
    name: 'a backup that cannot write',
    operations: [
      brokenNode,
      backup('c r paused r R IO_ERROR aborting COMPLETED k', { 'auto-dismiss': false }),
      on('job-dismiss', { id: 'j' }, 'n R'),
    ],
  },
  {
    name: 'a backup in a transaction',
    operations: [
      node('T'),
      on(
        'transaction',
        {
          actions: [{ type: 'blockdev-backup', data: { ...job, device: 'D', target: 'T', sync: 'full' } }],
        },
        'c r paused r R w p COMPLETED k n',
      ),
    ],
  },
  {
    name: 'what the graph does not allow',
    operations: [
      ...[
        ['block-commit', { ...job, device: 'nobody' }],
        ['block-commit', { ...job, device: 'D', 'top-node': 'A', 'base-node': 'C' }],
        ['block-commit', { ...job, device: 'D', 'top-node': 'C', 'base-node': 'C' }],
        ['block-commit', { ...job, device: 'C', 'base-node': 'A' }],
        ['block-commit', { device: 'D', 'base-node': 'A' }],
        ['block-stream', { ...job, device: 'D', 'base-node': 'D' }],
        ['block-stream', { ...job, device: 'B', 'base-node': 'C' }],
        ['block-stream', { 'job-id': '1', device: 'D' }],
        ['blockdev-mirror', { ...job, device: 'D', target: 'nobody', sync: 'full' }],
        ['blockdev-mirror', { ...job, device: 'B', target: 'A', sync: 'full' }],
        ['blockdev-backup', { ...job, device: 'D', target: 'D', sync: 'full' }],
        ['blockdev-backup', { ...job, device: 'D', target: 'nobody', sync: 'full', compress: true }],
        ['blockdev-add', { driver: 'null-co', 'node-name': 'D', size: 512 }],
        ['blockdev-add', { driver: 'null-co', 'node-name': '1bad', size: 512 }],
        ['blockdev-add', { driver: 'null-co', size: 512 }],
        ['blockdev-add', { driver: 'qcow2', 'node-name': 'X', file: 'nobody' }],
        ['blockdev-del', { 'node-name': 'D' }],
        ['blockdev-del', { 'node-name': 'A' }],
        ['blockdev-del', { 'node-name': 'nobody' }],
        ['blockdev-snapshot', { node: 'D', overlay: 'A' }],
        ['blockdev-snapshot', { node: 'D', overlay: 'nobody' }],
        ['blockdev-snapshot-sync', { 'node-name': 'B', 'snapshot-file': 'x', 'snapshot-node-name': 'X' }],
        ['blockdev-snapshot-sync', { 'node-name': 'D', 'snapshot-file': 'x', 'snapshot-node-name': 'A' }],
        ['block-export-add', { type: 'nbd', id: 'x', 'node-name': 'D' }],
        ['block-export-del', { id: 'x' }],
        ['block-dirty-bitmap-remove', { node: 'D', name: 'none' }],
        ['block-dirty-bitmap-add', { node: 'D', name: 'b', granularity: 3 }],
        ['change-backing-file', { device: 'D', 'image-node-name': 'nobody', 'backing-file': 'x' }],
        ['block_resize', { 'node-name': 'A', size: 512 }],
        ['block-job-complete', { device: 'j' }],
        ['job-dismiss', { id: 'j' }],
        ['block-job-set-speed', { device: 'j', speed: 1 }],
      ].map(([command, args]) => on(command as string, args as JsonObject, 'ERROR')),
    ],
  },
  {
    name: 'a job that is told what it does not accept',
    operations: [
      stream('A', 'c r R w p PENDING', byHand),
      on('job-complete', { id: 'j' }, 'ERROR'),
      on('job-dismiss', { id: 'j' }, 'ERROR'),
      on('job-pause', { id: 'j' }, 'ERROR'),
      on('block-job-cancel', { device: 'k' }, 'ERROR'),
      on('job-cancel', { id: 'k' }, 'ERROR'),
    ],
  },
];

const LETTERS: Readonly<Record<string, string>> = {
  created: 'c',
  running: 'r',
  waiting: 'w',
  pending: 'p',
  concluded: 'k',
  null: 'n',
  ready: 'y',
};

/** Messages in the notation of `order`. */
export function orderOf(messages: readonly any[]): string {
  return messages
    .map(({ event, data, error }) => {
      if (event === undefined) return error ? 'ERROR' : 'R';
      if (event === 'JOB_STATUS_CHANGE') return LETTERS[data.status] ?? data.status;
      return event === 'BLOCK_JOB_ERROR' ? 'IO_ERROR' : event.replace(/^BLOCK_(JOB_)?/, '');
    })
    .join(' ');
}

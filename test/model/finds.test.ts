import type { JsonObject } from '../../src/qmp/json.ts';
import { holdAgainstQemu, type Scenario } from './walk/scenarios.ts';

/**
 * What random walks found out about QEMU, each as the fewest commands that show it. They start on the chain A <- B <- C <- D,
 * with D exported as x0. A walk compares both sides after each command; what both say to the last one is told here. A reopen
 * repeats its file, whose name QEMU made up: `#` stands for it.
 */
const finds: readonly Scenario[] = [
  [
    'the base of an active commit is as big as its top from READY on, not only from its completion',
    'accepted',
    [['block-commit', { device: 'D', 'job-id': 'j', 'auto-dismiss': false }]],
  ],
  [
    'a commit below the active layer keeps its nodes until it is dismissed',
    'refused',
    [
      ['block-commit', { device: 'D', 'top-node': 'C', 'job-id': 'j', 'auto-dismiss': false }],
      ['drive-mirror', { device: 'D', target: 'new.qcow2', sync: 'full', format: 'qcow2', 'job-id': 'k' }],
    ],
  ],
  [
    'a commit takes the users of its top to the base with it',
    'accepted',
    [
      ['block-export-add', { type: 'nbd', id: 'x1', 'node-name': 'C', name: 'x1' }],
      ['block-commit', { device: 'D', 'top-node': 'C', 'job-id': 'j' }],
    ],
  ],
  [
    'a top that somebody writes to is committed like an active layer, also below a leftover overlay',
    'accepted',
    [
      ['block-commit', { device: 'D', 'base-node': 'B', 'job-id': 'j' }],
      ['job-complete', { id: 'j' }],
      ['blockdev-del', { 'node-name': 'D' }],
      ['block-commit', { device: 'C', 'top-node': 'B', 'job-id': 'k' }],
      ['job-complete', { id: 'k' }],
    ],
  ],
  [
    'an image that reads from where a commit works is in its way',
    'refused',
    [
      [
        'blockdev-add',
        { driver: 'qcow2', 'node-name': 'T', file: { driver: 'file', filename: 't.qcow2' }, backing: 'C' },
      ],
      ['block-commit', { device: 'T', 'job-id': 'j' }],
    ],
  ],
  [
    'a stream with nothing below leaves the recorded name as it is',
    'accepted',
    [
      ['blockdev-reopen', { options: [{ driver: 'qcow2', file: '#', 'node-name': 'B', backing: null }] }],
      ['block-stream', { device: 'B', 'job-id': 'j' }],
    ],
  ],
  [
    'a stream to a `bottom` takes no backing-file',
    'refused',
    [['block-stream', { device: 'D', bottom: 'C', 'backing-file': 'b.qcow2', 'job-id': 'j' }]],
  ],
  [
    'drive-mirror sets the backing of its target only once the copy is whole',
    'accepted',
    [
      [
        'drive-mirror',
        { device: 'D', target: 'new.qcow2', sync: 'top', format: 'qcow2', 'node-name': 'N', 'job-id': 'j' },
      ],
    ],
  ],
  [
    'and does so for a soft cancel too',
    'accepted',
    [
      [
        'drive-mirror',
        { device: 'D', target: 'new.qcow2', sync: 'top', format: 'qcow2', 'node-name': 'N', 'job-id': 'j' },
      ],
      ['block-export-add', { type: 'nbd', id: 'x1', 'node-name': 'A', name: 'x1' }],
      ['block-job-cancel', { device: 'j' }],
    ],
  ],
  [
    'a backup can go into an image that is the backing of another',
    'accepted',
    [
      ['blockdev-add', { driver: 'qcow2', 'node-name': 'T', file: { driver: 'file', filename: 't.qcow2' } }],
      [
        'blockdev-add',
        { driver: 'qcow2', 'node-name': 'V', file: { driver: 'file', filename: 'v.qcow2' }, backing: 'T' },
      ],
      ['blockdev-backup', { device: 'D', target: 'T', sync: 'full', 'job-id': 'j' }],
    ],
  ],
  [
    'an image with overlays can become an overlay itself',
    'accepted',
    [
      ['blockdev-add', { driver: 'qcow2', 'node-name': 'T', file: { driver: 'file', filename: 't.qcow2' } }],
      [
        'blockdev-add',
        { driver: 'qcow2', 'node-name': 'V', file: { driver: 'file', filename: 'v.qcow2' }, backing: 'T' },
      ],
      ['blockdev-snapshot', { node: 'D', overlay: 'T' }],
    ],
  ],
  [
    'an overlay that is made on a read-only image is read-only',
    'accepted',
    [
      ['block-export-del', { id: 'x0' }],
      [
        'blockdev-reopen',
        { options: [{ driver: 'qcow2', file: '#', 'node-name': 'D', backing: 'C', 'read-only': true }] },
      ],
      ['block-export-add', { type: 'nbd', id: 'x1', 'node-name': 'D', name: 'x1' }],
      ['blockdev-snapshot-sync', { 'node-name': 'D', 'snapshot-file': 'e.qcow2', 'snapshot-node-name': 'E' }],
    ],
  ],
  [
    'an overlay records how the image below was opened, where its own record says otherwise',
    'accepted',
    [
      ['blockdev-reopen', { options: [{ driver: 'qcow2', file: '#', 'node-name': 'D', backing: null }] }],
      ['blockdev-snapshot-sync', { 'node-name': 'D', 'snapshot-file': 'e.qcow2', 'snapshot-node-name': 'E' }],
    ],
  ],
  [
    'a reopen that says nothing of read-only leaves the file as it was, and fails on a read-only image',
    'refused',
    [
      ['blockdev-snapshot-sync', { 'node-name': 'D', 'snapshot-file': 'e.qcow2', 'snapshot-node-name': 'E' }],
      ['blockdev-reopen', { options: [{ driver: 'qcow2', file: '#', 'node-name': 'D', backing: 'C' }] }],
    ],
  ],
  [
    'a reopen has to name the backing of an image that records one, even where it has none',
    'refused',
    [
      [
        'blockdev-add',
        { driver: 'qcow2', 'node-name': 'V', file: { driver: 'file', filename: 'v.qcow2' }, backing: null },
      ],
      ['blockdev-reopen', { options: [{ driver: 'qcow2', file: '#', 'node-name': 'V' }] }],
    ],
  ],
  [
    'the filter of a stream stays where it is',
    'refused',
    [
      ['block-stream', { device: 'B', 'job-id': 'j', 'auto-finalize': false }],
      ['blockdev-reopen', { options: [{ driver: 'qcow2', file: '#', 'node-name': 'C', backing: null }] }],
    ],
  ],
  [
    'a raw image is resized to whole sectors, a qcow2 image has to be told them',
    'refused',
    [
      ['blockdev-add', { driver: 'raw', 'node-name': 'R', file: { driver: 'file', filename: 'r.img' } }],
      ['block_resize', { 'node-name': 'R', size: 3145828 }],
      ['blockdev-add', { driver: 'qcow2', 'node-name': 'T', file: { driver: 'file', filename: 't.qcow2' } }],
      ['block_resize', { 'node-name': 'T', size: 3145828 }],
    ],
  ],
  [
    'an export over NBD keeps its image from being resized',
    'refused',
    [['block_resize', { 'node-name': 'D', size: 3145728 }]],
  ],
  [
    'a paused mirror is not cancelled softly',
    'refused',
    [
      ['drive-mirror', { device: 'D', target: 'new.qcow2', sync: 'full', format: 'qcow2', 'job-id': 'j' }],
      ['job-pause', { id: 'j' }],
      ['block-job-cancel', { device: 'j' }],
    ],
  ],
  [
    'a paused mirror takes note of its completion, and completes when it goes on',
    'accepted',
    [
      ['drive-mirror', { device: 'D', target: 'new.qcow2', sync: 'full', format: 'qcow2', 'job-id': 'j' }],
      ['job-pause', { id: 'j' }],
      ['job-complete', { id: 'j' }],
      ['job-resume', { id: 'j' }],
    ],
  ],
  [
    'a persistent bitmap that came to a read-only image keeps it from being reopened read-only',
    'refused',
    [
      ['blockdev-snapshot-sync', { 'node-name': 'D', 'snapshot-file': 'e.qcow2', 'snapshot-node-name': 'E' }],
      ['block-dirty-bitmap-add', { node: 'D', name: 'b0', persistent: true }],
      [
        'blockdev-reopen',
        { options: [{ driver: 'qcow2', file: '#', 'node-name': 'D', backing: 'C', 'read-only': true }] },
      ],
    ],
  ],
  [
    'one that was there before does not',
    'accepted',
    [
      ['block-dirty-bitmap-add', { node: 'D', name: 'b0', persistent: true }],
      ['blockdev-snapshot-sync', { 'node-name': 'D', 'snapshot-file': 'e.qcow2', 'snapshot-node-name': 'E' }],
      [
        'blockdev-reopen',
        { options: [{ driver: 'qcow2', file: '#', 'node-name': 'D', backing: 'C', 'read-only': true }] },
      ],
    ],
  ],
  [
    'a bitmap outlives the growth of its image by a commit, where no export shows it',
    'accepted',
    [
      ['block-dirty-bitmap-add', { node: 'A', name: 'b0', persistent: true }],
      ['block-commit', { device: 'D', 'job-id': 'j' }],
      ['job-complete', { id: 'j' }],
    ],
  ],
  [
    'a grouped transaction that is refused after it began one job leaves none behind',
    'refused',
    [
      ['block-dirty-bitmap-add', { node: 'D', name: 'b0' }],
      [
        'transaction',
        {
          actions: [
            {
              type: 'drive-backup',
              data: {
                device: 'D',
                target: 'new.qcow2',
                sync: 'full',
                format: 'qcow2',
                bitmap: 'b0',
                'bitmap-mode': 'always',
                'job-id': 'j',
                'auto-dismiss': false,
              },
            },
            { type: 'blockdev-backup', data: { device: 'C', target: 'nope', sync: 'full', 'job-id': 'k' } },
          ],
          properties: { 'completion-mode': 'grouped' },
        },
      ],
    ],
  ],
  [
    'the jobs of a group wait for the one that is to be finalized, and any of them finalizes all',
    'accepted',
    [backups({ 'auto-finalize': false }), ['job-finalize', { id: 'k' }]],
  ],
  [
    'the jobs of a group wait for one that never ends by itself',
    'refused',
    [backups({ sync: 'none' }), ['job-finalize', { id: 'k' }]],
  ],
  [
    'a reopen that does not say so makes a raw image writable, but not its file',
    'refused',
    [
      [
        'blockdev-add',
        { driver: 'raw', 'node-name': 'R', file: { driver: 'file', filename: 'r.img' }, 'read-only': true },
      ],
      ['blockdev-reopen', { options: [{ driver: 'raw', 'node-name': 'R', file: '#' }] }],
      ['block-export-add', { type: 'nbd', id: 'x1', 'node-name': 'R', name: 'x1', writable: true }],
    ],
  ],
  [
    'the backing of a read-only image is not rewritten while its file is open elsewhere',
    'refused',
    [
      [
        'blockdev-snapshot-sync',
        { 'node-name': 'D', 'snapshot-node-name': 'N', 'snapshot-file': 'n.qcow2', format: 'qcow2' },
      ],
      [
        'blockdev-add',
        {
          driver: 'qcow2',
          'node-name': 'X',
          file: { driver: 'file', filename: 'd.qcow2' },
          'read-only': true,
          backing: null,
        },
      ],
      ['change-backing-file', { device: 'N', 'image-node-name': 'D', 'backing-file': 'c.qcow2' }],
    ],
  ],
];

/** A group of two backups, of which the first is told more. */
function backups(more: JsonObject): readonly [string, JsonObject] {
  const backup = (id: string, options: JsonObject) => ({
    type: 'drive-backup',
    data: { device: 'D', target: `${id}.new`, sync: 'full', format: 'qcow2', 'job-id': id, ...options },
  });
  return [
    'transaction',
    { actions: [backup('j', more), backup('k', {})], properties: { 'completion-mode': 'grouped' } },
  ];
}

holdAgainstQemu(finds);

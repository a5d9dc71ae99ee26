import type { JsonObject } from '../../src/qmp/json.ts';
import { holdAgainstQemu, type Scenario } from './walk/scenarios.ts';

type Command = readonly [command: string, args: JsonObject];

const filter = (file: string): Command => [
  'blockdev-add',
  { driver: 'copy-on-read', 'node-name': 'F', file },
];
const exported = (node: string): Command => [
  'block-export-add',
  { type: 'nbd', id: 'x1', 'node-name': node, name: 'x1', writable: true },
];
const overlay = (node: string, name: string): Command => [
  'blockdev-snapshot-sync',
  { 'node-name': node, 'snapshot-file': `${name.toLowerCase()}.qcow2`, 'snapshot-node-name': name },
];
const open = (name: string, filename: string): Command => [
  'blockdev-add',
  { driver: 'qcow2', 'node-name': name, file: { driver: 'file', filename }, backing: null },
];
const over = (node: string, overlay: string): Command => ['blockdev-snapshot', { node, overlay }];
const filtered = [open('T', 't.qcow2'), filter('T'), exported('F'), open('E', 'w.qcow2'), over('F', 'E')];
const commit = (args: JsonObject): Command => ['block-commit', { 'job-id': 'j', ...args }];
const complete: Command = ['job-complete', { id: 'j' }];

/** What is tried on the chain A <- B <- C <- D, with D exported as x0; all but the last is accepted. */
const tried: readonly Scenario[] = [
  [
    'a filter is the base of an active commit, and stays',
    'accepted',
    [...filtered, commit({ device: 'E', 'top-node': 'E', 'base-node': 'F' }), complete],
  ],
  [
    'a filter is the base of a commit below the active layer',
    'accepted',
    [
      ...filtered,
      open('G', 'v.qcow2'),
      over('E', 'G'),
      commit({ device: 'G', 'top-node': 'E', 'base-node': 'F', 'backing-file': 't.qcow2' }),
    ],
  ],
  [
    'a filter above the top is no base',
    'refused',
    [...filtered, commit({ device: 'E', 'top-node': 'T', 'base-node': 'F' })],
  ],
  [
    'a filter is no top over the base itself',
    'refused',
    [...filtered, commit({ device: 'E', 'top-node': 'F', 'base-node': 'T' })],
  ],
  ['no node is named', 'refused', [['blockdev-snapshot-sync', { 'snapshot-file': 'e.qcow2' }]]],
  ['no node to resize is named', 'refused', [['block_resize', { size: 512 }]]],
  [
    'a node is no block backend',
    'refused',
    [['blockdev-snapshot-sync', { device: 'D', 'snapshot-file': 'e.qcow2' }]],
  ],
  ['a node is no block backend to resize', 'refused', [['block_resize', { device: 'D', size: 1048576 }]]],
  ['a stream has a speed', 'refused', [['block-stream', { device: 'D', 'job-id': 'j', speed: -1 }]]],
  ['a commit has a speed', 'refused', [commit({ device: 'D', speed: -1 })]],
  [
    'a mirror has a speed',
    'refused',
    [['drive-mirror', { device: 'D', target: 'new.qcow2', sync: 'full', 'job-id': 'j', speed: -1 }]],
  ],
  [
    'a backup has a speed',
    'refused',
    [['drive-backup', { device: 'D', target: 'new.qcow2', sync: 'full', 'job-id': 'j', speed: -1 }]],
  ],
  [
    'an image under a quorum takes in the one below it',
    'accepted',
    [
      open('T', 't.qcow2'),
      ['blockdev-add', { driver: 'null-co', 'node-name': 'N', size: 2097152, 'read-zeroes': true }],
      ['blockdev-add', { driver: 'quorum', 'node-name': 'Q', children: ['T', 'N'], 'vote-threshold': 1 }],
      exported('Q'),
      overlay('T', 'E'),
      ['block-stream', { device: 'E', 'job-id': 'j' }],
    ],
  ],
];

holdAgainstQemu(tried);

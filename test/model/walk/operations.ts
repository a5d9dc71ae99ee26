import fc from 'fast-check';
import type { JsonObject } from '../../../src/qmp/json.ts';
import { bitmapBuilders, type Copy, maybeBitmap, served } from './bitmap-operations.ts';
import { Picker, type Surroundings } from './picker.ts';
import { transactionOf } from './transactions.ts';

/** One step of a walk before it is known what there is to choose from. */
export interface Operation {
  readonly kind: string;
  readonly picks: readonly number[];
}

/** A command as it is sent. */
export interface Command {
  readonly command: string;
  readonly args: JsonObject;
}

const MIB = 1024 * 1024;

/** Images that no walk has open at its start; `v` records a backing file. */
const FILES: readonly [string, ...string[]] = [
  't.qcow2',
  'u.qcow2',
  'w.qcow2',
  'v.qcow2',
  'a.qcow2',
  'd.qcow2',
];

/** Chooses a command. */
export type Build = (pick: Picker) => readonly [command: string, args: object];

/** Kinds of steps, each with how often it is taken. */
export type Builders = Readonly<Record<string, { readonly weight: number; readonly build: Build }>>;

const single: Builders = {
  'blockdev-add': { weight: 10, build: pick => ['blockdev-add', newNode(pick)] },
  'blockdev-del': { weight: 6, build: pick => ['blockdev-del', { 'node-name': pick.node() }] },
  snapshot: { weight: 4, build: pick => ['blockdev-snapshot', { node: pick.root(), overlay: pick.node() }] },
  'snapshot-sync': { weight: 5, build: pick => ['blockdev-snapshot-sync', snapshot(pick)] },
  stream: { weight: 6, build: pick => ['block-stream', stream(pick)] },
  commit: { weight: 6, build: pick => ['block-commit', commit(pick)] },
  mirror: {
    weight: 6,
    build: pick => [
      'blockdev-mirror',
      { device: pick.root(), target: pick.node(), sync: pick.of(['full', 'top', 'none']), ...pick.newJob() },
    ],
  },
  'drive-mirror': {
    weight: 3,
    build: pick => [
      'drive-mirror',
      { ...driveCopy(pick), ...pick.maybe('node-name', 2, () => pick.newNode()) },
    ],
  },
  backup: {
    weight: 5,
    build: pick => [
      'blockdev-backup',
      maybeBitmap(pick, {
        device: pick.root(),
        target: pick.node(),
        sync: pick.of(['full', 'top', 'none']),
        ...pick.newJob(),
      }),
    ],
  },
  'drive-backup': { weight: 5, build: pick => ['drive-backup', maybeBitmap(pick, driveCopy(pick))] },
  create: { weight: 1, build: pick => ['blockdev-create', create(pick)] },
  resize: {
    weight: 3,
    build: pick => [
      'block_resize',
      {
        'node-name': pick.node(),
        size: pick.of([3 * MIB, 2 * MIB, MIB, 2 * MIB + 512, 2 * MIB + 100, 0, -1]),
      },
    ],
  },
  'change-backing-file': {
    weight: 3,
    build: pick => [
      'change-backing-file',
      {
        device: pick.root(),
        'image-node-name': pick.node(),
        'backing-file': pick.of(['a.qcow2', './b.qcow2', '']),
      },
    ],
  },
  reopen: { weight: 5, build: pick => ['blockdev-reopen', { options: [reopened(pick)] }] },
  'export-add': {
    weight: 3,
    build: pick => [
      'block-export-add',
      {
        type: 'nbd',
        id: pick.newExport(),
        'node-name': pick.node(),
        ...pick.maybe('writable', 2, () => true),
        name: `n${pick.newExport()}`,
        ...pick.maybe('bitmaps', 3, () => served(pick)),
      },
    ],
  },
  'export-del': {
    weight: 2,
    build: pick => ['block-export-del', { id: pick.export(), ...pick.maybe('mode', 3, () => 'hard') }],
  },
  'nbd-server': {
    weight: 1,
    build: pick =>
      pick.seldom(3)
        ? ['nbd-server-stop', {}]
        : ['nbd-server-start', { addr: { type: 'unix', data: { path: 'nbd.sock' } } }],
  },
  complete: { weight: 7, build: pick => ['job-complete', { id: pick.job() }] },
  'block-complete': { weight: 2, build: pick => ['block-job-complete', { device: pick.job() }] },
  cancel: { weight: 2, build: pick => ['job-cancel', { id: pick.job() }] },
  'block-cancel': {
    weight: 4,
    build: pick => ['block-job-cancel', { device: pick.job(), ...pick.maybe('force', 2, () => true) }],
  },
  pause: { weight: 2, build: pick => [pick.of(['job-pause', 'job-resume']), { id: pick.job() }] },
  'block-pause': {
    weight: 1,
    build: pick => [pick.of(['block-job-pause', 'block-job-resume']), { device: pick.job() }],
  },
  'set-speed': {
    weight: 1,
    build: pick => ['block-job-set-speed', { device: pick.job(), speed: pick.of([0, 1000, -1]) }],
  },
  finalize: {
    weight: 6,
    build: pick => [pick.of(['job-finalize', 'block-job-finalize']), { id: pick.job() }],
  },
  dismiss: { weight: 8, build: pick => [pick.of(['job-dismiss', 'block-job-dismiss']), { id: pick.job() }] },
  ...bitmapBuilders,
};

const builders: Builders = {
  ...single,
  transaction: { weight: 10, build: pick => ['transaction', transactionOf(pick, single)] },
};

function newNode(pick: Picker): object {
  const name = pick.newNode();
  const kind = pick.of(['qcow2', 'qcow2', 'qcow2', 'qcow2', 'on-node', 'file', 'raw', 'nested']);
  const filename = pick.of(FILES);
  const file = { driver: 'file', filename };
  const access = pick.maybe('read-only', 4, () => true);
  if (kind === 'file') return { ...file, 'node-name': name, ...access };
  if (kind === 'raw')
    return { driver: 'raw', 'node-name': name, file: { ...file, filename: 'r.img' }, ...access };
  const backing =
    kind === 'nested'
      ? { backing: { driver: 'qcow2', file: { driver: 'file', filename: pick.of(FILES) }, backing: null } }
      : pick.of<object>([{ backing: null }, {}, { backing: pick.node() }]);
  const under = kind === 'on-node' ? pick.file() : file;
  return { driver: 'qcow2', 'node-name': name, file: under, ...access, ...backing };
}

function snapshot(pick: Picker): object {
  return {
    'node-name': pick.root(),
    'snapshot-file': pick.newFile(),
    ...(pick.seldom(20) ? {} : { 'snapshot-node-name': pick.newNode() }),
    format: 'qcow2',
  };
}

function stream(pick: Picker): object {
  const end = pick.of([
    () => ({}),
    () => ({ 'base-node': pick.node() }),
    () => ({ 'base-node': pick.node() }),
    () => ({ bottom: pick.node() }),
    () => ({ bottom: pick.node(), 'base-node': pick.node() }),
  ]);
  return {
    device: pick.root(),
    ...end(),
    ...pick.maybe('backing-file', 10, () => 'a.qcow2'),
    ...pick.newJob(),
  };
}

function commit(pick: Picker): object {
  return {
    device: pick.root(),
    ...pick.maybe('top-node', 2, () => pick.node()),
    ...pick.maybe('base-node', 2, () => pick.node()),
    ...pick.maybe('backing-file', 10, () => 'a.qcow2'),
    ...pick.newJob(),
  };
}

function driveCopy(pick: Picker): Copy {
  return {
    device: pick.root(),
    target: pick.newFile(),
    sync: pick.of(['full', 'top', 'none']),
    format: 'qcow2',
    ...pick.newJob(),
  };
}

function create(pick: Picker): object {
  const { 'job-id': id } = pick.newJob();
  const options = { driver: 'file', filename: pick.newFile(), size: MIB };
  return { ...(id === undefined ? {} : { 'job-id': id }), options };
}

function reopened(pick: Picker): object {
  const name = pick.node();
  const node = pick.graph.nodes.get(name);
  // QEMU 7.2 ends where a job's filter would be taken out of a chain so.
  const isFiltered = pick.graph.nodes.get(node?.backing ?? '')?.driver === 'copy-before-write';
  const backing = pick.of([
    () => (isFiltered ? {} : { backing: pick.node() }),
    () => (isFiltered ? {} : { backing: null }),
    () => ({ ...(node?.backing && !node.backing.startsWith('#') ? { backing: node.backing } : {}) }),
  ])();
  const file = node?.children?.['file'];
  return {
    driver: node?.driver ?? 'qcow2',
    'node-name': name,
    ...(node?.driver === 'file' && node.filename ? { filename: node.filename } : {}),
    ...(file === undefined ? {} : { file }),
    ...(node?.driver === undefined || node.driver === 'qcow2' ? backing : {}),
    ...pick.maybe('read-only', 3, () => pick.of([true, false])),
  };
}

/** One step, legal or not, as numbers to choose with. */
export const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.oneof(
    ...Object.entries(builders).map(([kind, { weight }]) => ({ weight, arbitrary: fc.constant(kind) })),
  ),
  picks: fc.array(fc.nat(999), { minLength: 30, maxLength: 30 }),
});

/** The command that an operation comes to where this is what there is. */
export function commandOf({ kind, picks }: Operation, surroundings: Surroundings): Command {
  const build = builders[kind]?.build;
  if (!build) throw new Error(`there is no operation ${kind}`);
  const [command, args] = build(new Picker(picks, surroundings));
  return { command, args: args as JsonObject };
}

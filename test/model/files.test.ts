import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../src/commands/define.ts';
import { applyCommand } from '../../src/commands/index.ts';
import { settleJob } from '../../src/commands/jobs/settle.ts';
import { chainOf } from '../../src/graph/chain.ts';
import { fileKey, fileNamed, isMissing, resolveBacking } from '../../src/graph/files.ts';
import type { BlockGraph, Refusal } from '../../src/graph/graph.ts';
import { readGraph } from '../../src/graph/introspect.ts';
import { abcd, graphOf } from '../graph/some-graph.ts';

type Step = readonly [command: string, args: object];

function carryOut(graph: BlockGraph, ...steps: Step[]): BlockGraph {
  return steps.reduce((now, [command, args]) => {
    const outcome = applyCommand(now, command, args, { as: 'qemu' });
    if (outcome === 'unmodelled' || isRefusal(outcome)) throw new Error(JSON.stringify(outcome));
    return outcome;
  }, graph);
}

function refusal(graph: BlockGraph, [command, args]: Step): Refusal {
  const outcome = applyCommand(graph, command, args);
  if (outcome === 'unmodelled' || !isRefusal(outcome)) throw new Error(`${command} was not refused`);
  return outcome;
}

const create = (options: object): Step => ['blockdev-create', { 'job-id': 'c', options }];
const open = (name: string, filename: string, more: object = {}): Step => [
  'blockdev-add',
  { driver: 'qcow2', 'node-name': name, file: { driver: 'file', filename }, ...more },
];
const done = (graph: BlockGraph, failed = false) => settleJob(graph, 'c', 'null', failed);
const job = { 'job-id': 'j', 'auto-dismiss': false };

describe('the name of a file', () => {
  test.each([
    ['a.qcow2', 'a.qcow2'],
    ['./a.qcow2', 'a.qcow2'],
    ['file:a.qcow2', 'a.qcow2'],
    ['/images//x/./a.qcow2', '/images/x/a.qcow2'],
    ['../a.qcow2', '../a.qcow2'],
    ['json:{"driver":"qcow2"}', undefined],
    ['nbd://host/x', undefined],
    ['', undefined],
  ])('%s is known as %s', (name, key) => {
    expect(fileKey(name)).toBe(key);
  });

  test.each([
    ['/images/b.qcow2', 'a.qcow2', '/images/a.qcow2'],
    ['b.qcow2', 'a.qcow2', 'a.qcow2'],
    ['snap/b.qcow2', '../a.qcow2', 'snap/../a.qcow2'],
    ['snap/b.qcow2', '/a.qcow2', '/a.qcow2'],
    ['snap/b.qcow2', 'nbd://host/a', 'nbd://host/a'],
  ])('recorded in %s, %s means %s', (image, recorded, file) => {
    expect(resolveBacking(image, recorded)).toBe(file);
  });
});

test('a reply tells what files record, whatever the nodes are backed by now', () => {
  const node = (name: string, image: object, more: object = {}) => ({
    'node-name': name,
    drv: 'qcow2',
    file: `${name}.qcow2`,
    ro: false,
    image: { filename: `${name}.qcow2`, 'virtual-size': 1024, 'cluster-size': 4096, ...image },
    ...more,
  });
  const bitmap = { name: 'p', recording: true, persistent: true, busy: true, granularity: 65536, count: 0 };
  const graph = readGraph({
    'query-named-block-nodes': [
      node('a', { 'backing-filename': 'x.qcow2', 'backing-filename-format': 'raw' }),
      node('b', {}, { backing_file: 'a.qcow2', 'dirty-bitmaps': [bitmap, { ...bitmap, name: undefined }] }),
    ],
  });
  expect(graph.nodes.get('b')).toMatchObject({
    backingString: null,
    bitmaps: [{ name: 'p', granularity: 65536, recording: true, busy: true, persistent: true }],
  });
  expect(graph.files?.get('a.qcow2')).toMatchObject({ backing: 'x.qcow2', backingFormat: 'raw', size: 1024 });
  expect(graph.files?.get('b.qcow2')).toMatchObject({
    backing: null,
    clusterSize: 4096,
    bitmaps: [{ name: 'p' }],
  });
  expect(isMissing(graph, 'c.qcow2')).toBe(false);
});

describe('a new image', () => {
  const file = { driver: 'file', filename: 'n.qcow2' };

  test('is known once its job has ended', () => {
    const started = carryOut(abcd, create({ driver: 'qcow2', file, size: 4096, 'backing-file': 'a.qcow2' }));
    expect(fileNamed(started, 'n.qcow2')).toBeUndefined();
    expect(fileNamed(done(started), './n.qcow2')).toEqual({
      filename: 'n.qcow2',
      format: 'qcow2',
      size: 4096,
      clusterSize: 65536,
      backing: 'a.qcow2',
      bitmaps: [],
    });
    const opened = carryOut(done(started), open('N', 'n.qcow2'));
    expect(opened.nodes.get('N')).toMatchObject({ size: 4096, backingString: 'a.qcow2', readOnly: false });
    expect(opened.nodes.get('N')).not.toHaveProperty('backing');
  });

  test('that came to nothing is not known', () => {
    const made = done(carryOut(abcd, create({ ...file, size: 4096 })));
    expect(fileNamed(made, 'n.qcow2')).toMatchObject({ format: 'raw', size: 4096 });
    const failed = done(carryOut(made, create({ driver: 'qcow2', file, size: 8192 })), true);
    expect(fileNamed(failed, 'n.qcow2')).toEqual({ filename: 'n.qcow2' });
  });

  test('is named by an open node as well', () => {
    const node = carryOut(abcd, ['blockdev-add', { ...file, 'node-name': 'P' }]);
    const made = done(carryOut(node, create({ driver: 'qcow2', file: 'P', size: 4096 })));
    expect(fileNamed(made, 'n.qcow2')).toMatchObject({ format: 'qcow2', size: 4096, backing: null });
  });
});

describe('a recorded backing', () => {
  test('is the same in node and file', () => {
    const opened = carryOut(abcd, open('N', 'n.qcow2', { backing: 'A' }));
    const record = (name: string): Step => [
      'change-backing-file',
      { device: 'N', 'image-node-name': 'N', 'backing-file': name },
    ];
    const graph = carryOut(opened, record('other.raw'));
    expect(graph.nodes.get('N')?.backingString).toBe('other.raw');
    expect(fileNamed(graph, 'n.qcow2')).toMatchObject({ backing: 'other.raw', backingFormat: 'qcow2' });
    const again = carryOut(graph, record('/images/a.qcow2'));
    expect(fileNamed(again, 'n.qcow2')).toMatchObject({ backing: '/images/a.qcow2' });
  });

  test('is rewritten by stream and commit', () => {
    const streamed = settleJob(
      carryOut(abcd, ['block-stream', { device: 'D', 'base-node': 'A', ...job }]),
      'j',
      'concluded',
    );
    expect(fileNamed(streamed, '/images/d.qcow2')).toMatchObject({ backing: '/images/a.qcow2' });
    const whole = settleJob(carryOut(abcd, ['block-stream', { device: 'D', ...job }]), 'j', 'concluded');
    expect(fileNamed(whole, '/images/d.qcow2')).toMatchObject({ backing: null });
    const committed = settleJob(
      carryOut(abcd, ['block-commit', { device: 'D', 'top-node': 'C', 'base-node': 'A', ...job }]),
      'j',
      'concluded',
    );
    expect(fileNamed(committed, '/images/d.qcow2')).toMatchObject({ backing: '/images/a.qcow2' });
  });

  test('is followed as far as files are known', () => {
    const overlay = create({
      driver: 'qcow2',
      file: { driver: 'file', filename: '/i/n.qcow2' },
      size: 4096,
      'backing-file': 'm.qcow2',
      'backing-fmt': 'qcow2',
    });
    const made = done(carryOut(graphOf([]), overlay));
    expect(carryOut(made, open('N', '/i/n.qcow2')).nodes.get('N')?.backing).toBeUndefined();
    const more = done(
      carryOut(
        made,
        create({ driver: 'qcow2', file: { driver: 'file', filename: '/i/m.qcow2' }, size: 4096 }),
      ),
    );
    const opened = carryOut(more, open('N', '/i/n.qcow2'));
    const [, below] = chainOf(opened, 'N');
    expect(opened.nodes.get(below ?? '')).toMatchObject({
      filename: '/i/m.qcow2',
      readOnly: true,
      owner: 'implicit',
      backing: null,
    });
  });

  test('that leads back to its own image ends', () => {
    const made = done(
      carryOut(
        graphOf([]),
        create({
          driver: 'qcow2',
          file: { driver: 'file', filename: 'n.qcow2' },
          size: 4096,
          'backing-file': 'n.qcow2',
          'backing-fmt': 'qcow2',
        }),
      ),
    );
    expect(carryOut(made, open('N', 'n.qcow2', { 'read-only': true })).nodes.has('N')).toBe(true);
  });
});

describe('a file that is surely not there', () => {
  const whole: BlockGraph = { ...graphOf([]), files: new Map(), filesComplete: true };

  test('is not opened', () => {
    expect(refusal(whole, open('N', 'n.qcow2'))).toMatchObject({
      code: 'file-missing',
      argument: 'file.filename',
      message: 'There is no file `n.qcow2`.',
      qemu: { class: 'GenericError', desc: "Could not open 'n.qcow2': No such file or directory" },
    });
    expect(carryOut(graphOf([]), open('N', 'n.qcow2')).nodes.has('N')).toBe(true);
  });
});

import { describe, expect, test } from 'vitest';
import { Later } from '../../src/qapi/placeholder.ts';
import { isRefused } from '../../src/qapi/problem.ts';
import { isOpen, validateCommand } from '../../src/qapi/validator.ts';
import { bundled, everySchema } from './bundled.ts';

const seven = bundled('7.2');
const check = (command: string, args: object, schema = seven) => validateCommand(schema, command, args);
const brief = (command: string, args: object, schema = seven) =>
  check(command, args, schema).map(problem => `${problem.kind} ${problem.path.join('.')}`.trim());

const good: [command: string, args: object][] = [
  [
    'block-commit',
    {
      'job-id': 'commit0',
      device: 'node-D',
      'base-node': 'A',
      'top-node': 'C',
      'backing-file': 'a.qcow2',
      speed: 0,
      'on-error': 'report',
      'filter-node-name': 'f',
      'auto-finalize': true,
      'auto-dismiss': false,
    },
  ],
  ['blockdev-add', { driver: 'qcow2', 'node-name': 'A', file: 'protocol', backing: null }],
  ['blockdev-add', { driver: 'qcow2', file: { driver: 'file', filename: 'a.qcow2' }, backing: 'base' }],
  [
    'blockdev-add',
    {
      driver: 'qcow2',
      file: { driver: 'file', filename: 'b.qcow2' },
      backing: { driver: 'qcow2', file: { driver: 'file', filename: 'a.qcow2' }, backing: null },
    },
  ],
  [
    'blockdev-add',
    { driver: 'quorum', 'vote-threshold': 1, children: ['a', { driver: 'null-co', size: 1048576 }] },
  ],
  [
    'blockdev-add',
    { driver: 'raw', file: { driver: 'nbd', server: { type: 'inet', host: '::1', port: '1' } } },
  ],
  [
    'transaction',
    {
      actions: [
        { type: 'block-dirty-bitmap-add', data: { node: 'A', name: 'b0', granularity: 65536 } },
        { type: 'blockdev-backup', data: { device: 'A', target: 'E', sync: 'full', 'job-id': 'j' } },
        { type: 'abort', data: {} },
      ],
      properties: { 'completion-mode': 'individual' },
    },
  ],
  [
    'blockdev-create',
    { 'job-id': 'c', options: { driver: 'qcow2', file: { driver: 'file', filename: 'x' }, size: 40894464 } },
  ],
  ['blockdev-create', { 'job-id': 'c', options: { driver: 'file', filename: 'x', size: 0 } }],
  ['query-jobs', {}],
];

describe.each(everySchema)('%s', (_, schema) => {
  test('every command is built, and asked for its arguments', () => {
    for (const command of schema.commands()) {
      const required = schema.argumentsOf(command).filter(member => !member.optional && !member.when);
      const missing = check(command, {}, schema).filter(problem => problem.kind === 'missing-argument');
      expect(missing.map(problem => problem.path[0]).sort()).toEqual(
        required.map(member => member.name).sort(),
      );
      const undecided = schema.argumentsOf(command).some(member => member.when);
      const refused = check(command, { nonsense: 1 }, schema).some(({ path }) => path[0] === 'nonsense');
      expect([command, refused]).toEqual([command, !undecided && !isOpen(schema, command)]);
    }
  });

  test.each(good)('%s takes %j', (command, args) => {
    expect(check(command, args, schema)).toEqual([]);
  });
});

describe('problems', () => {
  test('an unknown command comes with those that there are', () => {
    const [problem] = check('blok-commit', { device: 1 });
    expect(problem).toMatchObject({ kind: 'unknown-command', path: [], found: 'blok-commit' });
    expect(problem?.allowed).toContain('block-commit');
  });

  test('unknown arguments, at any depth', () => {
    expect(brief('block-commit', { device: 'D', base_node: 'A' })).toEqual(['unknown-argument base_node']);
    expect(
      brief('blockdev-add', { driver: 'raw', file: { driver: 'file', filename: 'x', size: 1 } }),
    ).toEqual(['unknown-argument file.size']);
  });

  test('an argument of another case says which', () => {
    expect(check('blockdev-add', { driver: 'raw', file: 'x', backing: null })).toEqual([
      {
        kind: 'unknown-argument',
        path: ['backing'],
        found: 'null',
        allowed: expect.arrayContaining(['driver', 'file', 'offset', 'size']),
        belongsTo: { tag: 'driver', values: ['qcow2', 'qcow', 'qed', 'vmdk'] },
      },
    ]);
  });

  test('missing arguments, a discriminator and one of its case included', () => {
    expect(check('block-commit', {})).toEqual([
      { kind: 'missing-argument', path: ['device'], expected: 'string' },
    ]);
    expect(brief('blockdev-add', { 'node-name': 'A' })).toEqual(['missing-argument driver']);
    expect(brief('blockdev-add', { driver: 'qcow2' })).toEqual(['missing-argument file']);
    expect(brief('transaction', { actions: [{ type: 'abort' }] })).toEqual([
      'missing-argument actions.0.data',
    ]);
    expect(brief('qom-set', { path: '/', property: 'x' })).toEqual(['missing-argument value']);
    expect(brief('blockdev-create', { 'job-id': 'x' })).toEqual(['missing-argument options']);
  });

  test.each([
    ['block-commit', { device: 'D', speed: '10M' }, 'speed', 'integer'],
    ['block-commit', { device: 'D', speed: 1.5 }, 'speed', 'integer'],
    ['block-commit', { device: 'D', speed: null }, 'speed', 'integer'],
    ['block-commit', { device: 5 }, 'device', 'string'],
    ['block-commit', { device: 'D', 'auto-dismiss': 'on' }, 'auto-dismiss', 'boolean'],
    ['block-commit', { device: 'D', 'on-error': 1 }, 'on-error', 'report|ignore|enospc|stop|auto'],
    ['blockdev-add', { driver: 'qcow2', file: 5 }, 'file', 'object or string'],
    ['blockdev-add', { driver: 'qcow2', file: null }, 'file', 'object or string'],
    ['transaction', { actions: {} }, 'actions', 'list of object'],
    ['transaction', { actions: [{ type: 'abort', data: [] }] }, 'actions.0.data', 'object'],
  ])('%s %j has the wrong type', (command, args, path, expected) => {
    const problems = check(command, args);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ kind: 'wrong-type', expected });
    expect(problems[0]?.path.join('.')).toBe(path);
  });

  test('arguments that are no object', () => {
    expect(brief('block-commit', [])).toEqual(['wrong-type']);
    expect(brief('blockdev-add', [])).toEqual(['wrong-type']);
  });

  test('a word that the enumeration lacks', () => {
    expect(check('blockdev-mirror', { device: 'D', target: 'E', sync: 'ful' })).toEqual([
      {
        kind: 'unknown-value',
        path: ['sync'],
        found: '"ful"',
        expected: 'top|full|none|incremental|bitmap',
        allowed: ['top', 'full', 'none', 'incremental', 'bitmap'],
      },
    ]);
    expect(brief('blockdev-add', { driver: 'qcow9', nonsense: 1 })).toEqual(['unknown-value driver']);
  });

  test.each([
    [-(2n ** 63n), []],
    [2n ** 63n, []],
    [2n ** 64n - 1n, []],
    [2 ** 53 - 1, []],
    [2n ** 64n, ['out-of-range speed']],
    [-(2n ** 63n) - 1n, ['out-of-range speed']],
    [1e21, ['out-of-range speed']],
    [Number.NaN, ['wrong-type speed']],
  ])('the integer %s', (speed, problems) => {
    expect(brief('block-commit', { device: 'D', speed })).toEqual(problems);
  });

  test('deprecated arguments, commands and words, with what to use instead', () => {
    expect(check('block-commit', { device: 'D', top: 'b.qcow2' })).toEqual([
      {
        kind: 'deprecated',
        path: ['top'],
        successor: 'top-node',
        advice: expect.stringContaining('node-name'),
      },
    ]);
    expect(check('block-job-pause', { device: 'j' }, bundled('11.1'))).toMatchObject([
      { kind: 'deprecated', path: [], successor: 'job-pause' },
    ]);
    const backup = { type: 'drive-backup', data: { device: 'D', target: 'x', sync: 'full' } };
    expect(check('transaction', { actions: [backup] })).toMatchObject([
      {
        kind: 'deprecated',
        path: ['actions', 0, 'type'],
        found: '"drive-backup"',
        successor: 'blockdev-backup',
      },
    ]);
  });

  test('unstable things', () => {
    expect(check('x-blockdev-change', { parent: 'q' })).toEqual([{ kind: 'unstable', path: [] }]);
    expect(brief('blockdev-backup', { device: 'D', target: 'E', sync: 'full', 'x-perf': {} })).toEqual([
      'unstable x-perf',
    ]);
  });

  test('QEMU carries out what is deprecated or unstable, and refuses the rest', () => {
    const problems = check('drive-backup', { device: 'D', sync: 'full' });
    expect(problems.map(problem => [problem.kind, isRefused(problem)])).toEqual([
      ['missing-argument', true],
      ['deprecated', false],
    ]);
  });

  test('names from Object.prototype are ordinary unknown arguments', () => {
    const args = JSON.parse('{"device": "D", "__proto__": {}, "constructor": 1}');
    expect(brief('block-commit', args)).toEqual([
      'unknown-argument __proto__',
      'unknown-argument constructor',
    ]);
  });

  test('a device takes the properties of its driver', () => {
    expect(check('device_add', { driver: 'virtio-blk-pci', id: 'd0', drive: 'A', 'share-rw': true })).toEqual(
      [],
    );
    expect(brief('device_add', { id: 'd0' })).toEqual(['missing-argument driver']);
    expect(
      check('object-add', { 'qom-type': 'throttle-group', id: 't', limits: {} }, bundled('5.2')),
    ).toEqual([]);
  });
});

describe('what is known only later', () => {
  const later = new Later('the node above C');

  test('is not judged, at any place', () => {
    expect(
      check('block-commit', { device: later, speed: later, 'on-error': later, 'auto-dismiss': later }),
    ).toEqual([]);
    expect(check('blockdev-add', { driver: 'qcow2', file: later, backing: later })).toEqual([]);
    expect(check('transaction', { actions: [later, { type: 'abort', data: later }] })).toEqual([]);
    expect(check('transaction', { actions: later })).toEqual([]);
  });

  test('as a discriminator leaves its case unjudged, and nothing else', () => {
    expect(check('blockdev-add', { driver: later, nonsense: 1 })).toEqual([]);
    expect(brief('blockdev-add', { driver: later, 'node-name': 1 })).toEqual(['wrong-type node-name']);
  });

  test('does not hide what stands beside it', () => {
    expect(brief('block-commit', { device: later, sped: 1 })).toEqual(['unknown-argument sped']);
  });
});

test('arguments nested as deep as the language lets brackets nest', () => {
  let deepest: object = { driver: 'null-co', sise: 1 };
  for (let depth = 0; depth < 200; depth++) deepest = { driver: 'raw', file: deepest };
  const [problem, ...others] = check('blockdev-add', deepest);
  expect(problem).toMatchObject({ kind: 'unknown-argument' });
  expect(problem?.path).toHaveLength(201);
  expect(others).toEqual([]);
});

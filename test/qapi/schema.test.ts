import { expect, test } from 'vitest';
import { describeType } from '../../src/qapi/lookup.ts';
import { Later, Word } from '../../src/qapi/placeholder.ts';
import { makeSchema } from '../../src/qapi/schema.ts';
import { bundled, everySchema } from './bundled.ts';

const seven = bundled('7.2');

const typeIn = (path: (string | number)[], siblings: unknown, command = 'blockdev-add') => {
  const type = seven.typeAt(command, path, siblings);
  return type && describeType(seven, type.name);
};

test.each(everySchema)('%s knows the block commands and its events', (_, schema) => {
  expect(schema.commands()).toEqual([...schema.commands()].sort());
  for (const command of [
    'block-commit',
    'block-stream',
    'blockdev-add',
    'transaction',
    'query-jobs',
    'query-qmp-schema',
  ]) {
    expect(schema.has(command)).toBe(true);
  }
  expect(schema.event('JOB_STATUS_CHANGE')?.['meta-type']).toBe('event');
  expect(schema.events()).toContain('BLOCK_JOB_READY');
  expect(schema.command('JOB_STATUS_CHANGE')).toBeUndefined();
});

test('arguments of every case, or of one', () => {
  const names = (siblings?: object) => seven.argumentsOf('blockdev-add', siblings).map(member => member.name);
  expect(names()).toEqual(expect.arrayContaining(['driver', 'node-name', 'backing', 'filename']));
  expect(names({ driver: 'raw' })).toEqual(expect.arrayContaining(['driver', 'file', 'offset']));
  expect(names({ driver: 'raw' })).not.toContain('backing');
  expect(names({ driver: new Word('qcow2') })).toContain('backing');
  expect(names({ driver: new Later('a driver') })).toContain('filename');
  expect(seven.argumentsOf('blok-commit')).toEqual([]);
});

test('an argument says its type, its features and the cases that have it', () => {
  const find = (command: string, name: string) =>
    seven.argumentsOf(command).find(member => member.name === name);
  expect(find('block-commit', 'on-error')).toMatchObject({
    description: 'report|ignore|enospc|stop|auto',
    optional: true,
    features: [],
  });
  expect(find('block-commit', 'device')).toMatchObject({ description: 'string', optional: false });
  expect(find('block-commit', 'top')?.features).toEqual(['deprecated']);
  expect(find('blockdev-add', 'backing')?.when).toEqual({
    tag: 'driver',
    values: ['qcow2', 'qcow', 'qed', 'vmdk'],
  });
});

test('types are found through cases, alternates and lists', () => {
  expect(typeIn(['file', 'filename'], { driver: 'qcow2', file: { driver: 'file' } })).toBe('string');
  expect(typeIn(['file', 'server', 'port'], { driver: 'raw', file: { driver: 'ssh' } })).toBe('string');
  expect(typeIn(['backing'], { driver: 'qcow2' })).toBe('object or string or null');
  expect(typeIn(['backing'], { driver: 'raw' })).toBeUndefined();
  expect(typeIn(['children', 0, 'driver'], { driver: 'quorum', children: [{}] })).toBe('one of 42 words');
  expect(
    typeIn(['actions', 0, 'data', 'sync'], { actions: [{ type: 'blockdev-backup' }] }, 'transaction'),
  ).toBe('top|full|none|incremental|bitmap');
  expect(typeIn(['size'], {})).toBe('integer');
});

test('words that fit, also for old introspection without members', () => {
  expect(seven.valuesOf('blockdev-mirror', ['sync'])).toEqual([
    'top',
    'full',
    'none',
    'incremental',
    'bitmap',
  ]);
  expect(bundled('5.2').valuesOf('blockdev-mirror', ['sync'])).toEqual([
    'top',
    'full',
    'none',
    'incremental',
    'bitmap',
  ]);
  expect(seven.valuesOf('blockdev-add', ['overlap-check'], { driver: 'qcow2' })).toEqual([
    'none',
    'constant',
    'cached',
    'all',
  ]);
  expect(seven.valuesOf('block-commit', ['speed'])).toEqual([]);
});

test('members below a path', () => {
  const names = seven
    .membersAt('transaction', ['actions', 0, 'data'], { actions: [{ type: 'blockdev-snapshot', data: {} }] })
    .map(member => member.name);
  expect(names).toEqual(['node', 'overlay']);
});

test('has, deprecated, unstable', () => {
  expect(seven.has('block-stream', 'bottom')).toBe(true);
  expect(bundled('5.2').has('block-stream', 'bottom')).toBe(false);
  expect(seven.has('blok-commit', 'device')).toBe(false);
  expect(seven.isDeprecated('drive-backup')).toBe(true);
  expect(seven.isDeprecated('block-commit')).toBe(false);
  expect(seven.isDeprecated('block-commit', 'base')).toBe(true);
  expect(seven.isUnstable('x-blockdev-change')).toBe(true);
  expect(seven.isUnstable('blockdev-backup', 'x-perf')).toBe(true);
  expect(seven.isUnstable('blockdev-backup', 'speed')).toBe(false);
});

test('entries of unknown kinds do no harm', () => {
  const schema = makeSchema([{ 'meta-type': 'novelty', name: 'x' } as never], 'a future QEMU');
  expect(schema.commands()).toEqual([]);
  expect(schema.has('x')).toBe(false);
});

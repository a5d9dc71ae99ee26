import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { whereAvailable } from '../../src/qapi/availability.ts';
import { loadSnapshot, snapshotVersions } from '../../src/qapi/snapshots.ts';

test('the versions come newest first', () => {
  expect(snapshotVersions()).toEqual(['11.1.2', '10.0.13', '7.2.22', '5.2.0']);
});

test.each([
  ['7.2.22', 'QEMU 7.2.22'],
  ['7.2', 'QEMU 7.2.22'],
  ['7', 'QEMU 7.2.22'],
  ['10', 'QEMU 10.0.13'],
  ['newest', 'QEMU 11.1.2'],
])('%s is %s', (version, label) => {
  expect(loadSnapshot(version, 'system')?.label).toBe(label);
});

test.each(['1', '7.20', '7.2.2', '6.2', '', 'v7.2'])('there is no %j', version => {
  expect(loadSnapshot(version, 'system')).toBeUndefined();
});

test('each program has its own schema, made once', () => {
  const daemon = loadSnapshot('7.2', 'storage-daemon');
  expect(daemon?.label).toBe('qemu-storage-daemon 7.2.22');
  expect(daemon?.command('cont')).toBeUndefined();
  expect(loadSnapshot('7.2', 'system')?.command('cont')).toBeDefined();
  expect(loadSnapshot('7.2.22', 'storage-daemon')).toBe(daemon);
});

test('a data file that is not there is an error of the world', () => {
  expect(() => loadSnapshot('7.2', 'system', pathToFileURL('/nowhere/qapi.br'))).toThrow(/ENOENT/);
});

test('availability lists the bundled versions, oldest first', () => {
  expect(whereAvailable('blockdev-reopen')).toEqual({
    has: ['7.2.22', '10.0.13', '11.1.2'],
    lacks: ['5.2.0'],
  });
  expect(whereAvailable('block-stream', 'bottom').lacks).toEqual(['5.2.0']);
  expect(whereAvailable('blok-commit')).toEqual({ has: [], lacks: ['5.2.0', '7.2.22', '10.0.13', '11.1.2'] });
  expect(whereAvailable('cont', undefined, 'storage-daemon').has).toEqual([]);
});

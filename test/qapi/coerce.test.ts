import { expect, test } from 'vitest';
import { coerceArguments, nestDotted } from '../../src/qapi/coerce.ts';
import { Later, Word } from '../../src/qapi/placeholder.ts';
import { validateCommand } from '../../src/qapi/validator.ts';
import { bundled } from './bundled.ts';

const seven = bundled('7.2');

/** Arguments written as words, as `key=value` gives them. */
function words(entries: Record<string, string>): unknown {
  const nested = nestDotted(Object.entries(entries).map(([key, text]) => [key, new Word(text)]));
  return 'tree' in nested ? nested.tree : nested;
}

const coerce = (command: string, entries: Record<string, string>) =>
  coerceArguments(seven, command, words(entries));

test.each([
  ['10M', 10485760],
  ['0x10', 16],
  ['42', 42],
  ['-1', -1],
  ['1.5M', 1572864],
  ['9007199254740991', 9007199254740991],
  ['9007199254740993', 9007199254740993n],
  ['8E', 9223372036854775808n],
  ['fast', 'fast'],
  ['1.5', '1.5'],
  ['true', 'true'],
])('speed=%s', (text, value) => {
  expect(coerce('block-commit', { speed: text })).toEqual({ speed: value });
});

test.each([
  ['on', true],
  ['true', true],
  ['off', false],
  ['false', false],
  ['yes', 'yes'],
  ['1', '1'],
])('auto-dismiss=%s', (text, value) => {
  expect(coerce('block-commit', { 'auto-dismiss': text })).toEqual({ 'auto-dismiss': value });
});

test('text and words of enumerations stay what they are, whatever they look like', () => {
  expect(
    coerce('blockdev-mirror', { device: '10M', target: 'null', sync: 'full', 'job-id': '0x10' }),
  ).toEqual({
    device: '10M',
    target: 'null',
    sync: 'full',
    'job-id': '0x10',
  });
  expect(coerce('blockdev-add', { driver: 'null-co', 'detect-zeroes': 'on', 'read-zeroes': 'on' })).toEqual({
    driver: 'null-co',
    'detect-zeroes': 'on',
    'read-zeroes': true,
  });
});

test('null is null only where it can be', () => {
  expect(coerce('blockdev-add', { driver: 'qcow2', file: 'null', backing: 'null' })).toEqual({
    driver: 'qcow2',
    file: 'null',
    backing: null,
  });
});

test('the discriminator types what stands beside and below it', () => {
  expect(
    coerce('blockdev-add', { driver: 'raw', size: '1G', 'file.driver': 'file', 'file.filename': '12' }),
  ).toEqual({
    driver: 'raw',
    size: 1073741824,
    file: { driver: 'file', filename: '12' },
  });
  expect(coerce('block-export-add', { type: 'nbd', id: '7', 'node-name': 'A', writable: 'on' })).toEqual({
    type: 'nbd',
    id: '7',
    'node-name': 'A',
    writable: true,
  });
});

test('lists, of words too', () => {
  const args = {
    node: 'A',
    target: 'b2',
    bitmaps: [new Word('b0'), { node: new Word('B'), name: new Word('1') }],
  };
  expect(coerceArguments(seven, 'block-dirty-bitmap-merge', args)).toEqual({
    node: 'A',
    target: 'b2',
    bitmaps: ['b0', { node: 'B', name: '1' }],
  });
});

test('a number keeps its fraction', () => {
  const read = (text: string) =>
    coerceArguments(bundled('5.2'), 'migrate_set_downtime', { value: new Word(text) });
  expect(['1.5', '-2', '1e3', '1x'].map(read)).toEqual([
    { value: 1.5 },
    { value: -2 },
    { value: 1000 },
    { value: '1x' },
  ]);
});

test('where anything goes, and for unknown commands, the shape decides', () => {
  const shapes = { a: 'true', b: 'null', c: '42', d: '10M', e: 'x', f: 'on', g: '18446744073709551615' };
  const read = { a: true, b: null, c: 42, d: '10M', e: 'x', f: 'on', g: 18446744073709551615n };
  expect(coerce('no-such-command', shapes)).toEqual(read);
  expect(coerce('qom-set', { path: '/', property: '1', value: '1' })).toEqual({
    path: '/',
    property: '1',
    value: 1,
  });
});

test('what is no word stays', () => {
  const later = new Later('a node');
  const args = { device: later, speed: '10M', 'on-error': 5 };
  expect(coerceArguments(seven, 'block-commit', args)).toEqual(args);
});

test('a word that does not fit is shown as it was written', () => {
  const args = coerce('block-commit', { device: 'D', speed: '10Q' });
  expect(validateCommand(seven, 'block-commit', args)).toMatchObject([
    { kind: 'wrong-type', found: '"10Q"' },
  ]);
});

test('dotted keys that all count make a list, in their order', () => {
  expect(
    nestDotted([
      ['children.1.driver', 'b'],
      ['children.0.driver', 'a'],
      ['children.0.size', 1],
      ['x', 2],
    ]),
  ).toEqual({ tree: { children: [{ driver: 'a', size: 1 }, { driver: 'b' }], x: 2 } });
});

test.each<[string[], object]>([
  [['a', 'a'], { conflict: 'a', reason: 'given-twice', other: 'a' }],
  [['file', 'file.driver'], { conflict: 'file.driver', reason: 'value-and-parent', other: 'file' }],
  [['file.driver', 'file'], { conflict: 'file', reason: 'value-and-parent', other: 'file.driver' }],
  [['c.0', 'c.x'], { conflict: 'c.x', reason: 'mixed-list', other: 'c.0' }],
  [['c.0', 'c.2'], { conflict: 'c.2', reason: 'gap-in-list' }],
  [['a.c.1.x'], { conflict: 'a.c.1.x', reason: 'gap-in-list' }],
  [['a..b'], { conflict: 'a..b', reason: 'empty-part' }],
  [['a.'], { conflict: 'a.', reason: 'empty-part' }],
])('%j clash', (keys, conflict) => {
  expect(nestDotted(keys.map(key => [key, 1]))).toEqual(conflict);
});

test('keys from Object.prototype are keys', () => {
  const nested = nestDotted([
    ['__proto__.polluted', 1],
    ['constructor', 2],
  ]);
  expect(JSON.stringify(nested)).toBe('{"tree":{"__proto__":{"polluted":1},"constructor":2}}');
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

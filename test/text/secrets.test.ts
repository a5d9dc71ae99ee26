import { expect, test } from 'vitest';
import { HIDDEN, mayHoldSecret, withoutSecrets } from '../../src/text/secrets.ts';

test.each([
  [
    { execute: 'object-add', arguments: { 'qom-type': 'secret', id: 's0', data: 'hunter2' } },
    { execute: 'object-add', arguments: { 'qom-type': 'secret', id: 's0', data: HIDDEN } },
  ],
  [
    { execute: 'object-add', arguments: { 'qom-type': 'secret', id: 's0', props: { data: 'hunter2' } } },
    { execute: 'object-add', arguments: { 'qom-type': 'secret', id: 's0', props: { data: HIDDEN } } },
  ],
  [
    { execute: 'set_password', arguments: { protocol: 'vnc', password: 'hunter2' } },
    { execute: 'set_password', arguments: { protocol: 'vnc', password: HIDDEN } },
  ],
  [
    {
      execute: 'human-monitor-command',
      arguments: { 'command-line': 'object_add secret,id=s0,data=hunter2' },
    },
    {
      execute: 'human-monitor-command',
      arguments: { 'command-line': `object_add secret,id=s0,data=${HIDDEN}` },
    },
  ],
  [{ 'command-line': 'set_password vnc hunter2' }, { 'command-line': `set_password vnc ${HIDDEN}` }],
  [
    { driver: 'https', cookie: 'a=hunter2' },
    { driver: 'https', cookie: HIDDEN },
  ],
  [
    { return: [{ filename: 'https://me:hunter2@host/a.img' }] },
    { return: [{ filename: `https://me:${HIDDEN}@host/a.img` }] },
  ],
])('%j', (message, hidden) => {
  expect(mayHoldSecret(JSON.stringify(message))).toBe(true);
  expect(withoutSecrets(message)).toEqual(hidden);
  expect(withoutSecrets(hidden)).toEqual(hidden);
});

test.each([
  { execute: 'blockdev-add', arguments: { driver: 'luks', 'key-secret': 's0', 'node-name': 'A' } },
  { 'password-secret': 's0', 'cookie-secret': 's1', size: 12345678901234567890n },
  { filename: 'nbd://host:10809/export', data: 'of an event' },
])('what is none stays: %s', message => {
  expect(withoutSecrets(message)).toEqual(message);
});

test('most messages need no closer look', () => {
  expect(mayHoldSecret('{"execute":"query-named-block-nodes","arguments":{"flat":true},"id":7}')).toBe(false);
});

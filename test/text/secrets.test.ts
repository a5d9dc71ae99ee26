import { expect, test } from 'vitest';
import { HIDDEN, maskSecrets, mayHoldSecret, secretPlaces, withoutSecrets } from '../../src/text/secrets.ts';

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

test('what is hidden already stays as it is', () => {
  const sent = '{"execute":"object-add","arguments":{"qom-type":"secret","data":"***","password":"***"}}';
  expect(maskSecrets(sent)).toBe(sent);
});

test('a text that begins like a secret again and again is searched once', () => {
  for (const word of ['curl ', 'curl -u ', 'a://b:c', 'password="', 'rbd:', 'property="data" ']) {
    const text = word.repeat(60_000);
    expect(maskSecrets(text)).toHaveLength(text.length);
  }
});

test('most messages need no closer look', () => {
  expect(mayHoldSecret('{"execute":"query-named-block-nodes","arguments":{"flat":true},"id":7}')).toBe(false);
});

test.each([
  ['object-add qom-type=secret id=s0 data=hunter2', 'object-add qom-type=secret id=s0 data=*******'],
  ['set_password protocol=vnc password="a b"', 'set_password protocol=vnc password=*****'],
  [
    '{"execute": "x", "arguments": {"password": "pw1"}}',
    '{"execute": "x", "arguments": {"password": *****}}',
  ],
  ['let pw = "x y"', 'let pw = *****'],
  ['$ tool --password hunter2 -v', '$ tool --password ******* -v'],
  ['add E driver=ssh filename=ssh://me:pw@host/x', 'add E driver=ssh filename=ssh://me:**@host/x'],
  ['--object secret,id=s0,data=hunter2,format=raw', '--object secret,id=s0,data=*******,format=raw'],
  ['human-monitor-command command-line="set_password vnc hunter2"', '="set_password vnc *******"'],
  ['human-monitor-command command-line="change vnc password hunter2"', '="change vnc password *******"'],
  ['qom-set path=/objects/s0 property=data value=hunter2', 'property=data value=*******'],
  ['--object secret,id=s0,data=hun,,ter2,format=raw', 'data=*********,format=raw'],
  ['ssh://me:p@ss:word@host/x', 'ssh://me:*********@host/x'],
  ['rbd:pool/image:key=a\\:b:x=y', ':key=****:x=y'],
  [String.raw`print "{\"qom-type\":\"secret\",\"data\":\"hunter2\"}"`, String.raw`\"data\":***********`],
  ['$ sshpass -p hunter2 ssh host', '$ sshpass -p ******* ssh host'],
  ['$ curl -s -u me:hunter2 https://host', '-u me:******* https'],
  ['header="Authorization: Basic bWU6aHVudGVyMg=="', 'Basic ****************"'],
])('%s', (text, masked) => {
  expect(maskSecrets(text)).toHaveLength(text.length);
  expect(maskSecrets(text)).toContain(masked);
});

test.each([
  'add E driver=luks key-secret=s0',
  'object-add qom-type=secret id=s0 file=/run/s0',
  'set_password protocol=vnc password=$pw',
  'set_password protocol=vnc password="${pw}"',
  'param token: string "the token"',
  'backup D target=data=x',
  'nbd://host:10809/export',
  'ssh://me@host:22/path',
  'qom-set path=/machine property=type value=x',
])('%s has none', text => expect(maskSecrets(text)).toBe(text));

test('arguments lose their secrets at any depth, and nothing else', () => {
  const args = {
    'qom-type': 'secret',
    id: 's0',
    data: 'hunter2',
    list: [
      { password: 'x', 'password-secret': 's0' },
      { 'key-secret': 's1', size: 10n },
    ],
    filename: 'iscsi://me%pw@host/x',
  };
  expect(withoutSecrets(args)).toEqual({
    ...args,
    data: '***',
    list: [{ password: '***', 'password-secret': 's0' }, args.list[1]],
    filename: 'iscsi://me%***@host/x',
  });
  expect(secretPlaces(args)).toEqual([['data'], ['list', 0, 'password'], ['filename']]);
  const set = { path: '/objects/s0', property: 'data', value: 'x' };
  expect(withoutSecrets(set)).toEqual({ ...set, value: '***' });
});

test('what has none is the same value, and what is no plain object is left alone', () => {
  class Later {
    readonly password = 'what the run shows';
  }
  const args = { node: 'A', list: [1, { data: 'x' }], later: new Later() };
  expect(withoutSecrets(args)).toBe(args);
});

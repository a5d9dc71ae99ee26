import { expect, test } from 'vitest';
import { maskSecrets, secretPlaces, withoutSecrets } from '../../src/text/secrets.ts';

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

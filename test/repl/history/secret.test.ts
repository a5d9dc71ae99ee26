import { expect, test } from 'vitest';
import { holdsSecret } from '../../../src/repl/history/secret.ts';

test.each([
  'object-add qom-type=secret id=s0 data=hunter2',
  'object-add qom-type=secret id=s0 format=base64 data="aHVudGVyMg=="',
  '{"execute":"object-add","arguments":{"qom-type":"secret","id":"s0","data":"hunter2"}}',
  '{ "execute": "object-add", "arguments": { "id": "s0", "props": { "data": "x" }, "qom-type": "secret" } }',
  '{"execute":"object-add","arguments":{\n  "qom-type": "s\\u0065cret",\n  "dat\\u0061": "x"\n}}',
  'human-monitor-command command-line="object_add secret,id=s0,data=hunter2"',
  '$ qemu-img create --object secret,id=s0,data=hunter2 -f luks -o key-secret=s0 x.luks 1G',
  '(QEMU) object-add qom-type=secret id=s0 data=hunter2',
  'qom-set path=/objects/s0 property=data value=hunter2',
  'set_password protocol=vnc password=hunter2',
  'set_password vnc hunter2',
  'expire_password protocol=vnc time=never',
  'human-monitor-command command-line="change vnc password hunter2"',
  '{"execute":"set_password","arguments":{"protocol":"vnc","password":"hunter2"}}',
  'let password = "hunter2"',
  'let pw = hunter2',
  'backup D target=T password: "hunter2"',
  'print "{\\"password\\": \\"hunter2\\"}"',
  'PASSWORD = X',
  'blockdev-add driver=http node-name=H url=http://h/x cookie="id=1"',
  '$ PGPASSWORD=hunter2 psql',
  '$ curl --password hunter2 http://h/',
  '$ curl -H "Authorization: Bearer abcdef0123456789"',
  'mirror D target=T filename=ssh://me:hunter2@host/x.raw',
  'mirror D target=T filename="https://:hunter2@host/x.raw"',
  'mirror D target=T filename=iscsi://me%hunter2@host/iqn/0',
  'add N filename=rbd:pool/image:id=admin:key=QVFE:mon_host=h',
  'add N filename=https://host/x.raw?access_token=abc',
  'add N filename=https://host/x.raw?X-Amz-Signature=abc',
])('has a secret: %s', entry => {
  expect(holdsSecret(entry)).toBe(true);
});

test.each([
  'commit C base=A then pivot',
  'show chain',
  'object-add qom-type=secret id=s0 file=/etc/qemu/key',
  'object-add qom-type=secret id=s0 file=/etc/qemu/data',
  'object-del id=s0',
  'blockdev-add driver=luks node-name=L key-secret=s0 file=F',
  'blockdev-add driver=qcow2 node-name=L encrypt.key-secret=s0 data-file=D',
  '{"execute":"blockdev-add","arguments":{"driver":"ssh","password-secret":"s0"}}',
  'blockdev-add driver=https node-name=H url=https://h/x cookie-secret=s0',
  'object-add qom-type=tls-creds-x509 id=t dir=/pki passwordid=s0',
  'set_link name=net0 up=true',
  'add N password=$pw',
  'add N password="$pw"',
  'add N password=on',
  'print "no password"',
  'mirror D target=T filename=nbd://host:10809/export',
  'mirror D target=T filename=nbd+unix:///x?socket=/run/a@b.sock',
  'mirror D target=T filename=ssh://me@host:22/x.raw',
  'add N filename=json:{"driver":"file","filename":"data: @"}',
  'let config = "a"',
])('has none: %s', entry => {
  expect(holdsSecret(entry)).toBe(false);
});

test('a long entry is judged soon', () => {
  const begun = performance.now();
  for (const part of ['a', 'a.', 'rbd:', 'secret ', '://', 'password ', ' ', 'http://a:']) {
    holdsSecret(part.repeat(200_000 / part.length));
  }
  expect(performance.now() - begun).toBeLessThan(5000);
});

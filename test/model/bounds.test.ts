import { describe, expect, test } from 'vitest';
import { filesNamed } from '../../src/commands/images/named-files.ts';
import { outOfBounds, pathOutOfBounds } from '../../src/compile/evaluate/safety/bounds.ts';
import { filesInWords } from '../../src/compile/evaluate/safety/host-files.ts';

const FOLDERS = ['/ok'];

/** Why the arguments of a command lead out of /ok, for each file that they name. */
function reasons(command: string, args: unknown) {
  return filesNamed(args, command).map(({ name, as }) =>
    as === 'untold' ? 'unknown' : (as === 'path' ? pathOutOfBounds : outOfBounds)(name, FOLDERS),
  );
}

describe('the files in the arguments of a command', () => {
  test.each([
    // A driver's own file name is a path, whatever stands before a colon.
    ['blockdev-create', { options: { driver: 'file', filename: 'nbd:evil' } }],
    ['blockdev-add', { driver: 'raw', file: { driver: 'file', filename: 'ssh:/../../etc/x' } }],
    ['nbd-server-start', { addr: { type: 'unix', data: { path: 'nbd:evil' } } }],
    ['object-add', { 'qom-type': 'rng-random', filename: 'tcp:evil' }],
    // QEMU takes `json:` names apart at their dots.
    ['drive-backup', { target: 'json:{"driver":"raw","file.filename":"/etc/x"}' }],
    [
      'drive-backup',
      { target: 'json:{"file":{"driver":"ssh"},"file.driver":"file","file.filename":"/etc/x"}' },
    ],
    ['drive-backup', { target: 'json:{"driver":"raw","file.driver":"nbd","file.server.path":"/run/x"}' }],
    ['drive-backup', { target: 'json:{"driver":"file","filename":"ssh:evil"}' }],
    ['drive-mirror', { target: 'nbd:unix:/a/%2e%2e/ok/x' }],
    ['blockdev-add', { driver: 'gluster', path: 'p', logfile: '/var/log/x' }],
    // Commands that have to be allowed by their names.
    ['object-add', { 'qom-type': 'secret', props: { file: '/etc/x' } }],
    ['chardev-add', { id: 'c', backend: { type: 'file', data: { out: '/etc/x' } } }],
    ['chardev-add', { id: 'c', backend: { type: 'null', data: { logfile: '/etc/x' } } }],
    ['dump-guest-memory', { paging: false, protocol: 'file:/etc/x' }],
    ['netdev_add', { type: 'tap', script: '/bin/x' }],
    ['migrate', { channels: [{ addr: { transport: 'exec', args: ['/bin/sh'] } }] }],
    ['human-monitor-command', { 'command-line': 'pmemsave 0 16 /etc/x' }],
    ['transaction', { actions: [{ type: 'drive-backup', data: { target: '/etc/x' } }] }],
  ])('lead out: %s %j', (command, args) => {
    expect(reasons(command, args)).toContainEqual(expect.stringMatching(/^(?:outside|relative|unknown)$/));
  });

  test.each([
    ['blockdev-create', { options: { driver: 'ssh', location: { server: { host: 'h' }, path: '/x' } } }],
    ['blockdev-add', { driver: 'rbd', conf: '/ok/ceph.conf', pool: 'p', image: 'i' }],
    ['drive-backup', { target: 'json:{"driver":"raw","file.filename":"/ok/x"}' }],
    ['drive-mirror', { target: 'nbd:unix:/ok/x:exportname=e' }],
    ['nbd-server-start', { addr: { type: 'unix', path: 'x', abstract: true } }],
    ['qom-get', { path: '/machine', property: 'type' }],
    ['x-query-virtio-status', { path: '/machine/peripheral/vd0/virtio-backend' }],
    ['netdev_add', { type: 'tap', script: 'no', downscript: 'no' }],
    ['human-monitor-command', { 'command-line': 'info block' }],
    ['human-monitor-command', { 'command-line': 'x/4x 0' }],
    ['chardev-add', { id: 'c', backend: { type: 'file', data: { out: '/ok/x' } } }],
  ])('stay inside: %s %j', (command, args) => {
    expect(reasons(command, args).filter(why => why !== undefined)).toEqual([]);
  });
});

describe('the files of a `$` line', () => {
  /** Why the words lead out of /ok, where they are run in `folder`. */
  const refused = (line: string, folder: string) => {
    const [program = '', ...words] = line.split('|');
    return filesInWords(program, words).flatMap(
      ({ text, isBacking }) => outOfBounds(text, FOLDERS, isBacking ? 'an overlay' : folder) ?? [],
    );
  };

  test.each([
    'qemu-img|create|-f|qcow2|-b/etc/x|-Fraw|/ok/e',
    'qemu-img|create|-f|qcow2|-b|../../x|-F|raw|/ok/e',
    'qemu-img|create|-f|qcow2|-b|json:{"driver":"raw","file.filename":"/etc/x"}|-F|raw|/ok/e',
    'qemu-img|create|-f|qcow2|-o|backing_fmt=raw,backing_file=json:{"driver":"raw",,"file.filename":"/etc/x"}|/ok/e',
    'qemu-img|convert|-f|raw|-O|raw|json:{"driver":"raw","file.filename":"/etc/x"}|/ok/e',
    'qemu-img|dd|-f|raw|if=/etc/x|of=/ok/e',
    'qemu-nbd|-tk/etc/x|-f|raw|/ok/e',
    'qemu-io|-c|open -r /etc/x|-c|read -v 0 512',
    'qemu-io|-f|raw|-c|write -s /etc/x 0 512|/ok/e',
    'qemu-io|-f|raw|-c|write -s/etc/x 0 512|/ok/e',
    'rm|-rf/etc/x',
  ])('lead out, wherever it is run: %s', line => {
    expect(refused(line, '/ok/a/b')).not.toEqual([]);
  });

  test.each([
    'qemu-img|create|-f|qcow2|-o|data_file=evil|/ok/e|1M',
    'qemu-img|create|-f|raw|evil|1M',
    'qemu-io|-c|open evil',
    'qemu-nbd|-r|evil',
    'touch|evil',
  ])('lead out, where it is run outside: %s', line => {
    expect(refused(line, '/elsewhere')).not.toEqual([]);
    expect(refused(line, '/ok')).toEqual([]);
  });

  test.each([
    'qemu-img|convert|-p|-f|raw|-O|qcow2|/ok/a|/ok/b',
    'qemu-img|create|-q|-f|qcow2|-b|a.qcow2|-F|qcow2|/ok/b.qcow2',
    'qemu-img|create|-f|qcow2|-o|size=1M,backing_file=a.qcow2,backing_fmt=qcow2|/ok/e',
    'qemu-img|rebase|-f|qcow2|-b||/ok/e',
    'qemu-img|dd|-f|raw|if=/ok/a|of=/ok/b|bs=1M|count=1',
    'qemu-img|snapshot|-c|before|/ok/e',
    'qemu-img|convert|-n|--image-opts|driver=qcow2,file.filename=/ok/a|-O|raw|ssh://h/x',
    'qemu-io|-f|raw|-c|write -P 0xab 0 64k|/ok/e',
    'qemu-nbd|-t|-k|/ok/s|-e|2|-f|qcow2|/ok/e',
    'cp|/ok/a|/ok/b',
    'mkdir|-m|700|/ok/d',
  ])('stay inside: %s', line => {
    expect(refused(line, '/elsewhere')).toEqual([]);
  });
});

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Guest, startGuest, wholeQemu } from './guest.ts';
import { buildProgram, type Program, type Result } from './program.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const engine = wholeQemu();
let program: Program;

beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => program?.remove());

const codes = ({ stderr }: Result) =>
  [...stderr.matchAll(/^(?:error|warning|note)\[([a-z-]+)\]/gm)].map(match => match[1]);

describe.skipIf(!engine)('commands beyond the block layer', () => {
  let guest: Guest;
  const run = (script: string, ...options: readonly string[]) =>
    program.run(['-q', '--qmp', guest.socket, ...options, '-c', script]);

  beforeAll(async () => {
    if (engine) guest = await startGuest(engine, ['base', 'active']);
  });
  afterAll(() => guest?.stop());

  test('are refused before anything is sent, whatever form they have', async () => {
    const refused = await run(
      [
        'bitmap add active-format name=b0',
        'human-monitor-command command-line="info block"',
        '{"execute": "device_del", "arguments": {"id": "virtio-disk0"}}',
        'expect error "x" from system_reset',
        'set_link name=x up=on else { print "no" }',
        'migrate uri="exec:id"',
      ].join('\n'),
    );
    expect(refused.code).toBe(3);
    expect(codes(refused)).toEqual(Array(5).fill('command-not-allowed'));
    expect(refused.stderr).toContain('--allow-raw human-monitor-command');
    expect(refused.stderr).toContain("--allow-raw 'migrate*'");
    expect(refused.stderr).toContain('runs a program on the host');
    const bitmaps = await run('show bitmaps');
    expect(bitmaps.stdout).not.toContain('b0');
  });

  test('a plan and a check tell it too', async () => {
    for (const command of ['plan', 'check', 'compile']) {
      const told = await program.run([command, '--qmp', guest.socket, '-c', 'system_powerdown']);
      expect([told.code, codes(told)]).toEqual([3, ['command-not-allowed']]);
    }
  });

  test('are sent once they are allowed by name or by a pattern', async () => {
    const script = 'human-monitor-command command-line="info version"';
    expect((await run(script, '--allow-raw', 'human-monitor-command')).stdout).toContain('.');
    expect((await run(script, '--allow-raw=human-*')).code).toBe(0);
    expect((await run(script, '--allow-raw', 'human')).code).toBe(3);
    const usage = await run(script, '--allow-raw', '');
    expect([usage.code, usage.stderr]).toEqual([2, expect.stringContaining('--allow-raw needs the name')]);
  });

  test('the block layer, jobs, exports, queries, stop and cont are always allowed', async () => {
    const script = 'stop; query-status; block-dirty-bitmap-add node=active-format name=b1; query-jobs';
    expect((await run(script)).code).toBe(0);
  });

  test('a secret that is sent is shown nowhere', async () => {
    const script =
      'object-add qom-type=secret id=ID data=hunter2; expect error "x" from object-del id=hunter';
    const allow = ['--allow-raw', 'object-*', '--qmp', guest.socket];
    for (const [at, command] of [['plan'], ['run', '--json'], ['run']].entries()) {
      const { stdout, stderr } = await program.run([
        ...command,
        ...allow,
        '-c',
        script.replace('ID', `s${at}`),
      ]);
      expect(stderr + stdout).toContain('secret-in-script');
      expect(stderr + stdout).not.toContain('hunter2');
    }
    const file = join(program.folder, 'secret.plan');
    writeFileSync(file, '', { mode: 0o644 });
    const saved = await program.run(['plan', ...allow, '--out', file, '-c', script.replace('ID', 's9')]);
    expect(saved.code).toBe(0);
    expect(statSync(file).mode & 0o077).toBe(0);
    const { statements } = JSON.parse(readFileSync(file, 'utf8')) as { statements: unknown };
    expect(JSON.stringify(statements)).not.toContain('hunter2');
    const ran = await program.run(['run', '--plan', file, ...allow]);
    expect(ran.stderr).not.toContain('hunter2');
    expect(ran.stderr).toContain('object-add');
    const compiled = await program.run(['compile', ...allow, '-c', script.replace('ID', 's10')]);
    expect(compiled.stderr).toContain('secret-in-script');
    expect(compiled.stdout).toContain('hunter2');
  });

  test('nor is one in an address, where nobody answers there', async () => {
    for (const address of ['ssh://me:hunter2@127.0.0.1:1/x', 'exec:false --password=hunter2'])
      for (const json of [[], ['--json']]) {
        const { code, stdout, stderr } = await program.run(['show', 'jobs', '--qmp', address, ...json]);
        expect(code).toBe(4);
        expect(stdout + stderr).toContain('cannot connect');
        expect(stdout + stderr).not.toContain('hunter2');
      }
  });

  test('files are kept to the folders that are allowed', async () => {
    const outside = join(program.folder, 'outside.qcow2');
    const bounds = ['--allow-path', guest.folder];
    const refused = await run(
      [
        `create E filename=${outside} size=1M`,
        `create F filename=${guest.folder}/../f.qcow2 size=1M`,
        'add G driver=qcow2 filename=g.qcow2 backing=null',
        'nbd start unix:/run/x.sock',
        `snapshot active-format overlay=S filename=${outside}`,
        `drive-backup device=virtio-disk0 sync=full target=${outside}`,
        `{"execute": "transaction", "arguments": {"actions": [{"type": "blockdev-snapshot-sync", "data": {"node-name": "active-format", "snapshot-file": "${outside}"}}]}}`,
        `blockdev-add driver=raw node-name=r file.driver=file file.filename="json:{\\"driver\\": \\"file\\", \\"filename\\": \\"/x\\"}"`,
        `change-backing-file device=active-format image-node-name=active-format backing-file=../a.qcow2`,
        'create H filename=nbd:evil size=1M',
        `drive-backup device=virtio-disk0 sync=full mode=existing format=raw target="json:{\\"driver\\":\\"raw\\",\\"file.filename\\":\\"${outside}\\"}"`,
        `$ qemu-img create -f qcow2 -b${outside} -Fraw ${guest.folder}/h.qcow2`,
      ].join('\n'),
      ...bounds,
    );
    expect(codes(refused)).toEqual(Array(12).fill('path-outside'));
    expect(refused.stderr).toContain(`it keeps to ${guest.folder}`);
    const host = await run(
      `$ qemu-img info -f qcow2 ${outside}\nexpect identical "x.raw" "y.raw"`,
      ...bounds,
    );
    expect(codes(host)).toContain('path-outside');
    expect(existsSync(outside)).toBe(false);
    const inside = `create E filename=${guest.folder}/e.qcow2 size=1M; del E; $ qemu-img info -f qcow2 ${guest.folder}/e.qcow2`;
    const done = await run(inside, ...bounds);
    expect([done.stderr, done.code]).toEqual(['', 0]);
  });
});

describe.skipIf(!engine)("a guest of libvirt's", () => {
  let guest: Guest;
  const at = (command: string, script: string, ...options: readonly string[]) =>
    program.run([command, '--qmp', guest.socket, ...options, '-c', script]);

  beforeAll(async () => {
    if (engine) guest = await startGuest(engine);
  });
  afterAll(() => guest?.stop());

  test.each([
    ['commit libvirt-1-format then pivot', 'virsh blockcommit vm1 vda --active --pivot --wait'],
    ['stream libvirt-1-format base=libvirt-2-format', "virsh blockpull vm1 vda --base 'vda[2]' --wait"],
    ['resize libvirt-1-format size=128M', 'virsh blockresize vm1 vda 134217728B'],
    [
      'snapshot libvirt-1-format overlay=E filename=/images/e.qcow2',
      'virsh snapshot-create-as vm1 --disk-only --no-metadata --atomic --diskspec vda,file=/images/e.qcow2',
    ],
    [
      'mirror libvirt-1-format target=E filename=/images/e.qcow2 sync=full then pivot',
      'virsh blockcopy vm1 vda --dest /images/e.qcow2 --format qcow2 --transient-job --wait --pivot',
    ],
    ['drive-mirror device=libvirt-1-format sync=full target=/images/e.qcow2', 'virsh blockcopy vm1 vda'],
    ['expect error "x" from block-stream device=libvirt-1-format job-id=x', 'virsh blockpull vm1 vda --wait'],
    [
      'transaction { bitmap add libvirt-1-format name=b0; snapshot libvirt-1-format overlay=E filename=/images/e.qcow2 }',
      'virsh snapshot-create-as',
    ],
    ['reopen libvirt-1-format read-only=on', 'virsh has no command for it'],
    [
      '{"execute": "snapshot-load", "arguments": {"job-id": "j", "tag": "t", "vmstate": "mine", "devices": ["libvirt-1-format"]}}',
      'virsh snapshot-revert vm1 t',
    ],
    [
      '{"execute": "snapshot-delete", "arguments": {"job-id": "j", "tag": "t", "devices": ["libvirt-1-format"]}}',
      'virsh snapshot-delete vm1 t',
    ],
    ['blockdev-snapshot-delete-internal-sync device=libvirt-1-format name=t', 'virsh snapshot-delete vm1 t'],
    ['quit', 'virsh shutdown vm1, or at once: virsh destroy vm1'],
    ['del libvirt-1-format', '--allow-libvirt'],
  ])('is not changed behind its back: %s', async (script, virsh) => {
    const refused = await at('check', script);
    expect(codes(refused)).toEqual(['behind-libvirt']);
    expect(refused.stderr).toContain(virsh);
    expect(codes(await at('check', script, '--allow-libvirt'))).not.toContain('behind-libvirt');
  });

  test('is backed up, copied and asked, with a note', async () => {
    const file = (name: string) => join(guest.folder, name);
    const done = await at(
      'run',
      [
        `backup libvirt-1-format target=F filename=${file('f.qcow2')} sync=full`,
        `mirror libvirt-1-format target=E filename=${file('e.qcow2')} sync=full then cancel`,
        'resize E size=128M',
        'del F; del E',
      ].join('\n'),
    );
    expect([done.code, codes(done)]).toEqual([0, ['libvirt-not-told']]);
    expect(codes(await at('run', 'query-block'))).toEqual([]);
  });

  test('is left as it was, without a note', async () => {
    const made = await at('run', 'blockdev-add node-name=own driver=null-co size=1M');
    expect([made.code, codes(made)]).toEqual([0, ['libvirt-not-told']]);
    const ended = await at('run', 'del own; stop; cont');
    expect([ended.code, codes(ended)]).toEqual([0, []]);
  });
});

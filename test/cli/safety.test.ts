import { execFileSync } from 'node:child_process';
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

  test('an image that records a backing file and no format is warned of, however deep it lies', async () => {
    const file = (name: string) => join(guest.folder, name);
    const tool = (...words: readonly string[]) => execFileSync(engine?.qemuImg ?? '', words);
    tool('create', '-q', '-f', 'raw', file('base.raw'), '1M');
    tool('create', '-q', '-f', 'qcow2', '-b', 'base.raw', '-F', 'raw', file('over.qcow2'));
    tool('create', '-q', '-f', 'qcow2', '-b', 'over.qcow2', '-F', 'qcow2', file('top.qcow2'));
    const said = async (script: string) => {
      const { stderr } = await program.run(['check', '--qmp', guest.socket, '-c', script]);
      return { codes: codes({ stderr } as Result), stderr };
    };
    const top = `add T driver=qcow2 filename=${file('top.qcow2')}`;
    const over = `blockdev-add driver=qcow2 node-name=O file={"driver": "file", "filename": "${file('over.qcow2')}"}`;
    for (const script of [top, over]) expect((await said(script)).codes).toEqual([]);

    // The extension that holds the format becomes one that nobody knows.
    const head = readFileSync(file('over.qcow2'));
    const at = head.indexOf(Buffer.from('e2792aca', 'hex'));
    head.write('12345678', at, 'hex');
    writeFileSync(file('over.qcow2'), head);
    const node = `blockdev-add driver=file node-name=F filename=${file('over.qcow2')}\nblockdev-add driver=qcow2 node-name=O file=F`;
    for (const script of [top, over, node]) {
      const found = await said(script);
      expect(found.codes).toEqual(['format-probed']);
      expect(found.stderr).toContain(
        `qemu-img rebase -u -f qcow2 -b base.raw -F FORMAT ${file('over.qcow2')}`,
      );
    }
    const base = `add B driver=raw filename=${file('base.raw')}`;
    expect(
      (await said(`${base}\nadd O driver=qcow2 filename=${file('over.qcow2')} backing=B`)).codes,
    ).toEqual([]);
    tool('rebase', '-u', '-f', 'qcow2', '-b', 'base.raw', '-F', 'raw', file('over.qcow2'));
    for (const script of [top, over, node]) expect((await said(script)).codes).toEqual([]);
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

  test.each([
    ['bitmap clear libvirt-1-format name=cp1', 'virsh checkpoint-create-as vm1 CHECKPOINT'],
    ['bitmap remove libvirt-1-format name=cp1', 'virsh checkpoint-delete vm1 cp1'],
    ['block-dirty-bitmap-disable node=libvirt-1-format name=cp1', 'virsh checkpoint-create-as vm1'],
    ['block-dirty-bitmap-enable node=libvirt-1-format name=cp1', 'virsh checkpoint-create-as vm1'],
    [
      'bitmap add libvirt-1-format name=b2; bitmap merge libvirt-1-format target=cp1 bitmaps=[b2]',
      'virsh checkpoint-create-as vm1',
    ],
    [
      'create E filename=/images/e.qcow2 size=64M; backup libvirt-1-format target=E sync=incremental bitmap=cp1',
      'virsh backup-begin vm1 BACKUP.xml',
    ],
    [
      'transaction { bitmap add libvirt-1-format name=b1; bitmap clear libvirt-1-format name=cp1 }',
      'virsh checkpoint-create-as vm1 CHECKPOINT',
    ],
    ['nbd stop', 'virsh domjobabort vm1'],
    ['block-export-del id=libvirt-nbd-vda mode=hard', 'virsh domjobabort vm1'],
  ])('keeps its checkpoints, and what serves its backups: %s', async (script, virsh) => {
    await keepCheckpoint();
    const refused = await at('check', script);
    expect(codes(refused)).toEqual(['behind-libvirt']);
    expect(refused.stderr).toContain(virsh);
    expect(codes(await at('check', script, '--allow-libvirt'))).not.toContain('behind-libvirt');
  });

  test('lets a script do as it likes with bitmaps and a server of its own, and read those of others', async () => {
    await keepCheckpoint();
    const file = join(guest.folder, 'own.qcow2');
    const bitmaps = [
      'bitmap add libvirt-1-format name=b0 persistent=on',
      'bitmap merge libvirt-1-format target=b0 bitmaps=[cp1]',
      'bitmap clear libvirt-1-format name=b0',
      'bitmap remove libvirt-1-format name=b0',
      'bitmap add libvirt-1-format name=passing',
      `backup libvirt-1-format target=F filename=${file} sync=bitmap bitmap=cp1 bitmap-mode=never`,
      'del F',
    ];
    const done = await at('run', bitmaps.join('\n'));
    expect([codes(done), done.code]).toEqual([['libvirt-not-told'], 0]);
    // It is not kept in the image, so it can't be a checkpoint.
    expect((await at('run', 'bitmap remove libvirt-1-format name=passing')).code).toBe(0);
    const served = ['nbd stop', `nbd start unix:${join(guest.folder, 'own.sock')}`, 'nbd stop'];
    expect((await at('run', served[0] ?? '', '--allow-libvirt')).code).toBe(0);
    expect((await at('run', served.slice(1).join('\n'))).code).toBe(0);
  });

  /** A checkpoint and a server as libvirt leaves them; they are made once. */
  async function keepCheckpoint() {
    const known = await at('run', 'show bitmaps', '--json');
    if (!known.stdout.includes('cp1')) await at('run', 'bitmap add libvirt-1-format name=cp1 persistent=on');
    await at(
      'run',
      [
        `nbd start unix:${join(guest.folder, 'nbd.sock')}`,
        'block-export-add id=libvirt-nbd-vda type=nbd node-name=libvirt-1-format',
      ].join('\n'),
    );
  }

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

  test.each([
    ['cancel j force=on', 'virsh blockjob vm1 vda --abort'],
    ['job-cancel id=j', 'virsh blockjob vm1 vda --abort'],
    ['job-complete id=j', 'virsh blockjob vm1 vda --pivot'],
    ['pivot j', 'virsh blockjob vm1 vda --pivot'],
    ['block-job-finalize id=j', 'virsh blockjob vm1 vda --info'],
    ['job-dismiss id=j', 'virsh blockjob vm1 vda --info'],
  ])('keeps the jobs that a script has not started: %s', async (script, virsh) => {
    const known = await at('run', 'show jobs', '--json');
    if (!known.stdout.includes('"j"')) {
      const made = await at(
        'run',
        [
          'blockdev-add driver=null-co node-name=T size=64M',
          'start mirror libvirt-1-format target=T sync=full job-id=j',
        ].join('\n'),
      );
      expect([made.stderr.replace(/note\[.*/s, ''), made.code]).toEqual(['', 0]);
    }
    const refused = await at('check', script);
    expect(codes(refused)).toEqual(['behind-libvirt']);
    expect(refused.stderr).toContain(virsh);
    expect(codes(await at('check', script, '--allow-libvirt'))).not.toContain('behind-libvirt');
  });

  test('lets a script end the jobs that it has started', async () => {
    await at('run', 'cancel j force=on; del T', '--allow-libvirt');
    const done = await at(
      'run',
      [
        'blockdev-add driver=null-co node-name=O size=64M',
        'start mirror libvirt-1-format target=O sync=full job-id=o',
        'wait o ready',
        'cancel o force=on',
        'blockdev-backup device=libvirt-1-format target=O sync=full job-id=o auto-dismiss=false',
        'job-dismiss id=o',
        'del O',
      ].join('\n'),
    );
    expect([done.stderr.replace(/note\[.*/s, ''), done.code]).toEqual(['', 0]);
    expect((await at('run', 'show jobs', '--json')).stdout).not.toMatch(/"id": ?"[jo]"/);
  });

  test('is left as it was, without a note', async () => {
    const made = await at('run', 'blockdev-add node-name=own driver=null-co size=1M');
    expect([made.code, codes(made)]).toEqual([0, ['libvirt-not-told']]);
    const ended = await at('run', 'del own; stop; cont');
    expect([ended.code, codes(ended)]).toEqual([0, []]);
  });
});

import { describe, expect, test } from 'vitest';
import { needsAllowance } from '../../src/commands/allowance.ts';
import { pathsInName } from '../../src/commands/images/named-files.ts';
import { loadSnapshot, snapshotVersions } from '../../src/qapi/snapshots.ts';

describe('commands beyond the block layer', () => {
  test('these are allowed to every script, of all that the bundled versions have', () => {
    const all = snapshotVersions().flatMap(version =>
      (['system', 'storage-daemon'] as const).flatMap(
        program => loadSnapshot(version, program)?.commands() ?? [],
      ),
    );
    const allowed = [...new Set(all)].filter(name => !needsAllowance(name, {})).sort();
    expect(allowed.filter(name => !/^(?:x-)?(?:debug-)?query-/.test(name)).join(' ')).toMatchInlineSnapshot(
      `"block-commit block-dirty-bitmap-add block-dirty-bitmap-clear block-dirty-bitmap-disable block-dirty-bitmap-enable block-dirty-bitmap-merge block-dirty-bitmap-remove block-export-add block-export-del block-job-cancel block-job-change block-job-complete block-job-dismiss block-job-finalize block-job-pause block-job-resume block-job-set-speed block-latency-histogram-set block-set-write-threshold block-stream block_passwd block_resize block_set_io_throttle blockdev-add blockdev-backup blockdev-change-medium blockdev-close-tray blockdev-create blockdev-del blockdev-insert-medium blockdev-mirror blockdev-open-tray blockdev-remove-medium blockdev-reopen blockdev-set-active blockdev-snapshot blockdev-snapshot-delete-internal-sync blockdev-snapshot-internal-sync blockdev-snapshot-sync change-backing-file cont drive-backup drive-mirror eject job-cancel job-complete job-dismiss job-finalize job-pause job-resume nbd-server-add nbd-server-remove nbd-server-start nbd-server-stop qmp_capabilities quit snapshot-delete snapshot-load snapshot-save stop transaction x-blockdev-amend x-blockdev-change x-blockdev-reopen x-blockdev-set-iothread x-debug-block-dirty-bitmap-sha256"`,
    );
  });

  test('a transaction is what its actions are, and a migration tells what it reaches', () => {
    const actions = [
      { type: 'abort', data: {} },
      { type: 'device_del', data: {} },
    ];
    expect(needsAllowance('transaction', { actions })).toEqual({
      command: 'device_del',
      argument: 'actions.1.type',
    });
    expect(needsAllowance('transaction', { actions: actions.slice(0, 1) })).toBeUndefined();
    expect(needsAllowance('migrate', { uri: 'exec:id' })?.reaches).toBe('program');
    const channels = [{ 'channel-type': 'main', addr: { transport: 'exec', args: ['id'] } }];
    expect(needsAllowance('migrate', { channels })?.reaches).toBe('program');
    expect(needsAllowance('migrate', { uri: 'file:/etc/x' })?.reaches).toBe('file');
    expect(needsAllowance('migrate', { uri: 'tcp:host:1' })?.reaches).toBeUndefined();
  });

  test.each([
    ['migrate*', 'migrate-incoming', true],
    ['migrate', 'migrate-incoming', false],
    ['*', 'human-monitor-command', true],
    ['qom-*', 'xqom-set', false],
  ])('%s allows %s: %s', (pattern, command, isAllowed) => {
    expect(needsAllowance(command, {}, new Set([pattern])) === undefined).toBe(isAllowed);
  });
});

test.each([
  ['/a/b', ['/a/b']],
  ['file:/a/b', ['/a/b']],
  ['nbd:unix:/run/x.sock:exportname=e', ['/run/x.sock']],
  ['nbd+unix:///e?socket=/run/x%20y', ['/run/x y']],
  ['nbd://host/e', []],
  ['json:{"driver": "qcow2", "file": {"driver": "file", "filename": "/a"}}', ['/a']],
  ['json:{', undefined],
  ['blkdebug:/a:/b', undefined],
  ['exec:id', undefined],
])('the paths in %s', (name, paths) => expect(pathsInName(name)).toEqual(paths));

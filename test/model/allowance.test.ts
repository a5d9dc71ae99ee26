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
    expect(allowed.filter(name => !/^(?:x-)?(?:debug-)?query-/.test(name)).join(' ')).toMatchInlineSnapshot();
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

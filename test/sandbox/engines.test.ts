import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chooseEngine, findEngines, listQemus } from '../../src/sandbox/engines.ts';
import { SandboxError } from '../../src/sandbox/sandbox-error.ts';

let root: string;

function programs(place: string, ...names: string[]): string {
  const directory = join(root, place);
  mkdirSync(directory, { recursive: true });
  for (const name of names) {
    writeFileSync(join(directory, name), '#!/bin/sh\n');
    chmodSync(join(directory, name), 0o755);
  }
  return directory;
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'qblk-engines-'));
  vi.stubEnv('PATH', '');
  vi.stubEnv('QBLK_QEMU', '');
  vi.stubEnv('QBLK_QEMUS', '');
  vi.stubEnv('XDG_CACHE_HOME', join(root, 'cache'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

test('programs may lie in different directories of PATH, and a whole QEMU comes first', () => {
  const one = programs('one', 'qemu-storage-daemon', 'qemu-img');
  const two = programs('two', 'qemu-system-x86_64', 'qemu-img', 'qemu-io');
  vi.stubEnv('PATH', `${one}:${two}`);
  expect(findEngines()).toEqual([
    {
      kind: 'qemu',
      program: `${two}/qemu-system-x86_64`,
      qemuImg: `${one}/qemu-img`,
      qemuIo: `${two}/qemu-io`,
    },
    {
      kind: 'storage-daemon',
      program: `${one}/qemu-storage-daemon`,
      qemuImg: `${one}/qemu-img`,
      qemuIo: `${two}/qemu-io`,
    },
  ]);
  expect(chooseEngine('storage-daemon').program).toBe(`${one}/qemu-storage-daemon`);
});

test('QBLK_QEMU comes before PATH, and PATH before private copies, of which the newest is first', () => {
  const tools = ['qemu-storage-daemon', 'qemu-img', 'qemu-io'];
  vi.stubEnv('PATH', programs('path', ...tools));
  vi.stubEnv('QBLK_QEMU', programs('named', ...tools));
  for (const [suite, version] of Object.entries({
    old: '1:7.2+dfsg-7',
    new: '1:10.0.13+ds-1',
    unfinished: undefined,
  })) {
    programs(`cache/qblk/qemu/${suite}/bin`, ...tools);
    if (version) writeFileSync(join(root, 'cache/qblk/qemu', suite, 'version'), version);
  }
  expect(findEngines().map(engine => engine.program.slice(root.length + 1))).toEqual([
    'named/qemu-storage-daemon',
    'path/qemu-storage-daemon',
    'cache/qblk/qemu/new/bin/qemu-storage-daemon',
    'cache/qblk/qemu/old/bin/qemu-storage-daemon',
  ]);
});

test('without qemu-io, or without the right to run it, there is no engine', () => {
  const directory = programs('bin', 'qemu-system-x86_64', 'qemu-img');
  vi.stubEnv('PATH', directory);
  expect(findEngines()).toEqual([]);
  writeFileSync(join(directory, 'qemu-io'), '');
  expect(findEngines()).toEqual([]);
});

test('the error for a missing engine names it and says what to install', () => {
  expect(() => chooseEngine('storage-daemon')).toThrow(SandboxError);
  expect(() => chooseEngine('storage-daemon')).toThrow('no qemu-storage-daemon');
  try {
    chooseEngine();
  } catch (error) {
    const { message, help } = error as SandboxError;
    expect(message).toContain('neither qemu-system-x86_64 nor qemu-storage-daemon');
    expect(help.join('\n')).toContain('apt-get install qemu-system-x86 qemu-utils');
  }
});

test('all QEMUs are listed by version, oldest first, one of each series, QBLK_QEMUS before all others', async () => {
  const qemu = (place: string, version: string, ...names: string[]) => {
    const directory = programs(place, ...names, 'qemu-img', 'qemu-io');
    for (const name of names)
      writeFileSync(join(directory, name), `#!/bin/sh\necho "QEMU emulator version ${version} (Debian)"\n`);
    return directory;
  };
  const both = ['qemu-system-x86_64', 'qemu-storage-daemon'];
  vi.stubEnv('PATH', `${qemu('path', '7.2.22', ...both)}`);
  vi.stubEnv(
    'QBLK_QEMUS',
    `${qemu('new', '10.0.13', ...both)}:${qemu('other', '7.2.4', 'qemu-storage-daemon')}`,
  );
  qemu('cache/qblk/qemu/old/bin', '5.2.0', 'qemu-system-x86_64');
  writeFileSync(join(root, 'cache/qblk/qemu/old/version'), '5.2');
  programs('broken', 'qemu-storage-daemon', 'qemu-img', 'qemu-io');
  vi.stubEnv('QBLK_QEMU', join(root, 'broken'));
  const found = (await listQemus()).map(({ version, engines }) => [
    version,
    ...engines.map(({ program }) => program.slice(root.length + 1)),
  ]);
  expect(found).toEqual([
    ['5.2.0', 'cache/qblk/qemu/old/bin/qemu-system-x86_64'],
    ['7.2.4', 'other/qemu-storage-daemon'],
    ['10.0.13', 'new/qemu-system-x86_64', 'new/qemu-storage-daemon'],
  ]);
  vi.stubEnv('QBLK_QEMUS', join(root, 'nowhere'));
  await expect(listQemus()).rejects.toThrow('QBLK_QEMUS names');
});

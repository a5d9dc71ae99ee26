import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chooseEngine, findEngines } from '../../src/sandbox/engines.ts';
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

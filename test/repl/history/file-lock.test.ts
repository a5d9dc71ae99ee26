import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lutimesSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LockedError, whileLocked } from '../../../src/repl/history/file-lock.ts';

let folder: string;
let lock: string;
/** What a holder of the lock writes into it. */
let own: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qblk-lock-'));
  lock = join(folder, 'lock');
  own = whileLocked(lock, 0, () => readlinkSync(lock));
});
afterEach(() => rmSync(folder, { recursive: true }));

const withPid = (pid: number, nonce: string) =>
  own.replace(/^\d+ /, `${pid} `).replace(/ [0-9a-f]{16} /, ` ${nonce} `);
const deadPid = () => spawnSync('true').pid;
const [first, second] = ['0123456789abcdef', 'fedcba9876543210'];

test('it is there while it is held, and gone afterwards, also after an error', () => {
  expect(whileLocked(lock, 0, () => existsSync(folder) && readdirSync(folder))).toEqual(['lock']);
  expect(() =>
    whileLocked(lock, 0, () => {
      throw new Error('x');
    }),
  ).toThrow('x');
  expect(readdirSync(folder)).toEqual([]);
});

test('a living holder is waited for, but not for ever', () => {
  whileLocked(lock, 0, () => {
    const begun = performance.now();
    expect(() => whileLocked(lock, 100, () => {})).toThrow(LockedError);
    expect(performance.now() - begun).toBeGreaterThan(90);
  });
});

test('those of dead holders, one after the other, do not count and are cleared away', () => {
  symlinkSync(withPid(deadPid(), first), lock);
  expect(whileLocked(lock, 0, () => readdirSync(folder).sort())).toEqual(['lock', `lock.${first}`]);
  expect(readdirSync(folder)).toEqual([]);
  symlinkSync(withPid(deadPid(), first), lock);
  symlinkSync(withPid(deadPid(), second), `${lock}.${first}`);
  expect(whileLocked(lock, 0, () => readdirSync(folder)).length).toBe(3);
  expect(readdirSync(folder)).toEqual([]);
});

test('a process that has the id of a dead holder is another', () => {
  symlinkSync(own.replace(/^(\d+) \d+ /, '$1 1 '), lock);
  expect(whileLocked(lock, 0, () => 'held')).toBe('held');
});

test('a holder that was killed and of which its parent takes no note is dead', async () => {
  // The shell becomes a `sleep`, which never asks after the child that it was given.
  const parent = spawn('sh', ['-c', 'sleep 100 & echo $!; exec sleep 100'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [said] = await once(parent.stdout, 'data');
  const child = Number(String(said));
  process.kill(child, 'SIGKILL');
  try {
    symlinkSync(withPid(child, first), lock);
    expect(whileLocked(lock, 1000, () => 'held')).toBe('held');
  } finally {
    parent.kill('SIGKILL');
  }
});

test('a holder of another machine is believed for some seconds', () => {
  symlinkSync(`${own}-elsewhere`, lock);
  expect(() => whileLocked(lock, 0, () => {})).toThrow(LockedError);
  const before = new Date(Date.now() - 60_000);
  lutimesSync(lock, before, before);
  expect(whileLocked(lock, 0, () => 'held')).toBe('held');
});

test('never two at once, however many are killed in the middle', async () => {
  const program = fileURLToPath(new URL('./locking.ts', import.meta.url));
  const start = () => {
    const child = spawn(process.execPath, ['--import', 'tsx', program, lock, join(folder, 'inside')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const one = { child, said: '' };
    child.stdout.on('data', part => {
      one.said += part;
    });
    return one;
  };
  const all = [start(), start(), start()];
  for (let round = 0; round < 7; round++) {
    // One that has just been started has nothing yet to be killed in.
    while (all.slice(-3).some(({ said }) => said === '')) await pause(5);
    await pause(30 * Math.random());
    all.at(-3)?.child.kill('SIGKILL');
    all.push(start());
  }
  const ended = all.slice(-3).map(({ child }) => once(child, 'close'));
  for (const { child } of all) child.kill('SIGKILL');
  await Promise.all(ended);
  expect(all.filter(({ said }) => said.includes('two'))).toEqual([]);
  expect(all.map(({ said }) => said.length).reduce((sum, length) => sum + length)).toBeGreaterThan(500);
});

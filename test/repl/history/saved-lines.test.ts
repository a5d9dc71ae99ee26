import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// @ts-expect-error The package has no types.
import attach from 'repl-history';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadLines, saveLines } from '../../../src/repl/history/saved-lines.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qblk-history-'));
  file = join(folder, 'history');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
});

describe('repl-history is what the adapter takes it for', () => {
  function attached(maxSave: number) {
    const listeners: [string, () => void][] = [];
    const standIn = { history: ['as it was'], on: (...one: [string, () => void]) => listeners.push(one) };
    attach(standIn, { filePath: file, maxSave });
    return { standIn, listeners };
  }

  test('it reads at once, in the order of the file, without blank lines', () => {
    writeFileSync(file, 'a\n \nb');
    const { standIn, listeners } = attached(2);
    expect(standIn.history).toEqual(['a', 'b']);
    expect(listeners.map(([event]) => event)).toEqual(['exit']);
  });

  test('where there is no file it warns and leaves the list; other errors it throws', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(attached(2).standIn.history).toEqual(['as it was']);
    expect(warn).toHaveBeenCalledWith('No history file found');
    file = folder;
    expect(() => attached(2)).toThrow('EISDIR');
  });

  test.each([
    [2, 'b\nc'],
    [0, 'b\nc\nd'],
  ])(
    'with a limit of %i it drops the first line, writes in place without a last end, readable for all, and ends the process',
    (max, written) => {
      vi.spyOn(console, 'warn').mockImplementation(() => {});
      const exit = vi.spyOn(process, 'exit').mockImplementation((() => {}) as never);
      const { standIn, listeners } = attached(max);
      standIn.history = ['a', 'b', 'c', 'd'];
      listeners[0]?.[1]();
      expect(readFileSync(file, 'utf8')).toBe(written);
      expect(statSync(file).mode & 0o777).toBe(0o666 & ~process.umask());
      expect(exit.mock.calls).toEqual([[]]);
    },
  );
});

describe('the adapter', () => {
  test('writes all lines, each with its end, and reads them again', () => {
    writeFileSync(file, 'old\n', { mode: 0o600 });
    for (const lines of [['a', 'b', 'c'], ['a'], []]) {
      saveLines(file, lines);
      expect(readFileSync(file, 'utf8')).toBe(lines.map(line => `${line}\n`).join(''));
      expect(loadLines(file)).toEqual(lines);
    }
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('says nothing where there is no file, and throws what else there is', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(loadLines(file)).toEqual([]);
    expect(warn).not.toHaveBeenCalled();
    expect(() => loadLines(folder)).toThrow('EISDIR');
  });

  test('gives the process its exit and the console its warnings back, also after an error', () => {
    const [{ exit }, { warn }] = [process, console];
    saveLines(file, ['a']);
    expect(() => saveLines(join(folder, 'none', 'history'), ['a'])).toThrow('ENOENT');
    expect([process.exit, console.warn]).toEqual([exit, warn]);
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openHistory } from '../../../src/repl/history/open-history.ts';
import { startAdding } from './children.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qblk-history-'));
  file = join(folder, 'history');
});
afterEach(() => rmSync(folder, { recursive: true }));

const entry = (name: string) => `commit ${name} base=A {\n  then "pivot"\n}`;
const written = () =>
  new Set(
    openHistory({ file }).entries.map(
      text => /^commit (\w+) base=A \{\n {2}then "pivot"\n\}$/.exec(text)?.[1],
    ),
  );

test('two that add thousands at once, and end, lose none and tear none', async () => {
  const two = [startAdding(file, 'x', 2500, 'close'), startAdding(file, 'y', 2500, 'close')];
  expect(await Promise.all(two.map(({ ended }) => ended))).toEqual(['', '']);
  const names = two.flatMap(({ accepted }) => accepted);
  expect(names).toHaveLength(5000);
  expect(written()).toEqual(new Set(names));
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(5001);
  expect(readdirSync(folder)).toEqual(['history']);
});

test('others that end meanwhile, again and again, do not write over what is added', async () => {
  const three = ['x', 'y', 'z'].map(name => startAdding(file, name, 400, 'tidy'));
  expect(await Promise.all(three.map(({ ended }) => ended))).toEqual(['', '', '']);
  const found = written();
  // What the closing prompts add themselves is of another form.
  found.delete(undefined);
  expect(found).toEqual(new Set(three.flatMap(({ accepted }) => accepted)));
});

test('an entry is kept by a process that kills itself right after', async () => {
  const { child, accepted, ended } = startAdding(file, 'x', 3, 'die');
  await ended;
  expect([child.signalCode, accepted]).toEqual(['SIGKILL', ['x0', 'x1', 'x2']]);
  expect(openHistory({ file }).entries).toEqual(['x2', 'x1', 'x0'].map(entry));
});

test('whenever prompts are killed, all that they accepted is there, and nothing of them stands in the way', async () => {
  const accepted: string[] = [];
  for (let round = 0; round < 5; round++) {
    const two = [startAdding(file, `x${round}n`, 1e6, 'tidy'), startAdding(file, `y${round}n`, 1e6, 'tidy')];
    while (two.some(one => one.accepted.length < 60)) await pause(5);
    await pause(Math.random() * 20);
    for (const { child } of two) child.kill('SIGKILL');
    for (const one of two) {
      expect(await one.ended).toBe('');
      accepted.push(...one.accepted);
    }
    const begun = performance.now();
    const history = openHistory({ file, max: 1e6, onProblem: message => expect(message).toBe('') });
    history.add(`round ${round}`);
    expect(performance.now() - begun).toBeLessThan(1500);
    history.close();
    expect(readdirSync(folder)).toEqual(['history']);
  }
  const found = written();
  expect(accepted.filter(name => !found.has(name))).toEqual([]);
});

import { expect, test } from 'vitest';
import { liveProgram } from './live.ts';

const live = liveProgram(undefined);

test.each([
  [['--durable', '--sandbox', '-c', 'print 1'], '--durable and --sandbox exclude each other', '--qmp URI'],
  [['--durable', '--sandbox=sim', '-c', 'print 1'], 'a sandbox ends with the program', '--qmp URI'],
  [
    ['--durable', '--plan', 'nightly.plan', '--qmp', 'none.sock'],
    '--durable and --plan exclude',
    'qblk run --durable FILE',
  ],
  [
    ['--durable', '--plan', 'nightly.plan', '--qmp', 'none.sock'],
    'names its jobs after itself',
    'leave --durable out',
  ],
  [
    ['--durable', '--on-interrupt', 'cancel', '-c', 'print 1', '--qmp', 'none.sock'],
    'needs its jobs',
    'leave one',
  ],
  [['--steal', '-c', 'print 1', '--qmp', 'none.sock'], '--steal is about durable runs', '--durable --steal'],
  [
    ['--no-marker', '-c', 'print 1', '--sandbox=sim'],
    '--no-marker is about durable runs',
    'leave --no-marker out',
  ],
])('run %j is refused before anything is started or asked', async (words, message, help) => {
  const told = await live.program().run(['run', ...words]);
  expect(told).toMatchObject({ code: 2, stdout: '' });
  const [first = '', ...more] = told.stderr.trim().split('\n');
  expect(first).toMatch(/^qblk: /);
  expect(first).toContain(message);
  expect(more.every(line => line.startsWith('help: '))).toBe(true);
  expect(more.join('\n')).toContain(help);
});

import { expect, test } from 'vitest';
import type { JobStatus } from '../../src/graph/graph.ts';
import type { Hold } from '../../src/runner/job-record.ts';
import { judge, type Wish } from '../../src/runner/job-verdict.ts';

const verdict = (status: JobStatus, wish: Wish, hold?: Hold) => {
  const record = { id: 'j', type: 'mirror', status, 'current-progress': 0, 'total-progress': 0 };
  const found = judge(record, hold, wish);
  return found && `${found.reached ? 'reached' : 'not reached'}${found.rest ? `, ${found.rest}` : ''}`;
};
const wish = (...wanted: JobStatus[]): Wish => ({ wanted: new Set(wanted) });
const leaving = (...wanted: JobStatus[]): Wish => ({ wanted: new Set(wanted), leaving: 'ready' });

test.each<[JobStatus, Wish, Hold | undefined, string | undefined]>([
  ['running', wish('concluded'), undefined, undefined],
  ['waiting', wish('concluded'), undefined, undefined],
  ['aborting', wish('ready'), undefined, undefined],
  ['running', wish('running'), undefined, 'reached'],
  ['ready', wish('ready', 'concluded'), undefined, 'reached, ready'],
  ['ready', wish('concluded'), undefined, 'not reached, ready'],
  ['standby', wish('concluded'), undefined, 'not reached, ready'],
  ['standby', wish('ready'), undefined, undefined],
  ['ready', leaving('concluded'), undefined, undefined],
  ['standby', leaving('concluded'), undefined, undefined],
  ['standby', leaving('concluded'), 'failed', 'not reached, paused-by-error'],
  ['paused', wish('concluded'), undefined, undefined],
  ['paused', wish('concluded'), 'failed', 'not reached, paused-by-error'],
  ['paused', wish('paused'), 'failed', 'reached, paused-by-error'],
  ['pending', wish('concluded'), 'finalize', 'not reached, pending'],
  ['pending', wish('pending'), 'finalize', 'reached, pending'],
  ['pending', wish('concluded'), undefined, undefined],
  ['pending', wish('pending', 'concluded'), undefined, undefined],
  ['concluded', wish('ready'), undefined, 'not reached, concluded'],
  ['concluded', wish('concluded'), undefined, 'reached, concluded'],
  ['null', wish('concluded'), undefined, 'not reached, gone'],
  ['null', wish('null'), undefined, 'reached, gone'],
])('%s for %j, held by %s', (status, wanted, hold, expected) => {
  expect(verdict(status, wanted, hold)).toBe(expected);
});

test.each<[JobStatus, Hold | undefined, string | undefined]>([
  ['ready', undefined, undefined],
  ['paused', 'nospace', undefined],
  ['pending', 'finalize', undefined],
  ['concluded', undefined, 'reached, concluded'],
  ['null', undefined, 'not reached, gone'],
])('%s, held by %s, for who waits to the end', (status, hold, expected) => {
  expect(verdict(status, { ...wish('concluded'), toTheEnd: true }, hold)).toBe(expected);
});

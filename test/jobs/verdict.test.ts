import { expect, test } from 'vitest';
import type { JobStatus } from '../../src/graph/graph.ts';
import { judge, type Wish } from '../../src/runner/job-verdict.ts';

const verdict = (status: JobStatus, wish: Wish, stopped = false) => {
  const record = { id: 'j', type: 'mirror', status, 'current-progress': 0, 'total-progress': 0 };
  const found = judge(record, stopped, wish);
  return found && `${found.reached ? 'reached' : 'not reached'}${found.rest ? `, ${found.rest}` : ''}`;
};
const wish = (...wanted: JobStatus[]): Wish => ({ wanted: new Set(wanted) });
const leaving = (...wanted: JobStatus[]): Wish => ({ wanted: new Set(wanted), leaving: 'ready' });

test.each<[JobStatus, Wish, boolean, string | undefined]>([
  ['running', wish('concluded'), false, undefined],
  ['waiting', wish('concluded'), false, undefined],
  ['aborting', wish('ready'), false, undefined],
  ['running', wish('running'), false, 'reached'],
  ['ready', wish('ready', 'concluded'), false, 'reached, ready'],
  ['ready', wish('concluded'), false, 'not reached, ready'],
  ['standby', wish('concluded'), false, 'not reached, ready'],
  ['standby', wish('ready'), false, undefined],
  ['ready', leaving('concluded'), false, undefined],
  ['standby', leaving('concluded'), false, undefined],
  ['standby', leaving('concluded'), true, 'not reached, paused-by-error'],
  ['paused', wish('concluded'), false, undefined],
  ['paused', wish('concluded'), true, 'not reached, paused-by-error'],
  ['paused', wish('paused'), true, 'reached, paused-by-error'],
  ['pending', wish('concluded'), false, 'not reached, pending'],
  ['concluded', wish('ready'), false, 'not reached, concluded'],
  ['concluded', wish('concluded'), false, 'reached, concluded'],
  ['null', wish('concluded'), false, 'not reached, gone'],
  ['null', wish('null'), false, 'reached, gone'],
])('%s for %j, stopped by an error: %s', (status, wanted, stopped, expected) => {
  expect(verdict(status, wanted, stopped)).toBe(expected);
});

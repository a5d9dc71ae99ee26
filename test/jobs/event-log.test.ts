import { expect, test } from 'vitest';
import { EventLog } from '../../src/runner/event-log.ts';
import { eventLine, negotiated } from '../qmp/wire.ts';

const step = (event: string, where = {}) => ({ kind: 'await-event', event, where }) as const;

test('a flood of one event drives out no other, its latest can be taken, and the session keeps few of them', async () => {
  const { peer, session } = await negotiated();
  peer.say(eventLine('RESUME', { id: 'early' }));
  while (session.events.length === 0) await new Promise(setImmediate);
  const log = new EventLog(session);
  session.onEvent(event => log.see(event));
  let longest = 0;
  session.onEvent(() => {
    longest = Math.max(longest, session.events.length);
  });
  const before = new Promise<void>(resolve => session.onEvent(({ event }) => event === 'STOP' && resolve()));
  for (let at = 1; at <= 60_000; at++) peer.say(eventLine('BLOCK_JOB_ERROR', { at }));
  peer.say(eventLine('STOP'));
  await before;
  expect(longest).toBeLessThanOrEqual(20_001);
  expect(log.take(step('RESUME'))?.data).toEqual({ id: 'early' });
  expect(log.take(step('RESUME'))).toBeUndefined();
  const [first, ...others] = [
    log.take(step('BLOCK_JOB_ERROR')),
    log.take(step('BLOCK_JOB_ERROR', { at: 60_000 })),
    log.take(step('BLOCK_JOB_ERROR', { at: 60_000 })),
  ];
  expect(Number(first?.data['at'])).toBeLessThanOrEqual(50_001);
  expect(others.map(event => event?.data['at'])).toEqual([60_000, undefined]);
  log.markChange();
  expect(log.take(step('STOP'))).toBeUndefined();
  expect(session.events).toEqual([]);
  session.destroy();
});

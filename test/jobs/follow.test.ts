import { expect, test } from 'vitest';
import { followJobs } from '../../src/runner/jobs.ts';
import { eventLine, negotiated, type Peer } from '../qmp/wire.ts';

const CONCLUDED = new Set(['concluded'] as const);
const bounded = () => ({ signal: AbortSignal.timeout(5000) });
const change = (id: string, status: string) => eventLine('JOB_STATUS_CHANGE', { id, status });
const settled = () => new Promise(setImmediate);

function answer(peer: Peer, id: number, ...jobs: [id: string, status: string, error?: string][]): void {
  const records = jobs.map(([id, status, error]) => ({
    id,
    type: 'stream',
    status,
    'current-progress': 1,
    'total-progress': 2,
    ...(error ? { error } : {}),
  }));
  peer.say(`${JSON.stringify({ return: records, id })}\r\n`);
}

const running = (id: string) => ({ id, type: 'stream', status: 'running' });

test('an answer to a question from before the wait says nothing about it', async () => {
  const { peer, session } = await negotiated();
  const jobs = followJobs(session);
  const old = jobs.until('old', CONCLUDED, bounded());
  const young = jobs.until('young', CONCLUDED, bounded());
  await peer.heard(2);
  answer(peer, 1, ['old', 'running']);
  await peer.heard(3);
  answer(peer, 2, ['old', 'running'], ['young', 'concluded']);
  expect((await young).rest).toBe('concluded');
  peer.say(change('old', 'concluded'));
  await peer.heard(4);
  answer(peer, 3, ['old', 'concluded', 'broken']);
  expect((await old).record.error).toBe('broken');
  session.destroy();
});

test('however many events come, one question is under way and one more follows', async () => {
  const { peer, session } = await negotiated();
  const jobs = followJobs(session);
  const wait = jobs.until('j', CONCLUDED, bounded());
  await peer.heard(2);
  peer.say(change('j', 'paused').repeat(1000));
  await settled();
  expect(peer.sent).toHaveLength(2);
  answer(peer, 1, ['j', 'running']);
  await peer.heard(3);
  await settled();
  expect(peer.sent).toHaveLength(3);
  answer(peer, 2, ['j', 'concluded']);
  await wait;
  await settled();
  expect(peer.sent).toHaveLength(3);
  session.destroy();
});

test('events about other jobs wake nobody, and events without a wait ask nothing', async () => {
  const { peer, session } = await negotiated();
  const jobs = followJobs(session);
  peer.say(change('j', 'ready'));
  await settled();
  expect(peer.sent).toHaveLength(1);
  const wait = jobs.until('j', CONCLUDED, bounded());
  await peer.heard(2);
  answer(peer, 1, ['j', 'running']);
  peer.say(change('other', 'concluded') + eventLine('BLOCK_JOB_ERROR', { device: 'j', action: 'ignore' }));
  await settled();
  expect(peer.sent).toHaveLength(2);
  peer.say(
    eventLine('BLOCK_JOB_COMPLETED', { device: 'j', type: 'stream', len: 2, offset: 1, error: 'late' }),
  );
  await peer.heard(3);
  answer(peer, 2);
  expect(await wait).toEqual({
    reached: false,
    rest: 'gone',
    record: {
      id: 'j',
      type: 'stream',
      status: 'null',
      'current-progress': 1,
      'total-progress': 2,
      error: 'late',
    },
  });
  session.destroy();
});

test('a job that is on its way is asked for when an event tells that it may rest', async () => {
  const { peer, session } = await negotiated();
  const jobs = followJobs(session);
  peer.say(change('j', 'created') + change('j', 'running'));
  await settled();
  const wait = jobs.until('j', CONCLUDED, bounded());
  await settled();
  expect(peer.sent).toHaveLength(1);
  peer.say(change('j', 'waiting'));
  await settled();
  expect(peer.sent).toHaveLength(1);
  peer.say(change('j', 'concluded'));
  await peer.heard(2);
  answer(peer, 1, ['j', 'concluded', 'broken']);
  expect((await wait).record.error).toBe('broken');
  session.destroy();
});

test('an event from behind an answer is newer than it', async () => {
  const { peer, session } = await negotiated();
  const jobs = followJobs(session);
  const listed = jobs.list();
  await peer.heard(2);
  // In one piece, so that the events are read before whoever waits for the answer goes on.
  peer.say(
    `${JSON.stringify({ return: [running('j'), running('k')], id: 1 })}\r\n` +
      change('j', 'concluded') +
      change('k', 'null'),
  );
  await listed;
  expect([jobs.statusOf('j'), jobs.statusOf('k')]).toEqual(['concluded', undefined]);
  const wait = jobs.until('j', CONCLUDED, bounded());
  await peer.heard(3);
  answer(peer, 2, ['j', 'concluded']);
  expect((await wait).reached).toBe(true);
  session.destroy();
});

test('that there are no jobs is known from one answer and the events since', async () => {
  const { peer, session } = await negotiated();
  const jobs = followJobs(session);
  peer.say(change('gone', 'created') + change('gone', 'null'));
  await settled();
  expect(jobs.areNone).toBe(false);
  const listed = jobs.list();
  await peer.heard(2);
  answer(peer, 1);
  await listed;
  expect(jobs.areNone).toBe(true);
  peer.say(change('j', 'created'));
  await settled();
  expect(jobs.areNone).toBe(false);
  peer.say(change('j', 'null'));
  await settled();
  expect(jobs.areNone).toBe(true);
  session.destroy();
});

test('the end of an earlier job under the same id is forgotten when a new one is created', async () => {
  const { peer, session } = await negotiated();
  peer.say(eventLine('BLOCK_JOB_CANCELLED', { device: 'j', type: 'mirror', len: 2, offset: 1 }));
  await settled();
  const jobs = followJobs(session);
  const before = jobs.until('j', CONCLUDED, bounded());
  await peer.heard(2);
  answer(peer, 1);
  expect((await before).record).toMatchObject({ type: 'mirror', error: 'Operation canceled' });
  peer.say(change('j', 'created') + change('j', 'null'));
  await settled();
  const after = jobs.until('j', CONCLUDED, bounded());
  await peer.heard(3);
  answer(peer, 2);
  expect((await after).record).toEqual({
    id: 'j',
    type: '',
    status: 'null',
    'current-progress': 0,
    'total-progress': 0,
  });
  session.destroy();
});

test('who stops following ends the waits', async () => {
  const { session } = await negotiated();
  const jobs = followJobs(session);
  const wait = jobs.until('j', CONCLUDED, bounded());
  jobs.stop();
  await expect(wait).rejects.toThrow('no longer followed');
  session.destroy();
});

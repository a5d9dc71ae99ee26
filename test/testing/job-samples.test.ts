import { expect, test, vi } from 'vitest';
import type { Json, JsonObject } from '../../src/qmp/json.ts';
import type { QmpEvent } from '../../src/qmp/message.ts';
import type { Session } from '../../src/qmp/session.ts';
import { findEngine } from '../../src/testing/engine.ts';
import { sampleJobs } from '../../src/testing/job-samples.ts';
import { loadText } from '../../src/testing/load-document.ts';
import { runDocuments } from '../../src/testing/run-documents.ts';
import { testEngines } from '../support/engines.ts';

/** A session whose answers a test gives, when it likes. */
function someSession() {
  const listeners = new Set<(event: QmpEvent) => void>();
  const asked: { answer(value: Json): Promise<void>; fail(): Promise<void> }[] = [];
  const settled = () => new Promise<void>(resolve => setImmediate(resolve));
  const session = {
    execute: (command: string) => {
      expect(command).toBe('query-jobs');
      return new Promise<Json>((resolve, reject) => {
        asked.push({
          answer(value) {
            resolve(value);
            return settled();
          },
          fail() {
            reject(new Error('gone'));
            return settled();
          },
        });
      });
    },
    onEvent: (listener: (event: QmpEvent) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as Session;
  const say = (event: string, data: JsonObject) => {
    for (const listener of listeners) listener({ event, data, sequence: 1 } as unknown as QmpEvent);
  };
  const status = (id: string, to: string) => say('JOB_STATUS_CHANGE', { id, status: to });
  return { session, asked, say, status, listeners };
}

const record = (id: string, status: string, current: number): JsonObject => ({
  id,
  type: 'mirror',
  status,
  'current-progress': current,
  'total-progress': 100,
});

test('without a job nothing is asked', async () => {
  const { session, asked, say } = someSession();
  const sampler = sampleJobs(session, performance.now());
  say('BLOCK_WRITE_THRESHOLD', {});
  expect(asked).toEqual([]);
  expect(sampler.jobs()).toEqual([]);
  sampler.stop();
});

test('an event is a moment, the answer behind it the progress then; one question is open at a time', async () => {
  const { session, asked, status } = someSession();
  const sampler = sampleJobs(session, performance.now());
  status('m', 'created');
  status('m', 'running');
  expect(asked).toHaveLength(1);
  await asked[0]?.answer([record('m', 'created', 0)]);
  expect(asked).toHaveLength(2);
  await asked[1]?.answer([record('m', 'running', 7)]);
  const [job] = sampler.jobs();
  expect([job?.id, job?.type]).toEqual(['m', 'mirror']);
  expect(job?.samples.map(({ status, current, total }) => [status, current, total])).toEqual([
    ['created', 0, 0],
    ['running', 7, 100],
  ]);
  sampler.stop();
});

test('an answer that is older than an event is not believed', async () => {
  const { session, asked, say, status } = someSession();
  const sampler = sampleJobs(session, performance.now());
  status('m', 'running');
  status('m', 'pending');
  say('BLOCK_JOB_COMPLETED', { device: 'm', type: 'mirror', offset: 100, len: 100 });
  await asked[0]?.answer([record('m', 'running', 3)]);
  expect(sampler.jobs()[0]?.samples.map(({ status, current }) => [status, current])).toEqual([
    ['running', 0],
    ['pending', 100],
  ]);
  sampler.stop();
});

test('it asks again while a job goes on, and no more once all have ended', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const { session, asked, status } = someSession();
    const sampler = sampleJobs(session, performance.now());
    status('m', 'running');
    for (let at = 0; at < 5; at++) {
      await asked[at]?.answer([record('m', 'running', at)]);
      expect(asked).toHaveLength(at + 1);
      vi.advanceTimersByTime(30);
      expect(asked).toHaveLength(at + 2);
    }
    await asked[5]?.answer([record('m', 'concluded', 100)]);
    vi.advanceTimersByTime(1000);
    expect(asked).toHaveLength(6);
    sampler.stop();
  } finally {
    vi.useRealTimers();
  }
});

test('a QEMU that is gone, or a stop, ends it quietly', async () => {
  const { session, asked, status, listeners } = someSession();
  const sampler = sampleJobs(session, performance.now());
  status('m', 'running');
  await asked[0]?.fail();
  expect(sampler.jobs()).toHaveLength(1);
  sampler.stop();
  expect(listeners.size).toBe(0);
  expect(asked).toHaveLength(1);
});

test('however long it takes, a job has some hundred samples, its states among them', async () => {
  const { session, asked, status } = someSession();
  const sampler = sampleJobs(session, performance.now());
  status('m', 'created');
  for (let at = 0; at < 20_000; at++) status('m', at % 5000 === 4999 ? 'paused' : 'running');
  for (let job = 0; job < 1000; job++) status(`j${job}`, 'running');
  const jobs = sampler.jobs();
  expect(jobs).toHaveLength(200);
  const samples = jobs[0]?.samples ?? [];
  expect(samples.length).toBeLessThanOrEqual(400);
  expect(samples.filter(({ status }) => status === 'paused')).toHaveLength(4);
  expect([samples[0]?.status, samples.at(-1)?.status]).toEqual(['created', 'paused']);
  sampler.stop();
  await asked[0]?.fail();
});

const engines = ['sim' as const, ...testEngines().map(({ kind }) => kind)];

test.each(engines)(
  'on %s a run that is watched goes as one that is not, and its jobs are seen from end to end',
  async name => {
    const document = loadText({
      name: 'a.md',
      text: `# Watched
\`\`\`qblk
chain disk0: A size=16M <- B
start mirror B target=E filename=e.qcow2 sync=full speed=64K job-id=m
job-pause id=m
wait job m paused
block-job-set-speed device=m speed=0
job-resume id=m
wait m ready
pivot m
\`\`\`
\`\`\`graph
disk0: E
\`\`\`
`,
    });
    const engine = await findEngine(name);
    const [plain, watched] = await Promise.all(
      [false, true].map(wantsJobs => runDocuments([document], { engine, wantsJobs })),
    );
    const outcomes = [plain, watched].map(report => report?.documents[0]?.cases[0]);
    expect(outcomes.map(one => [one?.outcome, one?.problems])).toEqual([
      ['passed', []],
      ['passed', []],
    ]);
    expect(outcomes[0]?.jobs).toEqual([]);
    const samples = outcomes[1]?.jobs.find(({ id }) => id === 'm')?.samples ?? [];
    const states = samples.map(({ status }) => status);
    for (const status of ['created', 'running', 'paused', 'ready', 'concluded'])
      expect(states).toContain(status);
    expect(samples.map(({ at }) => at)).toEqual(
      samples.map(({ at }) => at).sort((one, other) => one - other),
    );
    const last = samples.at(-1);
    expect(last?.total).toBeGreaterThan(0);
    expect(last?.current).toBe(last?.total);
  },
);

import { describe, expect, test } from 'vitest';
import { ConnectionLostError, GreetingError } from '../../src/qmp/errors.ts';
import type { Json } from '../../src/qmp/json.ts';
import type { QmpEvent } from '../../src/qmp/message.ts';
import type { Session } from '../../src/qmp/session.ts';
import { ReconnectingSession } from '../../src/recovery/reconnecting-session.ts';

/** A session that answers everything with an empty list, or with what it is given, until it is lost. */
class Answering implements Session {
  readonly address = 'QMP';
  readonly greeting = { version: { major: 0, minor: 0, micro: 0 }, package: '', capabilities: [] };
  readonly events: QmpEvent[];
  readonly sent: string[] = [];
  readonly closed: Promise<ConnectionLostError | undefined>;
  #isLost = false;
  readonly #jobs: Json;
  #end!: (error: ConnectionLostError | undefined) => void;

  constructor(jobs: Json = [], events: readonly Pick<QmpEvent, 'event' | 'data'>[] = []) {
    this.#jobs = jobs;
    this.events = events.map((told, at) => ({
      ...told,
      sequence: at + 1,
      timestamp: { seconds: 1, microseconds: at },
    }));
    this.closed = new Promise(resolve => {
      this.#end = resolve;
    });
  }

  async execute(command: string) {
    if (this.#isLost) throw new ConnectionLostError('QMP', 'QEMU went away', []);
    this.sent.push(command);
    return command === 'query-jobs' ? this.#jobs : [];
  }

  onEvent() {
    return () => {};
  }

  forgetEvents() {}

  async close() {
    this.#end(undefined);
  }

  destroy() {
    this.#end(undefined);
  }

  lose() {
    this.#isLost = true;
    this.#end(new ConnectionLostError('QMP', 'QEMU went away', []));
  }
}

/** A session whose connection is lost; whoever connects again waits for what `found` resolves with. */
function lost() {
  const first = new Answering();
  const said: string[] = [];
  let find!: (session: Session) => void;
  const finding = new Promise<Session>(resolve => {
    find = resolve;
  });
  let isAsked!: () => void;
  const asked = new Promise<void>(resolve => {
    isAsked = resolve;
  });
  const session = new ReconnectingSession(first, {
    open() {
      isAsked();
      return finding;
    },
    patience: 60_000,
    patienceWithDead: 60_000,
    told: state => said.push(state),
  });
  first.lose();
  return { session, said, find, asked };
}

describe('a session whose connection is lost', () => {
  test('does not send what nobody waits for any more', async () => {
    const { session, find, asked } = lost();
    await asked;
    const change = session.execute('block-stream');
    const question = session.execute('query-block');
    session.abandon();
    const second = new Answering();
    find(second);
    await expect(change).rejects.toThrow('block-stream was not sent');
    expect(await question).toEqual([]);
    expect(second.sent).toContain('query-block');
    expect(second.sent).not.toContain('block-stream');
    await session.execute('block-stream');
    expect(second.sent).toContain('block-stream');
  });

  test('lets go of one that is found once it is closed', async () => {
    const { session, said, find, asked } = lost();
    await asked;
    await session.close();
    const second = new Answering();
    find(second);
    expect(await second.closed).toBeUndefined();
    expect((await session.closed)?.message).toContain('QEMU went away');
    expect(said).toEqual(['lost']);
  });

  test('is not given up as that of a dead QEMU where somebody has been silent', async () => {
    const first = new Answering();
    const second = new Answering();
    const silent = new GreetingError('QMP', 'nothing was said');
    const hungUp = new GreetingError('QMP', 'it was hung up', { hungUp: true });
    const attempts = [silent, hungUp, hungUp, hungUp];
    const session = new ReconnectingSession(first, {
      async open() {
        const failed = attempts.shift();
        if (failed) throw failed;
        return second;
      },
      patience: 60_000,
      patienceWithDead: 100,
      told() {},
    });
    first.lose();
    expect(await session.execute('query-block')).toEqual([]);
    expect(second.sent).toContain('query-block');
  });

  const job = (status: string) => ({
    id: 'j',
    type: 'commit',
    status,
    'current-progress': 1,
    'total-progress': 1,
  });
  const becomes = (status: string) => ({ event: 'JOB_STATUS_CHANGE', data: { id: 'j', status } });
  const isReady = { event: 'BLOCK_JOB_READY', data: { device: 'j', type: 'commit', len: 1, offset: 1 } };

  test.each<[string, Json, Pick<QmpEvent, 'event' | 'data'>[], string[]]>([
    ['became ready behind the answer', [job('running')], [becomes('ready'), isReady], ['ready', 'READY']],
    ['became ready before it', [job('ready')], [becomes('ready'), isReady], ['ready', 'READY']],
    ['became ready while nobody listened', [job('ready')], [], ['ready', 'READY']],
    ['went on since', [job('ready')], [becomes('standby')], ['standby', 'READY']],
    ['was dismissed behind the answer', [job('concluded')], [becomes('null')], ['null']],
    ['was made anew behind the answer', [], [becomes('created')], ['created']],
    ['is gone', [], [], ['null']],
  ])('knows where a job is that %s', async (_, jobs, events, told) => {
    const first = new Answering([], [becomes('created'), becomes('running')]);
    const second = new Answering(jobs, events);
    const session = new ReconnectingSession(first, {
      open: async () => second,
      patience: 60_000,
      patienceWithDead: 100,
      told() {},
    });
    session.forgetEvents(Number.POSITIVE_INFINITY);
    first.lose();
    await session.execute('query-block');
    const heard = session.events.filter(({ event }) => event !== 'QBLK_RECONNECTED');
    expect(heard.map(({ event, data }) => data['status'] ?? event.slice('BLOCK_JOB_'.length))).toEqual(told);
  });
});

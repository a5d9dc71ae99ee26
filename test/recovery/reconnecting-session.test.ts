import { describe, expect, test } from 'vitest';
import { ConnectionLostError, GreetingError } from '../../src/qmp/errors.ts';
import type { Session } from '../../src/qmp/session.ts';
import { ReconnectingSession } from '../../src/recovery/reconnecting-session.ts';

/** A session that answers everything with an empty list until it is lost. */
class Answering implements Session {
  readonly address = 'QMP';
  readonly greeting = { version: { major: 0, minor: 0, micro: 0 }, package: '', capabilities: [] };
  readonly events = [];
  readonly sent: string[] = [];
  readonly closed: Promise<ConnectionLostError | undefined>;
  #isLost = false;
  #end!: (error: ConnectionLostError | undefined) => void;

  constructor() {
    this.closed = new Promise(resolve => {
      this.#end = resolve;
    });
  }

  async execute(command: string) {
    if (this.#isLost) throw new ConnectionLostError('QMP', 'QEMU went away', []);
    this.sent.push(command);
    return [];
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
});

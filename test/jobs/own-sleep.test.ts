import { afterEach, describe, expect, test } from 'vitest';
import { openSession } from '../../src/qmp/session.ts';
import { answered } from '../../src/runner/answered.ts';
import { Interrupt } from '../../src/runner/interrupt.ts';
import { findEngines } from '../../src/sandbox/engines.ts';
import { connect } from '../../src/transport/transports.ts';
import { daemon, start, stop } from './scenario.ts';
import { haveStorageDaemon } from './storage-daemon.ts';

afterEach(stop);

/** This program is held up, as by Ctrl-Z or a busy machine, and QEMU is not. */
function sleep(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}

describe.skipIf(!haveStorageDaemon())('what QEMU said while this program slept', () => {
  test('is an answer, although the time for it is over', async () => {
    await start();
    const limit = { at: performance.now() + 20, milliseconds: 20 };
    const reply = answered(daemon.session.execute('query-version'), limit, new Interrupt(), {
      start: 0,
      end: 0,
    });
    await Promise.resolve();
    sleep(1000);
    expect(await reply).toHaveProperty('qemu');
  });

  test('is a greeting, and there is time for what follows it', async () => {
    const stream = await connect(
      `exec:${findEngines().find(({ kind }) => kind === 'storage-daemon')?.program} --chardev stdio,id=m --monitor chardev=m`,
      { timeout: 5000 },
    );
    const opening = openSession(stream, { greetingTimeout: 200 });
    sleep(2000);
    const session = await opening;
    expect(session.greeting.version.major).toBeGreaterThan(0);
    session.destroy();
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import { StatementFailure } from '../../src/compile/evaluate/failure.ts';
import { doesNotHold } from '../../src/diagnostics/catalogue/conditions.ts';
import { openSession } from '../../src/qmp/session.ts';
import { answered } from '../../src/runner/answered.ts';
import { tellWhoIsGone } from '../../src/runner/gone.ts';
import { Interrupt } from '../../src/runner/interrupt.ts';
import { JobSteps } from '../../src/runner/job-steps.ts';
import type { Jobs } from '../../src/runner/jobs.ts';
import { Wakers } from '../../src/runner/wakers.ts';
import { findEngines } from '../../src/sandbox/engines.ts';
import { connect } from '../../src/transport/transports.ts';
import { daemon, execute, jobs, slowBackup, start, stop } from './scenario.ts';
import { haveStorageDaemon } from './storage-daemon.ts';

afterEach(stop);

/** This program is held up, as by Ctrl-Z or a busy machine, and QEMU is not. */
function sleep(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}

const untilEnd = { kind: 'await-job', job: 'j', status: 'concluded' } as const;
const limitOf = (milliseconds: number) => ({ at: performance.now() + milliseconds, milliseconds });

function jobSteps(followed: Jobs): JobSteps {
  const reporter = {
    wantsGraph: false,
    enter() {},
    leave() {},
    step() {},
    event() {},
    finding() {},
    output() {},
  };
  return new JobSteps({
    session: daemon.session,
    jobs: followed,
    reporter,
    span: () => ({ start: 0, end: 0 }),
    graph: () => undefined,
  });
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

  test('is the end of a job, although the limit of its wait is over', async () => {
    await start();
    await slowBackup();
    const waiting = jobSteps(jobs).await(untilEnd, limitOf(300), undefined);
    await execute('query-version');
    void execute('block-job-cancel', { device: 'j', force: true });
    await Promise.resolve();
    sleep(1000);
    expect(await waiting).toMatchObject({ status: 'concluded', error: 'Operation canceled' });
  });

  test('is the state of a job that is out of time', async () => {
    await start();
    await slowBackup();
    const askedInASleep: Jobs = {
      until: (...wait) => jobs.until(...wait),
      statusOf: id => jobs.statusOf(id),
      areNone: false,
      dismiss: id => jobs.dismiss(id),
      dismissed: id => jobs.dismissed(id),
      onProgress: listener => jobs.onProgress(listener),
      stop: () => jobs.stop(),
      list() {
        // The answer comes while this program sleeps, and not before.
        daemon.child.kill('SIGSTOP');
        setTimeout(() => {
          daemon.child.kill('SIGCONT');
          setImmediate(() => sleep(1500));
        }, 20);
        return jobs.list();
      },
    };
    const waiting = jobSteps(askedInASleep).await(untilEnd, limitOf(50), undefined);
    await expect(waiting).rejects.toMatchObject({
      finding: { code: 'took-too-long', primary: { text: 'the job j is running, and is left so' } },
    });
  });

  test('is that it has ended, when it is asked who is gone', async () => {
    await start();
    const failure = new StatementFailure('job', doesNotHold({ start: 0, end: 0 }, 'no'));
    const { session } = daemon;
    void session.execute('quit').catch(() => {});
    await Promise.resolve();
    const told = tellWhoIsGone(failure, new Map([['a', { session }]]));
    sleep(1000);
    expect(await told).toMatchObject({ finding: { notes: [expect.stringContaining('a')] } });
  });

  test('is what somebody waited for, although the time for it is over', async () => {
    await start();
    const wakers = new Wakers();
    const stopListening = daemon.session.onEvent(() => wakers.wake());
    await slowBackup();
    const waiting = wakers.wait(300);
    void execute('block-job-cancel', { device: 'j', force: true });
    await Promise.resolve();
    sleep(1000);
    expect(await waiting).toBe(true);
    stopListening();
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

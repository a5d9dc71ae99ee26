import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/start.ts';
import { storageDaemon } from '../cli/live.ts';
import { Cut } from '../durable/cut.ts';
import { type Daemon, someDaemons } from '../durable/daemon.ts';
import { Wire } from '../faults/wire.ts';

const engine = storageDaemon();
const daemons = someDaemons(engine, 1);

const START = 'chain disk0: A <- B <- C <- D';
/** A copy that does not end by itself in the time of a test. */
const HANGS = `${START}; mirror D target=E filename=e.qcow2 sync=full job-id=m0 speed=1 then pivot`;

async function until(isSo: () => boolean): Promise<void> {
  for (let left = 600; !isSo(); left--) {
    if (left === 0) throw new Error('it does not come to pass');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** A run of the copy behind a socket that can be cut, at the moment when it waits. */
async function waiting(daemon: Daemon, ...more: string[]) {
  await daemon.reset();
  const path = join(daemon.sandbox.directory, 'cut.sock');
  const cut = await Cut.listen(path, daemon.socket);
  const running = daemon.start(['run', '-c', HANGS, '--qmp', path, ...more]);
  await until(() => daemon.jobsMade().has('m0'));
  return { cut, running, path };
}

const end = (daemon: Daemon) => daemon.session.execute('job-cancel', { id: 'm0' });

describe.skipIf(!engine)('a run whose connection is lost', () => {
  test('goes on waiting, however often, and hears how its job ended meanwhile', {
    timeout: 60_000,
  }, async () => {
    const [daemon] = daemons;
    if (!daemon) return;
    const { cut, running, path } = await waiting(daemon);
    cut.now();
    await until(() => running.output.stderr.includes('connected again'));
    cut.close();
    await end(daemon);
    const again = await Cut.listen(path, daemon.socket);
    const ended = await running.done;
    again.close();
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.stderr).toContain('connecting again for 30 s');
    expect(ended.stderr).toContain('the mirror job `m0` failed: Operation canceled');
    expect(ended.stderr).toContain('now: disk0: A <- B <- C <- D');
  });

  test('ends where nobody listens any more, and says what may be left', { timeout: 60_000 }, async () => {
    const [daemon] = daemons;
    if (!daemon) return;
    const { cut, running } = await waiting(daemon);
    cut.close();
    const ended = await running.done;
    expect(ended).toMatchObject({ code: 4, stdout: '' });
    expect(ended.stderr).toContain('QEMU went away');
    expect(ended.stderr).toContain('again for 30 s, for 2 s where nobody listens any more\n');
    expect(ended.stderr).not.toContain('connected again');
    await end(daemon);
  });

  test('is not looked for where that is not wished', { timeout: 60_000 }, async () => {
    const [daemon] = daemons;
    if (!daemon) return;
    const { cut, running } = await waiting(daemon, '--reconnect', '0s');
    cut.now();
    const ended = await running.done;
    cut.close();
    expect(ended).toMatchObject({ code: 4 });
    expect(ended.stderr).not.toContain('connecting again');
    await end(daemon);
  });

  test('does not wait for it once it is interrupted', { timeout: 60_000 }, async () => {
    const [daemon] = daemons;
    if (!daemon) return;
    const { cut, running } = await waiting(daemon, '--reconnect', '1h');
    cut.close();
    await until(() => running.output.stderr.includes('connecting again for 3600 s\n'));
    running.child.kill('SIGINT');
    const ended = await running.done;
    expect(ended).toMatchObject({ code: 130 });
    expect(ended.stderr).toContain('QEMU does not say which jobs are left');
    await end(daemon);
  });

  test('says so as records', { timeout: 60_000 }, async () => {
    const [daemon] = daemons;
    if (!daemon) return;
    const { cut, running } = await waiting(daemon, '--json');
    cut.now();
    await until(() => running.output.stdout.includes('"state":"connected"'));
    await end(daemon);
    const ended = await running.done;
    cut.close();
    const records = ended.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(records.filter(({ record }) => record === 'connection')).toMatchObject([
      { state: 'lost', message: expect.stringContaining('QEMU went away') },
      { state: 'connected' },
    ]);
    expect(records.at(-1)).toEqual({ record: 'end', code: 1 });
  });

  test('says that somebody else ended its job meanwhile', { timeout: 60_000 }, async () => {
    const [daemon] = daemons;
    if (!daemon) return;
    await daemon.reset();
    const path = join(daemon.sandbox.directory, 'cut.sock');
    const again = { wire: undefined as Wire | undefined };
    const end = async () => {
      daemon.session.forgetEvents(Number.POSITIVE_INFINITY);
      await daemon.session.execute('block-job-cancel', { device: 'm0', force: true });
      await until(() => daemon.session.events.some(({ data }) => data['status'] === 'concluded'));
      await daemon.session.execute('job-dismiss', { id: 'm0' });
      again.wire = await Wire.listen(path, daemon.socket);
    };
    await Wire.listen(path, daemon.socket, {
      onSend(text, wire) {
        if (!text.includes('"job-complete"')) return false;
        wire.close();
        void end();
        return true;
      },
    });
    const ended = await daemon.run(['run', '-c', HANGS.replace('speed=1 ', ''), '--qmp', path]);
    again.wire?.close();
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.stderr).toContain(
      'the job `m0` has ended already, and is gone: somebody else told it to end',
    );
    expect(ended.stderr).toContain('now: disk0: A <- B <- C <- D');
  });

  test('does not take another QEMU for its own', { timeout: 60_000 }, async () => {
    const [daemon] = daemons;
    if (!daemon || !engine) return;
    const { cut, running, path } = await waiting(daemon);
    const other = await startSandbox({
      engine,
      chains: [{ device: 'disk0', images: ['A', 'B', 'C', 'D'].map(nodeName => ({ nodeName })) }],
      extraArguments: [
        ...['--chardev', 'socket,id=users,path=users.sock,server=on,wait=off'],
        ...['--monitor', 'chardev=users'],
      ],
    });
    cut.close();
    const elsewhere = await Cut.listen(path, join(other.directory, 'users.sock'));
    const ended = await running.done;
    elsewhere.close();
    await other.stop();
    expect(ended).toMatchObject({ code: 4 });
    expect(ended.stderr).toContain('QEMU was started again while the connection was lost');
    expect(ended.stderr).not.toContain('QEMU does not answer');
    expect(ended.stderr).not.toContain('is not known');
    await end(daemon);
  });
});

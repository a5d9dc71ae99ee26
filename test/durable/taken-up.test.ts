import { describe, expect, test } from 'vitest';
import { slowNode, storageDaemon } from '../cli/live.ts';
import { until } from '../cli/program.ts';
import { type Daemon, someDaemons } from './daemon.ts';

const engine = storageDaemon();
const daemons = someDaemons(engine, 2);

const START = 'chain disk0: A <- B <- C <- D';

async function fresh(): Promise<Daemon> {
  const [daemon] = daemons;
  if (!daemon) throw new Error('no daemon');
  await daemon.reset();
  return daemon;
}

async function statusOf(daemon: Daemon, id: string): Promise<string | undefined> {
  const jobs = (await daemon.session.execute('query-jobs')) as { id: string; status: string }[];
  return jobs.find(job => job.id === id)?.status;
}

async function untilStatus(daemon: Daemon, id: string, wanted: string): Promise<void> {
  for (let left = 200; (await statusOf(daemon, id)) !== wanted; left--) {
    if (left === 0) throw new Error(`the job ${id} is never ${wanted}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

describe.skipIf(!engine)('a durable run that is taken up', { timeout: 120_000 }, () => {
  test('asks about an event that may have come while nobody listened', async () => {
    const daemon = await fresh();
    const running = daemon.start([
      ...['run', '--durable', '--qmp', daemon.socket, '-c'],
      `${START}; ${slowNode}; start mirror D target=slow sync=full job-id=m0 speed=1; wait event BLOCK_JOB_CANCELLED; print "heard"`,
    ]);
    await until(() => running.output.stderr.includes('start mirror') && daemon.jobsMade().has('m0'));
    await until(() => daemon.lines().some(({ what }) => String(what).startsWith('blockdev-mirror')));
    await new Promise(resolve => setTimeout(resolve, 300));
    running.child.kill('SIGKILL');
    await running.done;
    const asked = await daemon.run(['resume']);
    expect(asked).toMatchObject({ code: 5, stdout: '' });
    expect(asked.stderr).toContain(
      'it waited for BLOCK_JOB_CANCELLED, which may have come while nobody listened',
    );
    const again = daemon.start(['resume', '--redo-step']);
    await until(() => again.output.stderr.includes('goes on behind'));
    await new Promise(resolve => setTimeout(resolve, 500));
    await daemon.session.execute('job-cancel', { id: 'm0' });
    expect(await again.done).toMatchObject({ code: 0, stdout: 'heard\n' });
    expect([...daemon.jobsMade().values()]).toEqual([1]);
  });

  test('asks about a job that an error has paused since', async () => {
    const daemon = await fresh();
    const full =
      'add E driver=blkdebug image.driver=null-co image.size=64M inject-error=[{"event": "none", "iotype": "write", "errno": 28}]';
    const script = `${START}; ${full}; start mirror D target=E sync=full job-id=m0; wait m0 ready; print "ready"`;
    const crashed = await daemon.runDurably(script, { QBLK_CRASH: 's2:after-done' });
    expect(crashed.signal).toBe('SIGKILL');
    await untilStatus(daemon, 'm0', 'paused');
    const asked = await daemon.run(['resume']);
    expect(asked).toMatchObject({ code: 5, stdout: '' });
    expect(asked.stderr).toContain('the job m0 is paused by an I/O error');
    const failed = await daemon.run(['resume', '--redo-step']);
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toContain('m0');
    expect(await statusOf(daemon, 'm0')).toBe('paused');
    expect((await daemon.run(['runs'])).stdout).toContain(' failed ');
  });

  test('leaves it to the script to finalize a job', async () => {
    const daemon = await fresh();
    const script = `${START}; add x driver=qcow2 filename=x.qcow2
      blockdev-mirror device=D target=x sync=full job-id=m0 auto-finalize=false auto-dismiss=false
      wait m0 ready; job-complete id=m0; wait m0 pending; expect chain disk0: A <- B <- C <- D; job-finalize id=m0; wait m0; print "done"`;
    const crashed = await daemon.runDurably(script, { QBLK_CRASH: 's3:after-done' });
    expect(crashed).toMatchObject({ signal: 'SIGKILL' });
    await untilStatus(daemon, 'm0', 'pending');
    expect(await daemon.run(['resume'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/done\n$/) });
    expect(await daemon.chain()).toBe('x');
    expect([...daemon.jobsMade().values()]).toEqual([1]);
  });

  test('goes on with several QEMUs, each of which does its part once', async () => {
    const daemon = await fresh();
    const [, other] = daemons;
    if (!other) return;
    const script =
      'target src; target dst; @src chain disk0: A <- B <- C <- D; @dst chain disk0: A <- B <- C <- D; @src commit C base=A; @dst commit B base=A; @src commit D base=A then pivot; print "done"';
    const places = ['--target', `src=${daemon.socket}`, '--target', `dst=${other.socket}`];
    for (const point of ['s1:after-send', 's3:after-reply', 's5:after-intent']) {
      await daemon.reset();
      await other.reset();
      const words = ['run', '--durable', '-c', script, ...places];
      const crashed = await daemon.run(words, { QBLK_CRASH: point });
      expect(crashed).toMatchObject({ signal: 'SIGKILL' });
      expect(await daemon.run(['resume'])).toMatchObject({ code: 0, stdout: 'done\n' });
      expect([await daemon.chain(), await other.chain()]).toEqual(['A', 'A <- C <- D']);
      expect([...daemon.jobsMade().values()]).toEqual([1, 1]);
      expect([...other.jobsMade().values()]).toEqual([1]);
    }
  });

  test.each(['s1:after-send', 's1:after-done'])(
    'tells the chain behind the statement that it broke off in, killed at %s',
    async point => {
      const daemon = await fresh();
      const script = `${START}; commit C base=A; print "between"; commit D base=A then pivot`;
      expect((await daemon.runDurably(script, { QBLK_CRASH: point })).signal).toBe('SIGKILL');
      // What the job does is done while nobody looks.
      await until(() => daemon.session.events.some(({ data }) => data['status'] === 'concluded'), 30_000);
      const resumed = await daemon.run(['resume']);
      expect(resumed).toMatchObject({ code: 0, stdout: 'between\n' });
      const told = resumed.stderr.split('\n').filter(line => /^ +1 |→/.test(line));
      expect(told).toEqual([
        expect.stringContaining('commit C base=A'),
        '     → disk0: A <- D',
        expect.stringContaining('commit D base=A then pivot'),
        '     → disk0: A',
      ]);
    },
  );

  test('tells nothing of a statement that was over before it broke off, and in records the chains once', async () => {
    const daemon = await fresh();
    const script = `${START}; commit C base=A; add x driver=qcow2 filename=x.qcow2; commit D base=A then pivot`;
    expect((await daemon.runDurably(script, { QBLK_CRASH: 's3:after-intent' })).signal).toBe('SIGKILL');
    const resumed = await daemon.run(['resume', '--json']);
    expect(resumed.code).toBe(0);
    const done = resumed.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
      .filter(({ record, state }) => record === 'statement' && state === 'done');
    expect(done.map(({ text, chains }) => [text, chains])).toEqual([
      ['add x driver=qcow2 filename=x.qcow2', { disk0: 'A <- D' }],
      ['commit D base=A then pivot', { disk0: 'A' }],
    ]);
  });
});

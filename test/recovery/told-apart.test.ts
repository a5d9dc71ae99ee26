import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findEngines } from '../../src/sandbox/engines.ts';
import { storageDaemon } from '../cli/live.ts';
import { until } from '../cli/program.ts';
import { Cut } from '../durable/cut.ts';
import { type Daemon, someDaemons } from '../durable/daemon.ts';

const engine = storageDaemon();
const daemons = someDaemons(engine, 1);

/** Every command before and behind its sending; else each of them behind. */
const isWhole = process.env['QBLK_CUTS'] === 'all';
const moments = isWhole ? (['unsent', 'unanswered'] as const) : (['unanswered'] as const);

const START = 'chain disk0: A <- B <- C <- D';

/** A run whose connection is cut once, at a command that has gone through, or before that. */
async function cutAt(
  command: string,
  when: 'unsent' | 'unanswered',
  script: string,
  more: readonly string[] = [],
) {
  const [daemon] = daemons;
  if (!daemon) throw new Error('no daemon');
  await daemon.reset();
  const path = join(daemon.sandbox.directory, 'cut.sock');
  const cut = await Cut.listen(path, daemon.socket);
  cut.at(command, when);
  const ended = await daemon.run(['run', ...more, '-c', script, '--qmp', path]);
  const { times } = cut;
  cut.close();
  expect(times).toBe(1);
  return { daemon, ended };
}

async function nodesOf(daemon: Daemon): Promise<string[]> {
  const nodes = (await daemon.session.execute('query-named-block-nodes', { flat: true })) as any[];
  return nodes.map(node => node['node-name']).filter(name => !name.startsWith('#'));
}

describe.skipIf(!engine)('what became of a command without a reply', { timeout: 60_000 }, () => {
  test.each(moments)('is heard where it is to be refused, %s', async when => {
    const script = `${START}; expect error "" from blockdev-del node-name=A; print "end"`;
    const { ended } = await cutAt('blockdev-del', when, script);
    expect(ended).toMatchObject({ code: 0, stdout: 'end\n' });
  });

  test.each(moments)('is seen of an NBD server and its exports, %s', async when => {
    const script = `${START}; nbd start unix:n.sock; export add D id=x0 type=nbd; export del x0; nbd stop; print "end"`;
    for (const command of ['nbd-server-start', 'block-export-del', 'nbd-server-stop']) {
      const { daemon, ended } = await cutAt(command, when, script);
      expect(ended).toMatchObject({ code: 0, stdout: 'end\n' });
      const exports = (await daemon.session.execute('query-block-exports')) as any[];
      expect(exports.map(({ id }) => id)).toEqual(['disk0']);
      await expect(daemon.session.execute('nbd-server-stop')).rejects.toThrow('not running');
    }
  });

  test('is seen of a job that was told to pause, and has not come to it yet', async () => {
    const slow = 'blockdev-add node-name=slow driver=null-co size=64M latency-ns=1000000000';
    const script = `${START}; ${slow}; start mirror D target=slow sync=full job-id=m0; job-pause id=m0; job-resume id=m0; print "end"; cancel m0 force=on`;
    for (const command of ['job-pause', 'job-resume']) {
      const { ended } = await cutAt(command, 'unanswered', script);
      expect(ended).toMatchObject({ code: 0, stdout: 'end\n' });
    }
  });

  test('is seen of a raw copy, which would wait for its end, and of a raw dismissal', async () => {
    const mirror = `${START}; add x driver=qcow2 filename=x.qcow2; blockdev-mirror device=D target=x sync=full job-id=m0; block-job-cancel device=m0; print "end"`;
    const { daemon, ended } = await cutAt('blockdev-mirror', 'unsent', mirror);
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/end\n$/) });
    expect([...daemon.jobsMade().values()]).toEqual([1]);
    const create =
      'blockdev-create job-id=c0 options={"driver": "file", "filename": "new.raw", "size": 65536}';
    const dismiss = `${START}; ${create}; job-dismiss id=c0; print "end"`;
    expect((await cutAt('job-dismiss', 'unanswered', dismiss)).ended).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/end\n$/),
    });
  });
});

describe.skipIf(!engine)('a connection that is lost and found', { timeout: 60_000 }, () => {
  test('is that of the same QEMU, although its last node went meanwhile', async () => {
    const [daemon] = daemons;
    if (!daemon) return;
    await daemon.reset();
    await daemon.close();
    const path = join(daemon.sandbox.directory, 'cut.sock');
    const cut = await Cut.listen(path, daemon.socket);
    cut.at('blockdev-del', 'unanswered');
    const script = 'add x driver=qcow2 filename=x.qcow2; show nodes; del x; print "end"';
    const ended = await daemon.run(['run', '-c', script, '--qmp', path]);
    cut.close();
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/end\n$/) });
    expect(ended.stderr).toContain('connected again');
    expect(await nodesOf(daemon)).toEqual([]);
  });

  test('tells events of jobs that nobody heard', async () => {
    const [daemon] = daemons;
    if (!daemon) return;
    await daemon.reset();
    const path = join(daemon.sandbox.directory, 'cut.sock');
    const cut = await Cut.listen(path, daemon.socket);
    const script = `${START}; start mirror D target=E filename=e.qcow2 sync=full job-id=m0 speed=1
      wait event BLOCK_JOB_READY where device=m0 within 20s; print "ready"
      wait event BLOCK_JOB_CANCELLED where device=m0 within 20s; print "cancelled"`;
    const running = daemon.start(['run', '-c', script, '--qmp', path]);
    const heard = (text: string) => running.output.stderr.split(text).length - 1;
    await until(() => daemon.jobsMade().has('m0') && heard('start mirror') > 0);
    cut.close();
    await until(() => heard('connecting again') === 1);
    await daemon.session.execute('block-job-set-speed', { device: 'm0', speed: 0 });
    await until(() => daemon.session.events.some(({ event }) => event === 'BLOCK_JOB_READY'));
    const again = await Cut.listen(path, daemon.socket);
    await until(() => running.output.stdout === 'ready\n');
    again.close();
    await until(() => heard('connecting again') === 2);
    await daemon.session.execute('job-cancel', { id: 'm0' });
    await until(() => daemon.session.events.some(({ event }) => event === 'BLOCK_JOB_CANCELLED'));
    const last = await Cut.listen(path, daemon.socket);
    const ended = await running.done;
    last.close();
    expect(ended).toMatchObject({ code: 0, stdout: 'ready\ncancelled\n' });
  });

  test.each([
    ['object-add', 'unanswered'],
    ['object-del', 'unsent'],
    ...(isWhole
      ? ([
          ['object-add', 'unsent'],
          ['object-del', 'unanswered'],
        ] as const)
      : []),
  ] as const)('leaves a durable run its mark, at %s %s', async (command, when) => {
    const { daemon, ended } = await cutAt(command, when, `${START}; print "end"`, ['--durable']);
    expect(ended).toMatchObject({ code: 0, stdout: 'end\n' });
    expect(ended.stderr).toContain('connected again');
    expect(ended.stderr).not.toContain('takes no marks');
    expect(await daemon.marks()).toEqual([]);
  });
});

const system = findEngines().find(({ kind }) => kind === 'qemu');
const systems = someDaemons(system, 1);

describe.skipIf(!system)('what became of a migration', { timeout: 60_000 }, () => {
  test.each(['migrate', 'migrate-continue'])('is seen where %s has no reply', async command => {
    const [qemu] = systems;
    if (!qemu) return;
    const path = join(qemu.sandbox.directory, `${command}.sock`);
    const cut = await Cut.listen(path, qemu.socket);
    cut.at(command);
    qemu.session.forgetEvents(Number.POSITIVE_INFINITY);
    const script = `cont
      migrate-set-capabilities capabilities=[{"capability": "pause-before-switchover", "state": true}, {"capability": "events", "state": true}]
      migrate uri="exec:cat >/dev/null"
      wait query-migrate.status == "pre-switchover" within 20s
      migrate-continue state=pre-switchover
      wait query-migrate.status == "completed" within 20s
      print "end"`;
    const ended = await qemu.run(['run', '--allow-raw', '*', '-c', script, '--qmp', path]);
    const { times } = cut;
    cut.close();
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/end\n$/) });
    expect(times).toBe(1);
    const begun = qemu.session.events.filter(
      ({ event, data }) => event === 'MIGRATION' && data['status'] === 'setup',
    );
    expect(begun).toHaveLength(1);
  });
});

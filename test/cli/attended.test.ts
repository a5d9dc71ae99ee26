import { describe, expect, test } from 'vitest';
import { type Live, liveProgram, recordsIn, storageDaemon } from './live.ts';
import { until } from './program.ts';
import { startAtTerminal } from './terminal.ts';

const engine = storageDaemon();
const { program, start } = liveProgram(engine);

const full =
  'blockdev-add node-name=E driver=raw file={"driver": "blkdebug", "inject-error": [{"event": "write_aio", "errno": 28}], "image": {"driver": "null-co", "size": 67108864}}';
/** A copy that takes a minute. */
const nodes = 'add S driver=null-co size=64M latency-ns=20000000\nadd slow driver=null-co size=64M';
const copy = 'backup S target=slow sync=full job-id=m0 speed=1M';
const slow = `${nodes}\n${copy}`;
const isRunning = (live: Live) =>
  live.session.events.some(({ data }) => data['id'] === 'm0' && data['status'] === 'running');
const jobsOf = (live: Live) => live.session.execute('query-jobs');
const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

describe.skipIf(!engine)('a failure is told whole', () => {
  test('a full target pauses the job: when, where, and how it goes on', async () => {
    const live = await start();
    const args = ['--qmp', live.socket, '-c', `${full}; mirror C target=E sync=full job-id=m0 then pivot`];
    const { code, stderr } = await program().run(args);
    expect(code).toBe(1);
    const told = 'the mirror job `m0` is paused: no space is left, it could not write to `E`';
    expect(stderr).toContain(`     ${told}; free space, then \`job-resume id=m0\``);
    expect(stderr).toContain(`error[job-stops-short]: ${told}; it is left so`);
    expect(stderr).toContain('help: or end it: `cancel m0 force=on`');
    expect(stderr).toContain('now: disk0: A <- B <- C\nnow: job m0 (mirror, paused, no space left)\n');
    expect(stderr).toContain('now: open since this run: E');
    // What it says to do does it.
    expect(await program().run(['--qmp', live.socket, '-c', 'cancel m0 force=on; del E'])).toMatchObject({
      code: 0,
    });
    expect(await jobsOf(live)).toEqual([]);
  });

  test('a job in the background is told of when it is paused', async () => {
    const live = await start();
    const script = `${full}\nstart backup C target=E sync=full job-id=b0\nwait job b0 paused within 10s\ncancel b0 force=on`;
    const { code, stderr } = await program().run(['--qmp', live.socket, '-c', script]);
    expect(code).toBe(0);
    expect(stderr).toContain('the backup job `b0` is paused: no space is left');
  });

  test('as one record, with what was sent, the errors of the job, and what is left', async () => {
    const live = await start();
    const run = async (script: string) => {
      const { stdout } = await program().run(['--json', '--qmp', live.socket, '-c', script]);
      return recordsIn(stdout).filter(({ record }) => record === 'failure' || record === 'paused');
    };
    const [paused, failure] = await run(`${full}; mirror C target=E sync=full job-id=m0 then pivot`);
    expect(paused).toMatchObject({
      job: 'm0',
      'io-status': 'nospace',
      at: { operation: 'write', node: 'E' },
    });
    expect(failure).toMatchObject({
      kind: 'job',
      reason: 'No space left on device',
      job: { id: 'm0', type: 'mirror', status: 'paused', errors: [{ operation: 'write', action: 'stop' }] },
      left: [
        {
          jobs: [{ id: 'm0', type: 'mirror', status: 'paused', 'io-status': 'nospace' }],
          chains: { disk0: 'A <- B <- C' },
          opened: [{ node: 'E' }],
        },
      ],
    });
    const [refused] = await run('blockdev-add node-name=X driver=qcow2 file.driver=file file.filename=none');
    expect(refused).toMatchObject({
      kind: 'refused',
      sent: { execute: 'blockdev-add', arguments: { 'node-name': 'X' } },
      error: { class: 'GenericError', desc: expect.stringContaining('No such file') },
      left: [{ opened: [] }],
    });
  });

  test('a secret in what was sent is left out', async () => {
    const live = await start();
    const script = 'object-add qom-type=secret id=s0 data=hunter2 keyid=nobody iv=x';
    const allow = ['--allow-raw', 'object-add'];
    const { code, stderr } = await program().run(['-q', '--qmp', live.socket, ...allow, '-c', script]);
    expect(code).toBe(1);
    expect(stderr).toContain('"data":"***"');
    expect(stderr).not.toContain('hunter2');
  });
});

describe.skipIf(!engine)('progress', () => {
  const short =
    'add S driver=null-co size=64M latency-ns=20000000\nadd T driver=null-co size=64M\nbackup S target=T sync=full job-id=b0 speed=16M';

  test('off a terminal it is a line now and then', async () => {
    const live = await start();
    const env = { QBLK_PROGRESS: '0.5,1' };
    const { stderr } = await program().run(['--qmp', live.socket, '-c', short], { env });
    expect(stderr).toMatch(/^ {5}… b0: backup running \d+ %, [\d.]+ MiB of 64 MiB/m);
    expect(stderr).not.toMatch(/\x1b|█/);
    const silent = await program().run(['--qmp', live.socket, '-c', 'print "short"']);
    expect(silent.stderr).not.toContain('…');
  });

  test('--json has records, one a second for each job', async () => {
    const live = await start();
    const { stdout } = await program().run(['--json', '--qmp', live.socket, '-c', short]);
    const told = recordsIn(stdout).filter(({ record }) => record === 'progress');
    expect(told.length).toBeGreaterThan(1);
    expect(told.length).toBeLessThan(9);
    expect(told[0]).toEqual({
      record: 'progress',
      job: 'b0',
      type: 'backup',
      status: 'running',
      current: expect.any(Number),
      total: 67108864,
    });
  });

  test('on a terminal each job has a bar under its statement, gone when it is done', async () => {
    const live = await start();
    const shown = startAtTerminal(program(), ['--qmp', live.socket, '-c', short]);
    expect(await shown.done).toBe(0);
    expect(shown.output.text).toMatch(/backup S target=T[^\n]*\r\n {5}b0 {2}backup running +█*░* +\d+ %/);
    const end = shown.output.text.slice(shown.output.text.lastIndexOf('\x1b[J'));
    expect(end).toMatch(/backup S target=T sync=full job-id=b0 speed=16M {2}\(\d+\.\d\d s\)/);
    expect(end).not.toContain('█');
  });
});

describe.skipIf(!engine)('a signal off a terminal', () => {
  test('--on-interrupt=cancel ends the jobs of the run, and says so; what is deferred finds them gone', async () => {
    const live = await start();
    const script = `${nodes}\ndefer del slow\n${copy}`;
    const args = ['--qmp', live.socket, '--on-interrupt=cancel', '-c', script];
    const started = program().start(args);
    await until(() => isRunning(live));
    await pause(200);
    started.child.kill('SIGTERM');
    const { code, stderr } = await started.done;
    expect(code).toBe(130);
    expect(stderr).toContain('cancelled: m0 (backup)');
    expect(stderr).toContain('interrupted; no jobs are left; open since this run: S\n');
    expect(await jobsOf(live)).toEqual([]);
  });

  test('left by default, with the node that stays', async () => {
    const live = await start();
    const started = program().start(['--qmp', live.socket, '--json', '-c', slow]);
    await until(() => isRunning(live));
    await pause(200);
    started.child.kill('SIGHUP');
    const { code, stdout } = await started.done;
    expect(code).toBe(130);
    expect(recordsIn(stdout)).toContainEqual({
      record: 'left',
      jobs: [{ id: 'm0', type: 'backup', status: 'running' }],
      chains: { disk0: 'A <- B <- C' },
      opened: [{ node: 'slow' }, { node: 'S' }],
      cancelled: [],
    });
    expect(await jobsOf(live)).toMatchObject([{ id: 'm0', status: 'running' }]);
  });

  test('the second signal leaves at once, although something deferred goes on', async () => {
    const live = await start();
    const started = program().start([
      '--qmp',
      live.socket,
      '-c',
      `${nodes}\ndefer wait event BLOCK_JOB_COMPLETED\n${copy}`,
    ]);
    await until(() => isRunning(live));
    await pause(200);
    started.child.kill('SIGINT');
    await pause(300);
    expect(started.child.exitCode).toBeNull();
    started.child.kill('SIGINT');
    const { code, stderr } = await started.done;
    expect(code).toBe(130);
    expect(stderr).toContain('left at once; left as they are: m0 (backup, running)');
  });
});

describe.skipIf(!engine)('Ctrl-C at a terminal asks', () => {
  async function asked(args: readonly string[] = []) {
    const live = await start();
    const shown = startAtTerminal(program(), ['--qmp', live.socket, ...args, '-c', slow]);
    await until(() => isRunning(live));
    await pause(500);
    shown.type('\x03');
    await until(() => shown.output.text.includes('(c)ancel it, (g)o on, (l)eave it running'));
    return { live, shown };
  }

  test('leave it running', async () => {
    const { live, shown } = await asked();
    shown.type('l');
    expect(await shown.done).toBe(130);
    expect(shown.output.text).toContain('interrupted; left as they are: m0 (backup, running)');
    expect(await jobsOf(live)).toMatchObject([{ id: 'm0', status: 'running' }]);
  });

  test('cancel it', async () => {
    const { live, shown } = await asked();
    shown.type('c');
    expect(await shown.done).toBe(130);
    expect(shown.output.text).toContain('cancelled: m0 (backup)');
    expect(await jobsOf(live)).toEqual([]);
  });

  test('go on, and be asked again; Ctrl-C at the question leaves at once', async () => {
    const { live, shown } = await asked();
    shown.type('g');
    await pause(500);
    expect(shown.child.exitCode).toBeNull();
    const before = shown.output.text.length;
    shown.type('\x03');
    await until(() => shown.output.text.slice(before).includes('(g)o on'));
    shown.type('\x03');
    expect(await shown.done).toBe(130);
    expect(shown.output.text).toContain('left at once; left as they are: m0 (backup, running)');
    expect(await jobsOf(live)).toMatchObject([{ id: 'm0', status: 'running' }]);
  });
});

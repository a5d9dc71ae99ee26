import { expect, test } from 'vitest';
import { onEachEngine } from '../support/each-engine.ts';
import { filesBelow, jobsLeft } from '../support/what-is-there.ts';

const done = { end: 'done', reason: '' };

/** A target on which every write takes 0.3 s, and a job onto it for as long as a test needs. */
const slow = 'add E driver=null-co size=64M latency-ns=300000000';

onEachEngine('jobs', (_engine, start, run) => {
  test('a started job is waited for, looked at and completed', async () => {
    const bench = await run(`
      chain disk0: A <- B
      start mirror B target=E filename=e.qcow2 sync=full job-id=m
      wait m ready within 10s
      expect job m ready
      expect chain disk0: A <- B
      pivot m
      expect no jobs
      expect chain disk0: E
    `);
    expect(bench.ran).toMatchObject(done);
    expect(await filesBelow(bench)).toEqual(['e.qcow2']);
    expect(await jobsLeft(bench)).toEqual([]);
  });

  test('a run leaves nobody behind who listens to its session', async () => {
    const bench = await run('chain disk0: A <- B <- C\n');
    const onEvent = bench.session.onEvent.bind(bench.session);
    const listening = new Set<unknown>();
    bench.session.onEvent = listener => {
      const stop = onEvent(listener);
      listening.add(stop);
      return () => void (listening.delete(stop) && stop());
    };
    expect(await bench.run('chain disk0: A <- B <- C\ncommit B base=A\n')).toMatchObject(done);
    expect(listening.size).toBe(0);
  });

  test('pivot waits for READY by itself, and an unnamed job has a name that is known', async () => {
    const bench = await run('chain disk0: A <- B <- C\nstart commit C base=A\npivot commit0\n');
    expect(bench.ran).toMatchObject(done);
    expect(await filesBelow(bench)).toEqual(['A.qcow2']);
  });

  test.each(['cancel m', 'cancel m force=on'])('`%s` ends a ready job and leaves the guest', async cancel => {
    const bench = await run(`
      chain disk0: A <- B
      start mirror B target=E filename=e.qcow2 sync=full job-id=m
      wait m ready within 10s
      ${cancel}
      del E
    `);
    expect(bench.ran).toMatchObject(done);
    expect(await jobsLeft(bench)).toEqual([]);
    expect(await filesBelow(bench)).toEqual(['A.qcow2', 'B.qcow2']);
  });

  test('`cancel` breaks off a job that is not ready', async () => {
    const bench = await run(
      `chain disk0: A <- B\n${slow}\nstart mirror B target=E sync=full job-id=m\ncancel m\ndel E\n`,
    );
    expect(bench.ran).toMatchObject(done);
    expect(await jobsLeft(bench)).toEqual([]);
  });

  test('`wait all` tells of a job that failed before, though some QEMUs bear none undismissed', async () => {
    const bench = await run(`
      chain disk0: A <- B
      create R filename=e.raw driver=raw size=1M
      del R
      add E driver=blkdebug image.driver=file image.filename=e.raw inject-error=[{"event": "none", "iotype": "read", "errno": 5}]
      create O filename=o.qcow2 size=1M
      del O
      add O driver=qcow2 filename=o.qcow2 backing=E
      start stream O job-id=s
      wait event BLOCK_JOB_COMPLETED within 10s
      wait all within 10s
    `);
    expect(bench.ran).toMatchObject({ end: 'job', reason: 'Input/output error' });
  });

  test('`wait all` waits for the jobs of two disks', async () => {
    const bench = await run(`
      chain disk0: A <- B <- C
      chain disk1: X <- Y <- Z
      start commit B base=A
      start commit Y base=X
      wait all within 10s
      expect no jobs
    `);
    expect(bench.ran).toMatchObject(done);
    expect(await filesBelow(bench, 'disk0')).toEqual(['A.qcow2', 'C.qcow2']);
    expect(await filesBelow(bench, 'disk1')).toEqual(['X.qcow2', 'Z.qcow2']);
  });

  test('a job that is over before its command is answered has ended all the same', async () => {
    const bench = await run(
      'chain disk0: A\nstream A\nlet e = wait event BLOCK_JOB_COMPLETED where device=stream0 within 5s\n',
    );
    expect(bench.ran).toMatchObject(done);
    const raw = await bench.run(
      'block-stream device=A job-id=raw0\nwait event BLOCK_JOB_COMPLETED where device=raw0 within 5s\n',
    );
    expect(raw).toMatchObject(done);
    expect(await jobsLeft(bench)).toEqual([]);
  });

  test('`wait event` keeps the data, and takes each event once', async () => {
    const bench = await run(`
      chain disk0: A <- B <- C
      start commit B base=A job-id=s
      let e = wait event BLOCK_JOB_COMPLETED where device=s within 5s
      print "\${e.type} \${e.device} \${e.len}"
      wait event BLOCK_JOB_COMPLETED within 100ms else { print "no other" }
      wait s
    `);
    expect(bench.ran).toMatchObject({ ...done, output: [`commit s ${64 * 1024 * 1024}`, 'no other'] });
  });

  test('out of time, a job is left running, and named', async () => {
    const bench = await run(
      `chain disk0: A <- B\n${slow}\nmirror B target=E sync=full then pivot within 100ms\n`,
    );
    expect(bench.ran.end).toBe('timeout');
    expect(JSON.stringify(bench.ran.error)).toContain('mirror0');
    expect(await jobsLeft(bench)).toEqual(['mirror0 running']);
  });

  test.each(['mirror B target=E sync=full then pivot', 'backup B target=E sync=full'])(
    'out of time, `%s` is cancelled where `else cancel` says so, and fails just the same',
    async statement => {
      const bench = await run(
        `chain disk0: A <- B\n${slow}\n${statement} within 100ms else cancel\nprint "not reached"\n`,
      );
      expect(bench.ran).toMatchObject({ end: 'timeout', output: [] });
      expect(await jobsLeft(bench)).toEqual([]);
      expect(await filesBelow(bench)).toEqual(['A.qcow2', 'B.qcow2']);
    },
  );

  test('`wait` out of time leaves a started job as it is', async () => {
    const bench = await run(
      `chain disk0: A <- B\n${slow}\nstart backup B target=E sync=full job-id=b\nwait b within 50ms\n`,
    );
    expect(bench.ran.end).toBe('timeout');
    expect(await jobsLeft(bench)).toEqual(['b running']);
  });

  test('unnamed jobs keep out of the way of those that are there', async () => {
    const text = 'chain disk0: A <- B <- C\nstream C base=A\n';
    const bench = await start(text);
    for (const name of ['N', 'M'])
      await bench.execute('blockdev-add', { driver: 'null-co', 'node-name': name, size: 64 * 1024 * 1024 });
    await bench.execute('blockdev-mirror', { device: 'N', target: 'M', sync: 'full', 'job-id': 'stream0' });
    expect(await bench.run(text)).toMatchObject(done);
    expect(bench.sent.find(({ execute }) => execute === 'block-stream')?.arguments['job-id']).toBe('stream1');
    expect(await jobsLeft(bench)).toEqual(['stream0 ready']);

    const clash = 'stream C job-id=stream0';
    expect(await bench.run(clash)).toMatchObject({
      end: 'script',
      reason: expect.stringContaining('job-id-in-use'),
    });
    expect(await bench.run(`expect error "stream0" from ${clash}`)).toMatchObject(done);
    expect(await filesBelow(bench)).toEqual(['A.qcow2', 'C.qcow2']);
  });

  test('the record of an ended job tells what left the chain', async () => {
    const bench = await run(
      'chain disk0: A <- B <- C <- D\nlet done = commit C base=A\nprint $done.type\nprint "${done.dropped[0]} ${done.dropped[-1]}"\n',
    );
    expect(bench.ran).toMatchObject({ ...done, output: ['commit', 'B.qcow2 C.qcow2'] });
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Bench } from '../support/bench.ts';
import { onEachEngine } from '../support/each-engine.ts';
import { filesBelow, jobsLeft, namedNodes } from '../support/what-is-there.ts';

const done = { end: 'done', reason: '' };

/** A target that refuses every write with an errno: 5 is an I/O error, 28 a full disk. */
const broken = (errno: number) =>
  `add E driver=blkdebug image.driver=null-co image.size=64M inject-error=[{"event": "none", "iotype": "write", "errno": ${errno}}]`;

/** The process id of a bench's QEMU. */
function processOf({ sandbox }: Bench): number {
  const pid = readdirSync('/proc').find(name => {
    if (!/^[0-9]+$/.test(name)) return false;
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return line.includes(sandbox.directory) && !line.startsWith('sh\0');
    } catch {
      return false;
    }
  });
  return Number(pid);
}

onEachEngine('failures', (_engine, start, run) => {
  test.each<[string, number, string]>([
    ['mirror B target=E sync=full then pivot', 5, 'Input/output error'],
    ['mirror B target=E sync=full on-target-error=report then cancel', 28, 'No space left on device'],
    ['backup B target=E sync=full on-target-error=report', 28, 'No space left on device'],
  ])(
    '`%s` fails with errno %i as QEMU says it, and nothing of it is left',
    async (statement, errno, reason) => {
      const bench = await run(`chain disk0: A <- B\n${broken(errno)}\n${statement}\nprint "not reached"\n`);
      expect(bench.ran).toMatchObject({ end: 'job', reason, output: [] });
      expect(await jobsLeft(bench)).toEqual([]);
      expect(await filesBelow(bench)).toEqual(['A.qcow2', 'B.qcow2']);
    },
  );

  test.each(['mirror B target=E sync=full then pivot', 'backup B target=E sync=full'])(
    '`%s` is paused by a full disk, not lost',
    async statement => {
      const bench = await run(`chain disk0: A <- B\n${broken(28)}\n${statement}\n`);
      expect(bench.ran).toMatchObject({ end: 'job', reason: 'No space left on device' });
      const { trouble } = (bench.ran.error as { cause: { trouble: object } }).cause;
      expect(trouble).toMatchObject({
        status: 'paused',
        ioStatus: 'nospace',
        at: { operation: 'write', node: 'E' },
        errors: [{ operation: 'write', action: 'stop' }],
      });
      expect(await jobsLeft(bench)).toEqual([expect.stringMatching(/^(mirror|backup)0 paused$/)]);
    },
  );

  test.each([
    ['report', { end: 'job', reason: 'Input/output error' }, { status: 'concluded' }, []],
    ['stop', { end: 'job' }, { status: 'paused', ioStatus: 'failed' }, ['m paused']],
    ['ignore', { end: 'done' }, undefined, ['m ready']],
  ])('a source that can’t be read, with on-source-error=%s', async (policy, end, trouble, left) => {
    const bench = await run(`
      blockdev-create job-id=c options={"driver": "file", "filename": "s.raw", "size": 4194304, "preallocation": "full"}
      wait c
      add S driver=blkdebug image.driver=file image.filename=s.raw inject-error=[{"event": "none", "iotype": "read", "errno": 5, "once": true}]
      start mirror S target=E filename=e.raw driver=raw sync=full job-id=m on-source-error=${policy}
      wait m ready
    `);
    expect(bench.ran).toMatchObject(end);
    expect(await jobsLeft(bench)).toEqual(left);
    if (!trouble) return;
    expect(bench.ran.error).toMatchObject({
      finding: {
        message: expect.stringContaining(
          policy === 'stop' ? 'could not read from `S`' : 'Input/output error',
        ),
      },
      cause: { trouble: { ...trouble, errors: [{ operation: 'read', action: policy, count: 1 }] } },
    });
  });

  test('a file that can’t be made fails its job, whose command QEMU had accepted', async () => {
    const bench = await run('chain disk0: A <- B\ncreate E filename=no/such/folder/e.qcow2 size=64M\n');
    expect(bench.ran).toMatchObject({
      end: 'job',
      reason: expect.stringContaining('No such file or directory'),
    });
    expect(await jobsLeft(bench)).toEqual([]);
    expect(await namedNodes(bench)).toEqual(['A', 'B']);
  });

  test('a refused command fails with QEMU’s class and words', async () => {
    const bench = await run('chain disk0: A <- B\nadd E driver=qcow2 filename=absent.qcow2\n');
    expect(bench.ran).toMatchObject({
      end: 'refused',
      reason: expect.stringContaining('No such file or directory'),
      error: { cause: { class: 'GenericError', command: 'blockdev-add' } },
    });
  });

  test('`else { … }` runs with the reason when a job fails, and the script goes on', async () => {
    const bench = await run(`
      chain disk0: A <- B
      ${broken(28)}
      backup B target=E sync=full on-target-error=report else { print "so: \${error}" }
      add F driver=qcow2 filename=absent.qcow2 else { print "no F" }
      print "on"
    `);
    expect(bench.ran).toMatchObject({ ...done, output: ['so: No space left on device', 'no F', 'on'] });
    expect(await jobsLeft(bench)).toEqual([]);
  });

  test('`else { … }` runs when time is out, and `fail` ends the script', async () => {
    const bench = await run(`
      chain disk0: A <- B
      add E driver=null-co size=64M latency-ns=300000000
      backup B target=E sync=full within 50ms else { fail "too slow" }
      print "not reached"
    `);
    expect(bench.ran).toMatchObject({ end: 'expectation', reason: 'too slow', output: [] });
    expect(await jobsLeft(bench)).toEqual(['backup0 running']);
  });

  test('what is deferred runs after a failure, the last one first', async () => {
    const bench = await run(`
      chain disk0: A <- B
      defer print "then this"
      create E filename=e.qcow2 size=64M
      defer del E
      defer print "first this"
      ${broken(5).replace('add E', 'add F')}
      backup B target=F sync=full
      defer print "never this"
    `);
    expect(bench.ran).toMatchObject({ end: 'job', output: ['first this', 'then this'] });
    expect(await namedNodes(bench)).toEqual(['A', 'B', 'F']);
  });

  test('`expect error` reaches QEMU with what the checker would refuse, and asks for its words', async () => {
    const bench = await run(`
      chain disk0: A <- B <- C
      expect error "not in this backing file chain" from commit A base=B
      expect error "in use" from del C
      expect error from block-stream device=nosuch job-id=j
      ${broken(28)}
      expect error "No space left" from backup C target=E sync=full on-target-error=report
    `);
    expect(bench.ran).toMatchObject(done);
    expect(bench.sent.filter(({ execute }) => execute === 'block-commit')).toHaveLength(1);
    expect(await bench.run('expect error "other words" from del C')).toMatchObject({ end: 'expectation' });
    expect(await bench.run('expect error from stream C')).toMatchObject({ end: 'expectation' });
  });

  test('QEMU that dies half-way is a lost connection, never a hang', async () => {
    const text =
      'chain disk0: A <- B\nadd E driver=null-co size=64M latency-ns=300000000\nmirror B target=E sync=full then pivot\n';
    const bench = await start(text);
    const running = bench.run(`defer print "deferred"\n${text}`);
    await expect
      .poll(() => bench.sent.some(({ execute }) => execute === 'blockdev-mirror'), { timeout: 5000 })
      .toBe(true);
    process.kill(processOf(bench), 'SIGKILL');
    const ran = await running;
    expect(ran.end).toBe('connection');
    expect(ran.error).toHaveProperty('name', 'ConnectionLostError');
    expect(ran.output).toEqual(['deferred']);
    expect(await bench.sandbox.exited).toBe(137);
  });
});

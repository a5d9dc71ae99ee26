import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test, vi } from 'vitest';
import { onEachEngine } from '../support/each-engine.ts';
import { filesBelow, jobsLeft } from '../support/what-is-there.ts';

const done = { end: 'done', reason: '' };
const four = 'chain disk0: A <- B <- C <- D\n';
const overBy = (bench: { sent: readonly { execute: string }[] }, command: string) =>
  bench.sent.filter(({ execute }) => execute === command).length;

onEachEngine(
  'raw QMP',
  (engine, start, run) => {
    test('a transcript of the qmp-shell runs each command once', async () => {
      const bench = await run(`${four}
(QEMU) block-stream device=D base-node=A job-id=job0
{
    "execute": "block-stream",
    "arguments": {
        "device": "D",
        "base-node": "A",
        "job-id": "job0"
    }
}
{"return": {}}
{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "BLOCK_JOB_COMPLETED", "data": {"device": "job0"}}
(QEMU) query-block-jobs
{"return": []}
`);
      expect(bench.ran).toMatchObject(done);
      expect(overBy(bench, 'block-stream')).toBe(1);
      expect(await filesBelow(bench)).toEqual(['A.qcow2', 'D.qcow2']);
      expect(await jobsLeft(bench)).toEqual([]);
    });

    test('so does one of messages and arrows', async () => {
      const bench = await run(`${four}
-> { "execute": "block-stream", "arguments": { "device": "C", "base-node": "A", "job-id": "j" } }
<- { "return": {} }
`);
      expect(bench.ran).toMatchObject(done);
      expect(await filesBelow(bench)).toEqual(['A.qcow2', 'C.qcow2', 'D.qcow2']);
    });

    test('a raw active commit rests at READY, and a raw complete waits for its end', async () => {
      const bench = await run(`${four}
block-commit device=D base-node=A top-node=D job-id=job0
expect job job0 ready
expect chain disk0: A <- B <- C <- D
block-job-complete device=job0
expect no jobs
`);
      expect(bench.ran).toMatchObject(done);
      expect(await filesBelow(bench)).toEqual(['A.qcow2']);
    });

    test.skipIf(engine.kind !== 'qemu')(
      'a raw commit below the filter of a disk comes to its end',
      async () => {
        const bench = await run(`chain disk0: Z
create A filename=A.qcow2 size=1M
create B filename=B.qcow2 size=1M backing=A
blockdev-add node-name=T driver=copy-on-read file=B
device_add driver=virtio-blk-pci id=disk1 drive=T
block-commit device=T top-node=B base-node=A job-id=c
job-complete id=c
expect no jobs
expect chain disk1: A
`);
        expect(bench.ran).toMatchObject(done);
      },
    );

    test('the document’s commit by file names goes out as it is written', async () => {
      const bench = await run(`${four}(QEMU) block-commit device=D base=A.qcow2 top=B.qcow2 job-id=job0\n`);
      expect(bench.ran).toMatchObject(done);
      expect(bench.sent.find(({ execute }) => execute === 'block-commit')?.arguments).toEqual({
        device: 'D',
        base: 'A.qcow2',
        top: 'B.qcow2',
        'job-id': 'job0',
      });
      expect(await filesBelow(bench)).toEqual(['A.qcow2', 'C.qcow2', 'D.qcow2']);
    });

    test('the document’s mirror, cancelled and then pivoted', async () => {
      const bench = await run(`${four}
(QEMU) blockdev-snapshot-sync node-name=D snapshot-file=e.qcow2 snapshot-node-name=E format=qcow2
(QEMU) drive-mirror device=E target=f.qcow2 sync=full job-id=job0
(QEMU) block-job-cancel device=job0
expect no jobs
expect chain disk0: A <- B <- C <- D <- E
(QEMU) drive-mirror device=E target=g.qcow2 sync=full job-id=job0 node-name=G
(QEMU) block-job-complete device=job0
expect chain disk0: G
`);
      expect(bench.ran).toMatchObject(done);
      expect(await filesBelow(bench)).toEqual(['g.qcow2']);
    });

    test('a raw job that fails fails its statement', async () => {
      const bench = await run(`${four}
blockdev-add driver=blkdebug node-name=E image.driver=null-co image.size=64M inject-error=[{"event": "none", "iotype": "write", "errno": 28}]
blockdev-backup device=D target=E sync=full job-id=b
`);
      expect(bench.ran).toMatchObject({ end: 'job', reason: 'No space left on device' });
      expect(await jobsLeft(bench)).toEqual([]);
    });

    test('the reply of a query is a value', async () => {
      const bench = await run(`${four}
let nodes = query-named-block-nodes flat=true
print $nodes["D"].drv
if len(query-jobs) == 0 { print "no jobs" }
`);
      expect(bench.ran).toMatchObject({ ...done, output: ['qcow2', 'no jobs'] });
    });

    test.each(['a node', 'a file'])('formats %s of somebody else’s only if it is empty', async kind => {
      const bench = await run('chain disk0: A');
      expect(bench.ran).toMatchObject(done);
      const { directory } = bench.sandbox;
      const filename = join(directory, 'other.raw');
      const file = kind === 'a node' ? 'N' : { driver: 'file', filename };
      const format = `blockdev-create job-id=c options=${JSON.stringify({ driver: 'qcow2', file, size: 1048576 })}\nwait c\n`;
      const open = () => bench.execute('blockdev-add', { driver: 'file', 'node-name': 'N', filename });

      writeFileSync(filename, Buffer.alloc(1048576, 5));
      if (kind === 'a node') await open();
      const refused = await bench.run(format);
      expect(refused.reason).toContain('formats-data');
      expect(readFileSync(filename).equals(Buffer.alloc(1048576, 5))).toBe(true);
      await bench.execute('blockdev-create', {
        'job-id': 'c',
        options: { driver: 'qcow2', file, size: 1048576 },
      });
      await vi.waitFor(async () =>
        expect(await bench.execute('query-jobs')).toMatchObject([{ status: 'concluded' }]),
      );
      await bench.execute('job-dismiss', { id: 'c' });
      expect(readFileSync(filename, 'latin1').slice(0, 3)).toBe('QFI');

      if (kind === 'a node') await bench.execute('blockdev-del', { 'node-name': 'N' });
      writeFileSync(filename, '');
      await open();
      const node = { driver: 'qcow2', file: 'N', size: 1048576 };
      expect(
        await bench.run(`blockdev-create job-id=c options=${JSON.stringify(node)}\nwait c\n`),
      ).toMatchObject(done);
    });

    const through = (filename: string) => {
      const below = { driver: 'file', filename };
      const blkdebug = { driver: 'blkdebug', image: below };
      const quorum = { driver: 'quorum', 'vote-threshold': 1, children: [below] };
      return { blkdebug, raw: { driver: 'raw', file: blkdebug }, quorum };
    };
    const step = (options: object) => `blockdev-create job-id=c options=${JSON.stringify(options)}\nwait c\n`;
    const open = (node: object) =>
      `${JSON.stringify({ execute: 'blockdev-add', arguments: { ...node, 'node-name': 'N' } })}\n`;

    test.each(['blkdebug', 'raw', 'quorum'] as const)('sees the file below %s', async driver => {
      const bench = await run('chain disk0: A');
      const filename = join(bench.sandbox.directory, 'other.raw');
      const own = join(bench.sandbox.directory, 'own.raw');
      const bytes = Buffer.alloc(1048576, 5);
      writeFileSync(filename, bytes);
      const qcow2 = { driver: 'qcow2', size: 1048576 };
      const other = through(filename)[driver];
      for (const text of [
        step({ ...qcow2, file: other }),
        `${open(other)}${step({ ...qcow2, file: 'N' })}`,
      ]) {
        const refused = await bench.run(text);
        expect(inspect(refused.error)).toContain('formats-data');
        expect(inspect(refused.error)).toContain(filename);
        expect(readFileSync(filename).equals(bytes)).toBe(true);
      }
      await bench.execute('blockdev-del', { 'node-name': 'N' });
      const made = step({ driver: 'file', filename: own, size: 0 });
      const again = through(own)[driver];
      expect(
        await bench.run(
          `${made}${step({ ...qcow2, file: again })}${open(again)}${step({ ...qcow2, file: 'N' })}`,
        ),
      ).toMatchObject(done);
      expect(readFileSync(own, 'latin1').slice(0, 3)).toBe('QFI');
    });

    test('sees the extents of a vmdk', async () => {
      const bench = await run('chain disk0: A');
      const filename = join(bench.sandbox.directory, 'other.raw');
      writeFileSync(filename, Buffer.alloc(1048576, 5));
      const file = { driver: 'file', filename: join(bench.sandbox.directory, 'own.vmdk') };
      const refused = await bench.run(
        `${step({ ...file, size: 0 })}${step({ driver: 'vmdk', size: 1048576, subformat: 'twoGbMaxExtentSparse', file, extents: [{ driver: 'file', filename }] })}`,
      );
      expect(refused.reason).toContain('formats-data');
      expect(readFileSync(filename).equals(Buffer.alloc(1048576, 5))).toBe(true);
    });

    test.skipIf(engine.kind !== 'qemu')('sees the node of a block backend', async () => {
      const bench = await start('chain disk0: A', ['-drive', 'if=none,id=b,driver=null-co,size=1M']);
      const refused = await bench.run(step({ driver: 'qcow2', size: 1048576, file: 'b' }));
      expect(refused.reason).toContain('formats-data');
    });

    test.each([0, 1048576])('formats a file of %d bytes that it has made itself', async size => {
      const file = (filename: string) => ({ driver: 'file', filename });
      const bench = await run(`chain disk0: A
${step({ ...file('f.qcow2'), size })}blockdev-add driver=file node-name=F filename=f.qcow2
${step({ driver: 'qcow2', file: 'F', size: 2097152 })}blockdev-add driver=qcow2 node-name=Q file=F
${step({ ...file('g.qcow2'), size })}${step({ driver: 'qcow2', file: file('g.qcow2'), size: 2097152 })}`);
      expect(bench.ran).toMatchObject(done);
    });
  },
  'few',
);

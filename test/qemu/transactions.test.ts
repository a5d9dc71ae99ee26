import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { onEachEngine } from '../support/each-engine.ts';
import { jobsLeft, namedNodes } from '../support/what-is-there.ts';

const disks = 'chain disk0: A\nchain disk1: X\n';
/** A target that takes its time for each write; a cancel waits for those that are on their way. */
const slow = (seconds: number) => `add slow driver=null-co size=64M latency-ns=${seconds * 1e9}\n`;

onEachEngine(
  'transactions',
  (_engine, start, run) => {
    test.each(['individual', 'grouped'])(
      'one with completion-mode=%s that takes too long is cancelled whole',
      async mode => {
        const bench = await run(
          `${disks}${slow(1)}transaction completion-mode=${mode} {
  backup A target=E filename=e.qcow2 sync=full
  backup X target=slow sync=full
} within 300ms else cancel\n`,
        );
        expect(bench.ran.end).toBe('timeout');
        expect(await jobsLeft(bench)).toEqual([]);
        expect(await namedNodes(bench)).toEqual(['A', 'E', 'X', 'slow']);
      },
    );

    test('one that takes too long is left otherwise, but for what is done', async () => {
      const bench = await run(
        `${disks}${slow(60)}transaction {
  backup A target=E filename=e.qcow2 sync=full job-id=done
  backup X target=slow sync=full job-id=slow
} within 2s\n`,
      );
      expect(bench.ran).toMatchObject({
        end: 'timeout',
        error: { finding: { primary: { text: /slow is/ } } },
      });
      expect(await jobsLeft(bench)).toEqual(['slow running']);
    });

    test('the files of one that QEMU refuses are left, and named', async () => {
      const bench = await run(
        `${disks}transaction {
  snapshot A overlay=B filename=b.qcow2
  blockdev-snapshot-sync node-name=X snapshot-node-name=Y snapshot-file=no-folder/../y.qcow2 format=qcow2
}\n`,
      );
      expect(bench.ran.end).toBe('refused');
      expect(JSON.stringify((bench.ran.error as { finding: unknown }).finding)).toContain(
        '`b.qcow2` is left there',
      );
      expect(readdirSync(bench.sandbox.directory).filter(name => /^[by]\.qcow2$/.test(name))).toEqual([
        'b.qcow2',
      ]);
      expect(await namedNodes(bench)).toEqual(['A', 'X']);
    });

    test('a file that is there keeps all of it from being sent', async () => {
      const bench = await start(disks);
      await bench.run('create E filename=e.qcow2 size=1M\n');
      const text =
        'del E\ntransaction {\n  bitmap add A name=b0\n  snapshot X overlay=Y filename=e.qcow2\n}\n';
      const ran = await bench.run(text);
      expect(ran.reason).toContain('e.qcow2');
      expect(bench.sent.map(({ execute }) => execute)).not.toContain('transaction');
    });
  },
  'few',
);

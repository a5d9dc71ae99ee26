import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type FaultBench, fault, readsAsBefore } from './fixtures.ts';
import { fullFolder } from './full-folder.ts';

/** A node whose file is full once, as QEMU meets it; it does better when it tries again. */
const fullOnce = (path: string) =>
  `blockdev-add node-name=T driver=qcow2 file={"driver": "blkdebug", "inject-error": [{"event": "write_aio", "errno": 28, "once": true}], "image": {"driver": "file", "filename": "${path}"}}`;

const copies = [
  ['mirror', 'wait m0 ready; pivot m0', 'mirror, paused, no space left'],
  ['backup', 'wait m0', 'backup, paused, no space left'],
] as const;

export function fullTargets(): void {
  for (const [verb, rest, left] of copies) {
    fault(
      1,
      `a ${verb} to a full disk pauses, and goes on to the right bytes once there is room`,
      async bench => {
        const qemu = await bench.qemu();
        // An empty image of 64 MiB takes 256 KiB; the data of the disk do not fit behind it.
        const full = fullFolder(bench, 384);
        try {
          const target = join(full?.path ?? bench.folder, 't.qcow2');
          const pivot = verb === 'mirror' ? ' then pivot' : '';
          if (!full) await bench.script(qemu, `create T filename=${target} size=64M; del T`);
          const text = full
            ? `${verb} C target=T filename=${target} sync=full job-id=m0${pivot}`
            : `${fullOnce(target)}; ${verb} C target=T sync=full job-id=m0${pivot}`;
          const paused = await bench.script(qemu, text);
          expect(paused).toMatchObject({ code: 1, stdout: '' });
          expect(paused.stderr).toContain(
            `error[job-stops-short]: the ${verb} job \`m0\` is paused: no space is left, it could not write to \`T\``,
          );
          expect(paused.stderr).toContain('nothing is lost: what is copied stays, and the job can go on');
          expect(paused.stderr).toContain(`now: job m0 (${left})`);
          expect(await qemu.jobs()).toEqual(['m0 paused']);
          full?.free();
          const on = await bench.script(qemu, `job-resume id=m0; ${rest}`);
          expect(on).toMatchObject({ code: 0 });
          expect(await qemu.jobs()).toEqual([]);
          await qemu.quit();
          await readsAsBefore(target);
        } finally {
          full?.remove();
        }
      },
    );

    fault(1, `a ${verb} to a full disk fails with on-target-error=report`, async bench => {
      const qemu = await bench.qemu();
      const full =
        'add E driver=blkdebug image.driver=null-co image.size=64M inject-error=[{"event": "none", "iotype": "write", "errno": 28}]';
      const pivot = verb === 'mirror' ? ' then pivot' : '';
      const text = `${full}; ${verb} C target=E sync=full job-id=m0 on-target-error=report${pivot}`;
      const { code, stderr } = await bench.script(qemu, text);
      expect(code).toBe(1);
      expect(stderr).toContain(`error[job-failed]: the ${verb} job \`m0\` failed: No space left on device`);
      expect(stderr).toContain('it could not write to `E`');
      expect(stderr).toContain('now: disk0: A <- B <- C\nnow: no jobs\n');
      expect(await qemu.jobs()).toEqual([]);
      await qemu.quit();
      await readsAsBefore(join(qemu.directory, 'C.qcow2'));
    });
  }
}

/** A node of 4 MiB with data, whose first read or write fails. */
const failing = (kind: 'read' | 'write', file: string) =>
  `add S driver=blkdebug image.driver=file image.filename=${file} inject-error=[{"event": "none", "iotype": "${kind}", "errno": 5, "once": true}]`;

export function failingNodes(): void {
  for (const side of ['source', 'target'] as const) {
    const kind = side === 'source' ? 'read' : 'write';
    const words = side === 'source' ? 'it could not read from `S`' : 'it could not write to `S`';

    const prepared = async (bench: FaultBench, policy: string) => {
      const qemu = await bench.qemu();
      const [faulty, other] = [join(bench.folder, 'faulty.raw'), join(bench.folder, 'other.raw')];
      const data = Buffer.alloc(4 << 20, 7);
      writeFileSync(faulty, side === 'source' ? data : Buffer.alloc(4 << 20));
      writeFileSync(other, side === 'source' ? Buffer.alloc(4 << 20) : data);
      const direction = side === 'source' ? 'backup S target=O' : 'backup O target=S';
      const opened = `${failing(kind, faulty)}; add O driver=file filename=${other}`;
      const copy = `${direction} sync=full job-id=b0 on-${side}-error=${policy}`;
      const copied = side === 'source' ? other : faulty;
      const ran = await bench.script(qemu, `${opened}; ${copy}`);
      /** What of the copy is not as its source. */
      const compare = async () => {
        await qemu.quit();
        const words = ['compare', '-f', 'raw', '-F', 'raw', faulty, other];
        return spawnSync(qemu.sandbox.engine.qemuImg, words, { encoding: 'utf8' }).stdout;
      };
      return { qemu, ran, compare, copied };
    };

    fault(2, `a ${kind} that fails, on-${side}-error=report`, async bench => {
      const { qemu, ran } = await prepared(bench, 'report');
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain('error[job-failed]: the backup job `b0` failed: Input/output error');
      expect(ran.stderr).toContain(words);
      expect(ran.stderr).toContain('the target is incomplete and of no use');
      expect(await qemu.jobs()).toEqual([]);
    });

    fault(2, `a ${kind} that fails, on-${side}-error=stop`, async bench => {
      const { qemu, ran, compare } = await prepared(bench, 'stop');
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain(`the backup job \`b0\` is paused: an I/O error, ${words}`);
      expect(ran.stderr).toContain('put right what went wrong');
      expect(await qemu.jobs()).toEqual(['b0 paused']);
      const on = await bench.script(qemu, 'job-resume id=b0; wait b0');
      expect(on).toMatchObject({ code: 0 });
      expect(await compare()).toContain('Images are identical.');
    });

    fault(2, `a ${kind} that fails, on-${side}-error=ignore`, async bench => {
      const { qemu, ran, compare } = await prepared(bench, 'ignore');
      expect(ran.code).toBe(0);
      expect(await qemu.jobs()).toEqual([]);
      expect(await compare()).toContain('Images are identical.');
    });
  }
}

import { expect, test } from 'vitest';
import { onEachEngine } from '../support/each-engine.ts';
import {
  compareWithStart,
  filesBelow,
  identical,
  imageInfo,
  jobsLeft,
  qemuIo,
  shutDown,
} from '../support/what-is-there.ts';

const done = { end: 'done', reason: '' };

onEachEngine(
  'a copy',
  (engine, start, run) => {
    test.each<[string, string, string[], string, string | undefined]>([
      [
        'mirror full, pivot',
        'mirror C target=E filename=e.qcow2 sync=full then pivot',
        ['e.qcow2'],
        'e.qcow2',
        undefined,
      ],
      [
        'mirror full, cancel',
        'mirror C target=E filename=e.qcow2 sync=full then cancel\ndel E',
        ['A.qcow2', 'B.qcow2', 'C.qcow2'],
        'e.qcow2',
        undefined,
      ],
      [
        'mirror full to a raw file',
        'mirror C target=E filename=e.img driver=raw sync=full then pivot',
        ['e.img'],
        'e.img',
        'raw',
      ],
      [
        'mirror top, pivot',
        'mirror C target=E filename=e.qcow2 sync=top then pivot',
        ['A.qcow2', 'B.qcow2', 'e.qcow2'],
        'e.qcow2',
        undefined,
      ],
      [
        'mirror top, cancel',
        'mirror C target=E filename=e.qcow2 sync=top then cancel\ndel E',
        ['A.qcow2', 'B.qcow2', 'C.qcow2'],
        'e.qcow2',
        undefined,
      ],
      [
        'mirror to a target that is open already',
        'create E filename=e.qcow2 size=64M\nmirror C target=E sync=full then pivot',
        ['e.qcow2'],
        'e.qcow2',
        undefined,
      ],
      [
        'backup full',
        'backup C target=E filename=e.qcow2 sync=full\ndel E',
        ['A.qcow2', 'B.qcow2', 'C.qcow2'],
        'e.qcow2',
        undefined,
      ],
      [
        'backup top',
        'backup C target=E filename=e.qcow2 sync=top\ndel E',
        ['A.qcow2', 'B.qcow2', 'C.qcow2'],
        'e.qcow2',
        undefined,
      ],
    ])(
      '%s: the guest is where it should be, and the copy reads the same',
      async (_, statements, files, copy, format) => {
        const bench = await run(`chain disk0: A <- B <- C\n${statements}\nexpect no jobs\n`);
        expect(bench.ran).toMatchObject(done);
        expect(await filesBelow(bench)).toEqual(files);
        expect(await jobsLeft(bench)).toEqual([]);
        await shutDown(bench);
        expect(await compareWithStart(bench, copy, format)).toBe(identical);
        expect(await compareWithStart(bench, files.at(-1) ?? '', format)).toBe(identical);
      },
    );

    test('a copy of the uppermost image alone records what lies below it, and holds no more', async () => {
      const bench = await run(
        'chain disk0: A <- B <- C\nmirror C target=E filename=e.qcow2 sync=top then pivot\n',
      );
      expect(bench.ran).toMatchObject(done);
      expect(imageInfo(bench, 'e.qcow2')['backing-filename']).toBe('B.qcow2');
      await shutDown(bench);
      // B's own region begins at 64 KiB and C's at 192 KiB; what lies below C is not in E itself.
      const alone = JSON.stringify({
        driver: 'qcow2',
        backing: null,
        file: { driver: 'file', filename: 'e.qcow2' },
      });
      qemuIo(bench, '-c', 'read -P 0 0 192k', '-c', 'read -P 3 192k 192k', `json:${alone}`);
    });

    if (engine.kind !== 'qemu') return;

    const write = (byte: number, at: string) =>
      `human-monitor-command command-line="qemu-io -d /machine/peripheral/disk0/virtio-backend \\"write -P ${byte} ${at} 64k\\""`;

    test('what the guest writes while a mirror is ready is in the copy, after a cancel it is not', async () => {
      const bench = await start('chain disk0: A <- B\n');
      const ran = await bench.run(`
      chain disk0: A <- B
      ${write(0x11, '8M')}
      start mirror B target=E filename=e.qcow2 sync=full job-id=m
      wait m ready within 10s
      ${write(0x22, '16M')}
      cancel m
      ${write(0x33, '24M')}
      del E
    `);
      expect(ran).toMatchObject(done);
      await shutDown(bench);
      qemuIo(
        bench,
        '-c',
        'read -P 0x11 8M 64k',
        '-c',
        'read -P 0x22 16M 64k',
        '-c',
        'read -P 0 24M 64k',
        'e.qcow2',
      );
      qemuIo(bench, '-c', 'read -P 0x22 16M 64k', '-c', 'read -P 0x33 24M 64k', 'B.qcow2');
    });

    test('after a pivot the guest writes to the copy alone', async () => {
      const bench = await start('chain disk0: A <- B\n');
      const ran = await bench.run(`
      chain disk0: A <- B
      start mirror B target=E filename=e.qcow2 sync=full job-id=m
      wait m ready within 10s
      ${write(0x22, '16M')}
      pivot m
      ${write(0x33, '24M')}
    `);
      expect(ran).toMatchObject(done);
      await shutDown(bench);
      qemuIo(bench, '-c', 'read -P 0x22 16M 64k', '-c', 'read -P 0x33 24M 64k', 'e.qcow2');
      qemuIo(bench, '-c', 'read -P 0x22 16M 64k', '-c', 'read -P 0 24M 64k', 'B.qcow2');
    });
  },
  'few',
);
